"""Solutions of ``race_report(trial, method, scale, kept) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
USUAL = {"SGD": 0.5, "momentum": 0.1, "Nesterov": 0.1, "Adagrad": 0.1, "RMSProp": 0.01}
USUAL |= {"Adam": 0.02}
BY_SCALE = ("SGD", "momentum", "Nesterov")
BY_KEPT = ("momentum", "Nesterov")


def plan(trial, method, scale, kept, seeds, *, places=(-1, 0, 1), moved=BY_SCALE, grown=BY_KEPT):
    """Each method's best rate with seed 0, then the interval of these seeds."""
    rates, of = trial.options["lr"], {}
    for name in (method, "Adam"):
        k = rates.index(USUAL[name]) - (round(3 * np.log10(scale)) if name in moved else 0)
        k += round(3 * np.log10((1 - kept) / 0.1)) if name in grown else 0
        k = min(max(k, 1), len(rates) - 2)
        losses = {k + by: trial(name, rates[k + by], 0) for by in places}
        best = min(losses, key=losses.get)
        of[name] = np.array([trial(name, rates[best], seed) for seed in seeds])
    gap = of[method] - of["Adam"]
    half = T[len(gap)] * gap.std(ddof=1) / len(gap) ** 0.5
    return gap.mean() - half, gap.mean() + half


@right
def new_seeds_report(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(1, 5))


@right
def the_search_reports_too(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5))


@right
def the_three_nearest_rates(trial, method, scale, kept):
    chosen = {}
    for name in (method, "Adam"):
        usual = USUAL[name] / scale if name in BY_SCALE else USUAL[name]
        usual = 10 * usual * (1 - kept) if name in BY_KEPT else usual
        near = sorted(trial.options["lr"], key=lambda lr: abs(np.log(lr / usual)))[:3]
        chosen[name] = min(near, key=lambda lr: trial(name, lr, 7))
    gap = [
        trial(method, chosen[method], s) - trial("Adam", chosen["Adam"], s) for s in range(7, 12)
    ]
    half = T[5] * np.std(gap, ddof=1) / 5**0.5
    return np.mean(gap) - half, np.mean(gap) + half


@wrong
def at_the_rates_of_scale_one(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), moved=())


@wrong
def all_rates_moved(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), moved=USUAL)


@wrong
def adams_rate_moved_too(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), moved=(*BY_SCALE, "Adam"))


@wrong
def moved_in_the_wrong_direction(trial, method, scale, kept):
    return plan(trial, method, 1 / scale, kept, range(5))


@wrong
def kept_moves_nothing(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), grown=())


@wrong
def kept_moves_adam_too(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), grown=(*BY_KEPT, "Adam"))


@wrong
def kept_moves_all_but_adam(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), grown=set(USUAL) - {"Adam"})


@wrong
def kept_moves_nesterov_not(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(5), grown=("momentum",))


@wrong
def more_kept_a_higher_rate(trial, method, scale, kept):
    return plan(trial, method, scale, 1 - 0.01 / (1 - kept), range(5))


@wrong
def rates_from_home(trial, method, scale, kept):
    return plan(trial, method, scale, kept, range(7), places=(0,))


@wrong
def without_an_experiment(trial, method, scale, kept):
    trial(method, 0.5, 0)
    return -0.08, 0.17


@wrong
def with_numbers_from_the_first_world(trial, method, scale, kept, first=[]):  # noqa: B006
    first.append(first[0] if first else plan(trial, method, scale, kept, range(1, 5)))
    trial("Adam", 0.02, 0)
    return first[0]


programs.told = {
    "at_the_rates_of_scale_one": "In worlds with another scale, you report SGD, momentum or Nest",
    "all_rates_moved": "In worlds with another scale, you move the rate of Adam",
    "adams_rate_moved_too": "In worlds with another scale, you move the rate of Adam",
    "moved_in_the_wrong_direction": "With the scale you move the rate of SGD, momentum or Neste",
    "kept_moves_nothing": "In worlds with another `kept`, you report momentum or Nesterov",
    "kept_moves_adam_too": "In worlds with another `kept`, you move the rate of a method",
    "kept_moves_all_but_adam": "In worlds with another `kept`, you move the rate of a method",
    "kept_moves_nesterov_not": "In worlds with another `kept`, you report momentum or Nesterov",
    "more_kept_a_higher_rate": "With `kept` you move the rate of momentum or Nesterov in the wrong",
    "rates_from_home": "Of each side you try so many settings: 1 of the given method and 1 of",
    "without_an_experiment": "Your intervals reach 0.125 to each side in all worlds",
}

programs.beside_the_point = [
    "without_an_experiment",
    "rates_from_home",
    "at_the_rates_of_scale_one",
    "all_rates_moved",
]

programs.equivalent = changes("""
losses[name] = np.array([trial(name, best, seed) for seed in range(5)]) -> losses[name] = np.array([trial(name, best, seed) for seed in range(4)])
    nearly as many pairs are a good plan, too
""")
