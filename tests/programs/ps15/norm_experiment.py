"""Solutions of ``norm_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 6: 2.57, 9: 2.31}
USUAL = {("plain", 1): 0.3, ("plain", 10): 0.01, ("normalised", 1): 1.0, ("normalised", 10): 1.0}


def plan(trial, search, report, places=1):
    """Each setting's best rate of 2 · places + 1, then the interval of the seeds that report."""
    rates, of = trial.options["lr"], {}
    for setting, rate in USUAL.items():
        k = rates.index(rate)
        tried = rates[max(k - places, 0) : k + places + 1]
        mean = {lr: np.mean([trial(*setting, lr, seed) for seed in search]) for lr in tried}
        best = max(mean, key=mean.get)
        of[setting] = np.array([trial(*setting, best, seed) for seed in report])
    gain = of["plain", 1] - of["plain", 10] - of["normalised", 1] + of["normalised", 10]
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return gain.mean() - half, gain.mean() + half


@right
def one_seed_chooses(trial):  # 4 · (3 + 6)
    return plan(trial, (0,), range(1, 7))


@right
def five_rates(trial):  # 4 · (5 + 4)
    return plan(trial, (0,), range(1, 5), places=2)


@right
def the_search_reports(trial):  # 4 · 3 · 3
    return plan(trial, (0, 1, 2), (0, 1, 2))


@right
def seven_rates(trial):  # 4 · (7 + 2), with the seed of the search
    return plan(trial, (0,), (0, 1, 2), places=3)


@wrong
def rates_from_home(trial):
    return plan(trial, (0,), range(9), places=0)


@wrong
def without_an_experiment(trial):
    trial("plain", 1, 0.1, 0)
    return -0.15, 0.2


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, (0,), (1, 2, 3)))
    trial("plain", 1, 0.1, 0)
    return kept[0]
