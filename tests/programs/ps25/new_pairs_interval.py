"""Solutions of ``new_pairs_interval(d, m, t)``: two variances, one interval."""

import math
import statistics

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(d, m, t):
    half = t * np.std(d, ddof=1) * np.sqrt(1 / len(d) + 1 / m)
    return np.mean(d) - half, np.mean(d) + half


@right
def two_variances(d, m, t):
    variance = np.var(d, ddof=1)
    of_mine, of_new = variance / len(d), variance / m
    half = t * math.sqrt(of_mine + of_new)
    return tuple(np.mean(d) + half * np.array([-1, 1]))


@right
def without_numpy(d, m, t):
    numbers = [float(one) for one in d]
    middle, s, n = statistics.fmean(numbers), statistics.stdev(numbers), len(numbers)
    half = t * s * ((n + m) / (n * m)) ** 0.5
    return [middle - half, middle + half]


@wrong
def spread_of_the_first_call(d, m, t, kept=[]):  # noqa: B006
    kept.append(np.std(d, ddof=1))
    half = t * kept[0] * np.sqrt(1 / len(d) + 1 / m)
    return np.mean(d) - half, np.mean(d) + half


@wrong
def accuracies_differ_by_1_at_most(d, m, t):
    low, high = textbook(d, m, t)
    return max(low, -1.0), min(high, 1.0)


programs.beside_the_point = [
    "return np.mean(d) - 0.05, np.mean(d) + 0.05",
    "return np.min(d), np.max(d)",
    "return -1.0, 1.0",
    "return 0.0, 0.0",
]
