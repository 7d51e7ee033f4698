"""Solutions of ``norm_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {3: 4.3, 4: 3.18, 7: 2.45, 8: 2.36, 9: 2.31, 12: 2.2}
USUAL = {"plain": 0.01, "normalised": 1.0}


def plan(trial, search, report, places=1):
    """Each network's best rate of 2 · places + 1, then the interval of the seeds that report."""
    rates, of = trial.options["lr"], {}
    for network, rate in USUAL.items():
        k = rates.index(rate)
        tried = rates[max(k - places, 0) : k + places + 1]
        mean = {lr: np.mean([trial(network, lr, seed) for seed in search]) for lr in tried}
        best = max(mean, key=mean.get)
        of[network] = np.array([trial(network, best, seed) for seed in report])
    d = of["normalised"] - of["plain"]
    half = T[len(d)] * d.std(ddof=1) / len(d) ** 0.5
    return d.mean() - half, d.mean() + half


@right
def one_seed_chooses(trial):  # 2 · (3 + 9)
    return plan(trial, (0,), range(1, 10))


@open_
def three_seeds_choose_and_report(trial):  # 2 · (3 · 3 + 3)
    return plan(trial, (0, 1, 2), range(2, 6))


@right
def five_rates(trial):  # 2 · (5 + 7)
    return plan(trial, (0,), range(1, 8), places=2)


@right
def the_search_and_new_seeds_report(trial):  # 2 · (3 · 2 + 6)
    return plan(trial, (0, 1), range(8))


@open_
def the_search_reports(trial):  # 2 · 3 · 4
    return plan(trial, (0, 1, 2, 3), (0, 1, 2, 3))


@wrong
def three_differences(trial):  # 2 · (3 · 3 + 3): narrow only by luck
    return plan(trial, (0, 1, 2), (3, 4, 5))


@wrong
def all_rates(trial):  # 2 · (10 + 2), with the seed of the search
    return plan(trial, (0,), (0, 1, 2), places=9)


@wrong
def rates_from_home(trial):
    return plan(trial, (0,), range(12), places=0)


@wrong
def without_an_experiment(trial):
    trial("plain", 0.1, 0)
    return -0.1, 0.3


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else plan(trial, (0,), (1, 2, 3)))
    trial("plain", 0.1, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "rates_from_home",
]

programs.equivalent = changes("""
mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried} -> mean = {lr: np.sum([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried}
    the sum is largest where the mean is
reached[network] = np.array([trial(network, best, seed) for seed in range(3, 9)]) -> reached[network] = np.array([trial(network, best, seed) for seed in range(4, 9)])
    nearly as many pairs are a good plan, too
reached[network] = np.array([trial(network, best, seed) for seed in range(3, 9)]) -> reached[network] = np.array([trial(network, best, seed) for seed in range(2, 9)])
    the seeds that choose may report, too
reached[network] = np.array([trial(network, best, seed) for seed in range(3, 9)]) -> reached[network] = np.array([trial(network, best, seed) for seed in range(3, 8)])
    nearly as many pairs are a good plan, too
mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried} -> mean = {lr: np.mean([trial(network, lr, seed) for seed in (2, 2)]) for lr in tried}
    other seeds choose as well
mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried} -> mean = {lr: np.mean([trial(network, lr, seed) for seed in (0, 2)]) for lr in tried}
    other seeds choose as well
mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried} -> mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 3)]) for lr in tried}
    other seeds choose as well
mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 2)]) for lr in tried} -> mean = {lr: np.mean([trial(network, lr, seed) for seed in (1, 1)]) for lr in tried}
    other seeds choose as well
""")
