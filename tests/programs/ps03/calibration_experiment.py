"""Solutions of ``calibration_experiment(trial) -> (remedy, low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36}


def plan(trial, remedy, none, with_it, seeds, search=(0,)):
    """Both sides at the best of the numbers of epochs, then the interval of these seeds.

    Seed 0 chooses the number without a remedy, ``search`` the one with it.
    """
    found = []
    for name, tried, by in (("none", none, (0,)), (remedy, with_it, search)):
        means = {sum(trial(name, epochs, seed) for seed in by): epochs for epochs in tried}
        best = means[min(means)]
        found.append(np.array([trial(name, best, seed) for seed in seeds]))
    gain = found[0] - found[1]
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return remedy, gain.mean() - half, gain.mean() + half


@right
def smoothing(trial):
    return plan(trial, "smoothing", (5, 10, 20), (10, 20, 40), range(6), search=(0, 1))


@right
def one_number_for_the_temperature(trial):  # with a temperature all numbers are nearly as good
    return plan(trial, "temperature", (5, 10, 20), (40,), range(1, 8))


@right
def the_search_reports_too(trial):
    return plan(trial, "temperature", (5, 10, 20), (20, 40, 80), range(7))


@wrong
def without_pairs(trial):
    """Other seeds for each side, and the sum of both variances."""
    sides = []
    for name, first in (("none", 1), ("temperature", 20)):
        tried = (5, 10, 20) if name == "none" else (80,)
        best = min(tried, key=lambda epochs: trial(name, epochs, 0))
        sides.append(np.array([trial(name, best, first + seed) for seed in range(7)]))
    gain = sides[0].mean() - sides[1].mean()
    half = 2.2 * np.sqrt(sum(one.var(ddof=1) / 7 for one in sides))
    return "temperature", gain - half, gain + half


@wrong
def epochs_from_home(trial):
    return plan(trial, "temperature", (10,), (40,), range(8))


@wrong
def as_long_as_ever(trial):
    return plan(trial, "temperature", (160,), (160,), range(8))


@wrong
def no_remedy(trial):  # its gain is 0 by definition
    trial("none", 10, 0)
    return "none", -0.01, 0.01


@wrong
def without_an_experiment(trial):
    trial("none", 10, 0)
    return "temperature", 0.07, 0.12


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, "temperature", (5, 10, 20), (40,), range(6)))
    trial("none", 10, 0)
    return kept[0]
