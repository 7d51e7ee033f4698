"""Solutions of ``race_report(trial) -> (method, low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
USUAL = {"SGD": 0.5, "momentum": 0.1, "Nesterov": 0.1, "Adagrad": 0.1, "RMSProp": 0.01}
USUAL |= {"Adadelta": 5.0, "Adam": 0.02}


def plan(trial, method, seeds, places=(-2, -1, 0, 1, 2), climb=False):
    """Each method's best rate with seed 0, then the interval of these seeds."""
    rates, of = trial.options["lr"], {}
    for name in (method, "Adam"):
        k = rates.index(USUAL[name])
        losses = {k + by: trial(name, rates[k + by], 0) for by in places}
        best = min(losses, key=losses.get)
        if climb:  # the neighbours of the best of a coarse search
            losses |= {k: trial(name, rates[k], 0) for k in (best - 1, best + 1)}
            best = min(losses, key=losses.get)
        of[name] = np.array([trial(name, rates[best], seed) for seed in seeds])
    gap = of[method] - of["Adam"]
    half = T[len(gap)] * gap.std(ddof=1) / len(gap) ** 0.5
    return method, gap.mean() - half, gap.mean() + half


@right
def coarse_then_fine(trial):
    return plan(trial, "RMSProp", range(1, 6), places=(-2, 0, 2), climb=True)


@right
def the_search_reports_too(trial):
    return plan(trial, "Adagrad", range(6))


@right
def fewer_seeds_than_allowed(trial):
    return plan(trial, "RMSProp", range(1, 5))


@wrong
def rates_from_home(trial):
    return plan(trial, "Adagrad", range(1, 11), places=(0,))


@wrong
def adam_against_itself(trial):  # the difference is 0 by definition
    trial("Adam", 0.02, 0)
    return "Adam", -0.01, 0.01


@wrong
def without_an_experiment(trial):
    trial("SGD", 0.5, 0)
    return "RMSProp", -0.08, 0.17


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, "RMSProp", range(1, 6)))
    trial("Adam", 0.02, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "adam_against_itself",
    "rates_from_home",
]

programs.equivalent = changes("""
best = min(rates[k - 2:k + 3], key=lambda lr: trial(name, lr, 0)) -> best = min(rates[k - 2:k + 3], key=lambda lr: trial(name, lr, 1))
losses[name] = np.array([trial(name, best, seed) for seed in range(1, 6)]) -> losses[name] = np.array([trial(name, best, seed) for seed in range(0, 6)])
    the seeds that choose may report, too
losses[name] = np.array([trial(name, best, seed) for seed in range(1, 6)]) -> losses[name] = np.array([trial(name, best, seed) for seed in range(2, 6)])
losses[name] = np.array([trial(name, best, seed) for seed in range(1, 6)]) -> losses[name] = np.array([trial(name, best, seed) for seed in range(1, 5)])
    nearly as many pairs are a good plan, too
""")
