"""Solutions of ``batch_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

T = {2: 12.7, 3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31}
HOME = {1: 0.03, 64: 1.0}


def tuned(trial, size, seeds, places=1):
    """The best rate of a batch size among its usual one and the neighbours of this one."""
    rates = trial.options["lr"]
    k = rates.index(HOME[size])
    tried = rates[max(k - places, 0) : k + places + 1]
    return max(tried, key=lambda lr: np.mean([trial(size, lr, seed) for seed in seeds]))


def interval(trial, best, seeds):
    gain = np.array([trial(1, best[1], s) - trial(64, best[64], s) for s in seeds])
    half = T[len(gain)] * gain.std(ddof=1) / len(gain) ** 0.5
    return gain.mean() - half, gain.mean() + half


@right
def two_seeds_choose(trial):
    return interval(trial, {size: tuned(trial, size, (0, 1)) for size in HOME}, range(2, 8))


@right
def the_search_reports_too(trial):
    return interval(trial, {size: tuned(trial, size, (0, 1)) for size in HOME}, range(8))


@right
def three_seeds_choose(trial):
    return interval(trial, {size: tuned(trial, size, (0, 1, 2)) for size in HOME}, range(5))


def scaled(rates, lr, factor):
    """The rate of the list that is next to this multiple of one of them."""
    return min(rates, key=lambda other: abs(np.log(other / (factor * lr))))


@wrong
def by_the_linear_scaling_rule(trial):
    lr = tuned(trial, 1, (0, 1))
    best = {1: lr, 64: scaled(trial.options["lr"], lr, 64)}
    return interval(trial, best, range(2, 11))


@wrong
def rates_from_home(trial):
    return interval(trial, HOME, range(9))


@wrong
def one_rate_for_both(trial):
    return interval(trial, dict.fromkeys(HOME, 0.1), range(9))


@wrong
def without_an_experiment(trial):
    trial(1, 0.03, 0)
    return -0.05, 0.1


@wrong
def with_numbers_from_the_first_world(trial, kept=[]):  # noqa: B006
    kept.append(kept[0] if kept else two_seeds_choose(trial))
    trial(1, 0.03, 0)
    return kept[0]


programs.beside_the_point = [
    "without_an_experiment",
    "one_rate_for_both",
    "rates_from_home",
]

programs.equivalent = changes("""
reached[size] = np.array([trial(size, best, seed) for seed in range(2, 8)]) -> reached[size] = np.array([trial(size, best, seed) for seed in range(3, 8)])
    nearly as many pairs are a good plan, too
reached[size] = np.array([trial(size, best, seed) for seed in range(2, 8)]) -> reached[size] = np.array([trial(size, best, seed) for seed in range(1, 8)])
    nearly as many pairs are a good plan, too
reached[size] = np.array([trial(size, best, seed) for seed in range(2, 8)]) -> reached[size] = np.array([trial(size, best, seed) for seed in range(2, 7)])
    nearly as many pairs are a good plan, too
mean = {lr: sum((trial(size, lr, s) for s in range(2))) for lr in rates[k - 1:k + 2]} -> mean = {lr: sum((trial(size, lr, s) for s in range(1))) for lr in rates[k - 1:k + 2]}
    other seeds choose as well
""")
