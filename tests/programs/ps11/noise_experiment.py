"""Plans for ``noise_experiment(trial) -> (low, high)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(trial):
    found = {rate: bisected(trial, rate, 0) for rate in (1, 3, 10)}
    best = min(found, key=found.get)
    return interval([bisected(trial, best, seed) for seed in range(4)])


@right
def neighbours_only_where_the_rate_failed(trial):
    # A rate is better if it learns where the other one just does not.
    best, fails = 3, bisected(trial, 3, 0) - 0.125
    for rate in (1, 10):
        if trial(fails, rate, 0) >= 0.9:
            best = rate
    return interval([bisected(trial, best, seed) for seed in range(4)])


@right
def later_seeds_in_a_window(trial):
    # The first seed says where to look: three trainings are enough for each of the others.
    found = {rate: bisected(trial, rate, 5) for rate in (1.0, 3.0, 10.0)}
    best = min(found, key=found.get)
    low = min(max(found[best] - 1.125, -5), -3)
    rest = [bisected(trial, best, seed, low, low + 2) for seed in (6, 7, 8, 9)]
    return interval([found[best], *rest])


def bisected(trial, lr, seed, low=-5.0, high=-1.0):
    while high - low > 0.25:
        middle = (low + high) / 2
        if trial(middle, lr, seed) >= 0.9:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def interval(values):
    t = {4: 3.18, 5: 2.78}[len(values)]
    half = t * np.std(values, ddof=1) / len(values) ** 0.5
    return np.mean(values) - half, np.mean(values) + half


@wrong
def what_it_was_at_home(trial):
    trial(-3.0, 3.0, 0)
    return -3.4, -2.5


@wrong
def the_bracket_of_one_seed(trial):
    found = min(bisected(trial, rate, 0) for rate in (1, 3, 10))
    return found - 0.125, found + 0.125
