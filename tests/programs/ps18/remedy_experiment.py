"""Solutions of ``remedy_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
USUAL = {"stop": 0.02, "penalty": 0.01}


def interval(gain):
    half = T[len(gain)] * np.std(gain, ddof=1) / len(gain) ** 0.5
    return np.mean(gain) - half, np.mean(gain) + half


def plan(trial, search, report, places=1, lam=None):
    """Each remedy's best strength of 2 · places + 1, then the interval of the report's seeds."""
    lams, found = trial.options["lam"], []
    for remedy, usual in USUAL.items():
        k = lams.index(lam or usual)
        tried = lams[k - places : k + places + 1]
        means = [sum(trial(remedy, one, seed) for seed in search) for one in tried]
        best = tried[int(np.argmax(means))]
        found.append([trial(remedy, best, seed) for seed in report])
    return interval(np.subtract(found[1], found[0]))


@right
def two_seeds_search_and_six_report(trial):
    return plan(trial, range(2), range(6))


@right
def a_search_in_two_rounds(trial):
    """All three strengths with one seed, then the two best ones with one seed more."""
    lams, found = trial.options["lam"], []
    for remedy, usual in USUAL.items():
        k = lams.index(usual)
        first = {lam: trial(remedy, lam, 0) for lam in lams[k - 1 : k + 2]}
        two = sorted(first, key=first.get)[1:]
        best = max(two, key=lambda lam: first[lam] + trial(remedy, lam, 1))
        found.append([trial(remedy, best, seed) for seed in range(6)])
    return interval(np.subtract(found[1], found[0]))


@right
def another_seed_when_it_is_close(trial):
    """A third seed for the two best strengths, if they are within 0.04 after two seeds."""
    lams, found = trial.options["lam"], []
    for remedy, usual in USUAL.items():
        k = lams.index(usual)
        means = {}
        for lam in lams[k - 1 : k + 2]:
            means[lam] = (trial(remedy, lam, 0) + trial(remedy, lam, 1)) / 2
        second, best = sorted(means, key=means.get)[1:]
        if means[best] - means[second] < 0.04:
            third = {lam: 2 * means[lam] + trial(remedy, lam, 2) for lam in (second, best)}
            best = max(third, key=third.get)
        found.append([trial(remedy, best, seed) for seed in range(5)])
    return interval(np.subtract(found[1], found[0]))


@wrong
def one_strength_for_both(trial):
    return plan(trial, (), range(10), places=0, lam=0.02)


@wrong
def strengths_from_home(trial):
    return plan(trial, (), range(10), places=0)


@wrong
def without_an_experiment(trial):
    trial("stop", 0.02, 0)
    return -0.03, 0.05


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, range(2), range(6)))
    trial("stop", 0.02, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "one_strength_for_both",
    "strengths_from_home",
]

programs.equivalent = changes("""
means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 1)]) for lam in tried} -> means = {lam: np.sum([trial(remedy, lam, seed) for seed in (0, 1)]) for lam in tried}
    the sum is largest where the mean is
reached[remedy] = np.array([trial(remedy, best, seed) for seed in range(6)]) -> reached[remedy] = np.array([trial(remedy, best, seed) for seed in range(5)])
    nearly as many pairs are a good plan, too
means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 1)]) for lam in tried} -> means = {lam: np.mean([trial(remedy, lam, seed) for seed in (1, 1)]) for lam in tried}
    other seeds choose as well
means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 1)]) for lam in tried} -> means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 2)]) for lam in tried}
    other seeds choose as well
means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 1)]) for lam in tried} -> means = {lam: np.mean([trial(remedy, lam, seed) for seed in (0, 0)]) for lam in tried}
    other seeds choose as well
""")
