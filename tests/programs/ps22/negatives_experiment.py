"""Solutions of ``negatives_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26, 12: 2.2}


def plan(trial, *, single=(0.3, 1.0, 3.0), counts=(2, 4, 8), margins=(3.0,), search, report):
    """The best setting of each side in a search, then the interval of the seeds of the report."""
    sides = []
    for settings in (
        [(1, margin) for margin in single],
        [(count, margin) for count in counts for margin in margins],
    ):
        scores = [sum(trial(*setting, seed) for seed in search) for setting in settings]
        best = settings[int(np.argmax(scores))]
        sides.append([trial(*best, seed) for seed in report])
    gain = np.subtract(sides[1], sides[0])
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return gain.mean() - half, gain.mean() + half


@right
def the_search_reports_too(trial):
    return plan(trial, search=range(2), report=range(8))


@right
def three_margins_for_both(trial):
    """One seed chooses, and it reports as well."""
    return plan(trial, margins=(1.0, 3.0, 10.0), search=(0,), report=range(7))


@right
def a_search_in_two_rounds(trial):
    """All settings with one seed, then the two best ones of each side with two seeds more."""
    sides = []
    for settings in ([(1, m) for m in (0.3, 1.0, 3.0)], [(n, 3.0) for n in (2, 4, 8)]):
        scores = {one: [trial(*one, 0)] for one in settings}
        for one in sorted(settings, key=lambda one: -scores[one][0])[:2]:
            scores[one] += [trial(*one, 1), trial(*one, 2)]
        best = max((one for one in settings if len(scores[one]) == 3), key=lambda k: sum(scores[k]))
        sides.append([trial(*best, seed) for seed in range(7)])
    gain = np.subtract(sides[1], sides[0])
    half = T[7] * gain.std(ddof=1) / 7**0.5
    return gain.mean() - half, gain.mean() + half


@wrong
def the_hardest(trial):
    return plan(trial, counts=(32,), search=(0,), report=range(10))


@wrong
def one_margin_for_both(trial):
    return plan(trial, single=(1.0,), margins=(1.0,), search=(0, 1), report=range(8))


@wrong
def without_an_experiment(trial):
    trial(4, 3.0, 0)
    return 0.0, 0.05


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, search=range(2), report=range(2, 8)))
    trial(4, 3.0, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "the_hardest",
]

programs.equivalent = changes("""
single = {m: np.mean([trial(1, m, seed) for seed in (0, 1)]) for m in tried} -> single = {m: np.sum([trial(1, m, seed) for seed in (0, 1)]) for m in tried}
    the sum is largest where the mean is
chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 1)]) for n in (2, 4, 8)} -> chosen = {n: np.sum([trial(n, usual, seed) for seed in (0, 1)]) for n in (2, 4, 8)}
    the sum is largest where the mean is
gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(2, 8)] -> gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(3, 8)]
    nearly as many pairs are a good plan, too
gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(2, 8)] -> gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(1, 8)]
    one seed of several that has chosen biases hardly
gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(2, 8)] -> gain = [trial(count, usual, seed) - trial(1, margin, seed) for seed in range(2, 7)]
    nearly as many pairs are a good plan, too
single = {m: np.mean([trial(1, m, seed) for seed in (0, 1)]) for m in tried} -> single = {m: np.mean([trial(1, m, seed) for seed in (1, 1)]) for m in tried}
    one seed chooses as well as two
single = {m: np.mean([trial(1, m, seed) for seed in (0, 1)]) for m in tried} -> single = {m: np.mean([trial(1, m, seed) for seed in (0, 2)]) for m in tried}
    other seeds choose as well
single = {m: np.mean([trial(1, m, seed) for seed in (0, 1)]) for m in tried} -> single = {m: np.mean([trial(1, m, seed) for seed in (0, 0)]) for m in tried}
    one seed chooses as well as two
chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 1)]) for n in (2, 4, 8)} -> chosen = {n: np.mean([trial(n, usual, seed) for seed in (1, 1)]) for n in (2, 4, 8)}
    one seed chooses as well as two
chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 1)]) for n in (2, 4, 8)} -> chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 2)]) for n in (2, 4, 8)}
    other seeds choose as well
chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 1)]) for n in (2, 4, 8)} -> chosen = {n: np.mean([trial(n, usual, seed) for seed in (0, 0)]) for n in (2, 4, 8)}
    one seed chooses as well as two
""")
