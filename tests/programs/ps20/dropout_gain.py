"""Procedures ``dropout_gain(trial) -> (units, wrong, low, high)`` within 32 trainings."""

from itertools import product

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

RATES, PROBABILITIES = (0.0025, 0.005, 0.01, 0.03, 0.1), (0.2, 0.5, 0.8)
T4, T6 = 3.18, 2.57  # for four seeds, for six


def interval(differences, t):
    d = np.asarray(differences)
    half = t * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half


@right
def wide_networks_with_right_labels(trial):
    at = 256, 0
    plain = max(RATES, key=lambda lr: trial(*at, 0, lr, seed=5))
    best = max(product(PROBABILITIES, RATES), key=lambda one: trial(*at, *one, seed=5))
    d = [trial(*at, *best, s) - trial(*at, 0, plain, s) for s in range(20, 26)]
    return (*at, *interval(d, T6))


@right
def narrow_networks(trial):
    at = 16, 0
    first = {(p, lr): trial(*at, p, lr, 0) for p in (0, *PROBABILITIES) for lr in RATES}
    plain = max(RATES, key=lambda lr: first[0, lr])
    best = max(first, key=lambda one: first[one] if one[0] else -1)
    a, b = ([trial(*at, *one, s) for s in range(1, 7)] for one in (best, (0, plain)))
    return *at, *interval(np.subtract(a, b), T6)


@right
def both_sides_from_one_list(trial):
    at = 16, 0.5
    first = {(p, lr): trial(*at, p, lr, 3) for p in (0, *PROBABILITIES) for lr in RATES}
    plain, best = (max((o for o in first if bool(o[0]) == on), key=first.get) for on in (0, 1))
    d = [trial(*at, *best, s) - trial(*at, *plain, s) for s in range(4, 10)]
    return (*at, *interval(d, T6))


@open_
def the_two_best_once_more(trial):
    at = 256, 0.5

    def mean(one, seeds):
        return np.mean([trial(*at, *one, seed) for seed in seeds])

    def chosen(cells):
        ahead = sorted(cells, key=lambda one: mean(one, [0]))[-2:]
        return max(ahead, key=lambda one: mean(one, [0, 1]))

    best = chosen(product(PROBABILITIES, RATES))
    plain = chosen(product([0], RATES))
    d = [trial(*at, *best, s) - trial(*at, *plain, s) for s in range(2, 6)]
    return np.int64(256), np.float64(0.5), *interval(d, T4)


@wrong
def numbers_from_elsewhere(trial):
    trial(256, 0.5, 0, 0.01, 0)
    return 256, 0.5, -0.03, 0.07


@wrong
def seeds_that_chose(trial):
    at = 256, 0.5
    mean = {
        (p, lr): np.mean([trial(*at, p, lr, s) for s in (0, 1)])
        for p in (0, *PROBABILITIES)
        for lr in RATES[1:]
    }
    plain = max(RATES[1:], key=lambda lr: mean[0, lr])
    best = max(mean, key=lambda one: mean[one] if one[0] else -1)
    d = [trial(*at, *best, s) - trial(*at, 0, plain, s) for s in (0, 1)]
    return *at, *interval(d, 12.7)


programs.beside_the_point = [
    "numbers_from_elsewhere",
    "trial(256, 0.5, 0, 0.1, 0); return 256, 0.5, -0.01, 0.01",
]

programs.equivalent = changes("""
d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(1, 7)] -> d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(2, 7)]
    nearly as many pairs are a good plan, too
d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(1, 7)] -> d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(0, 7)]
    one seed of several that has chosen biases hardly
d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(1, 7)] -> d = [trial(units, wrong, *best, s) - trial(units, wrong, 0, plain, s) for s in range(1, 6)]
    nearly as many pairs are a good plan, too
plain = max(rates, key=lambda lr: trial(units, wrong, 0, lr, 0)) -> plain = max(rates, key=lambda lr: trial(units, wrong, 0, lr, 1))
    one seed of several that has chosen biases hardly
best = max(tried, key=lambda setting: trial(units, wrong, *setting, 0)) -> best = max(tried, key=lambda setting: trial(units, wrong, *setting, 1))
    one seed of several that has chosen biases hardly
""")
