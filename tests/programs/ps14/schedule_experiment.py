"""Solutions of ``schedule_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26, 12: 2.2}
USUAL = {"constant": 0.15, "cosine": 0.5}


def plan(trial, search, report, places=1, rate=None, t=None):
    """Each schedule's best rate of 2 · places + 1, then the interval of the seeds of the report."""
    rates, found = trial.options["lr"], []
    for name, usual in USUAL.items():
        k = rates.index(rate or usual)
        tried = rates[k - places : k + places + 1]
        means = [sum(trial(name, lr, seed) for seed in search) for lr in tried]
        best = tried[int(np.argmax(means))]
        found.append([trial(name, best, seed) for seed in report])
    gain = np.subtract(found[1], found[0])
    half = (t or T[len(gain)]) * gain.std(ddof=1) / len(gain) ** 0.5
    return gain.mean() - half, gain.mean() + half


@right
def the_search_reports_too(trial):
    return plan(trial, range(2), range(5))


@right
def one_seed_chooses(trial):
    return plan(trial, (0,), range(1, 7))


@right
def a_search_in_two_rounds(trial):
    """All three rates with one seed, then the two best ones with one seed more."""
    rates, found = trial.options["lr"], []
    for name, usual in USUAL.items():
        k = rates.index(usual)
        scores = {lr: [trial(name, lr, 0)] for lr in rates[k - 1 : k + 2]}
        for lr in sorted(scores, key=lambda lr: -scores[lr][0])[:2]:
            scores[lr] += [trial(name, lr, 1)]
        best = max((lr for lr in scores if len(scores[lr]) == 2), key=lambda lr: sum(scores[lr]))
        found.append([trial(name, best, seed) for seed in range(6)])
    gain = np.subtract(found[1], found[0])
    half = T[6] * gain.std(ddof=1) / 6**0.5
    return gain.mean() - half, gain.mean() + half


@wrong
def one_rate_for_both(trial):
    return plan(trial, (), range(9), places=0, rate=0.15)


@wrong
def rates_from_home(trial):
    return plan(trial, (), range(9), places=0)


@wrong
def without_an_experiment(trial):
    trial("cosine", 0.5, 0)
    return 0.0, 0.05


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, range(2), range(2, 5)))
    trial("cosine", 0.5, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "one_rate_for_both",
    "rates_from_home",
]

programs.equivalent = changes("""
best = max(rates[k - 1:k + 2], key=lambda lr: trial(name, lr, 0)) -> best = max(rates[k - 1:k + 2], key=lambda lr: trial(name, lr, 1))
reached[name] = np.array([trial(name, best, seed) for seed in range(1, 7)]) -> reached[name] = np.array([trial(name, best, seed) for seed in range(0, 7)])
    the seeds that choose may report, too
reached[name] = np.array([trial(name, best, seed) for seed in range(1, 7)]) -> reached[name] = np.array([trial(name, best, seed) for seed in range(2, 7)])
reached[name] = np.array([trial(name, best, seed) for seed in range(1, 7)]) -> reached[name] = np.array([trial(name, best, seed) for seed in range(1, 6)])
    nearly as many pairs are a good plan, too
""")
