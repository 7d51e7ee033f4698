"""Solutions of ``norm_experiment(trial) -> (factor, low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57}
USUAL = {("plain", 0.1): 1.0, ("plain", 1): 0.3, ("plain", 3): 0.1, ("plain", 10): 0.01}
USUAL |= {("normalised", f): 1.0 for f in (1, 3, 10)} | {("normalised", 0.1): 0.1}


def plan(trial, factor, seeds, places=1, t=None):
    """Each network's best rate of 2 · places + 1 with seed 0, then the interval of these seeds."""
    rates, of = trial.options["lr"], {}
    for network in ("plain", "normalised"):
        for f in (1, factor):
            k = rates.index(USUAL[network, f])
            tried = rates[max(k - places, 0) : k + places + 1]
            best = max(tried, key=lambda lr: trial(network, f, lr, 0))
            of[network, f] = np.array([trial(network, f, best, seed) for seed in seeds])
    gain = of["plain", 1] - of["plain", factor] - of["normalised", 1] + of["normalised", factor]
    half = (t or T[len(gain)]) * gain.std(ddof=1) / len(gain) ** 0.5
    return factor, gain.mean() - half, gain.mean() + half


@right
def factor_3(trial):
    return plan(trial, 3, (1, 2, 3))


@right
def the_search_reports_too(trial):
    return plan(trial, 10, (0, 1, 2, 3))


@right
def too_small_weights(trial):
    return plan(trial, 0.1, (0, 1, 2, 3))


@wrong
def rates_from_home(trial):
    return plan(trial, 10, range(1, 6), places=0)


@wrong
def the_right_weights(trial):  # their gain is 0 by definition
    trial("plain", 1, 0.1, 0)
    return 1, -0.01, 0.01


@wrong
def without_an_experiment(trial):
    trial("plain", 1, 0.1, 0)
    return 10, -0.15, 0.2


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, 10, (1, 2, 3)))
    trial("plain", 1, 0.1, 0)
    return kept[0]
