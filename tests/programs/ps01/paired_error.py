"""Solutions of ``paired_error(a, b) -> (difference, error)``."""

import math
import statistics

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, b):
    d = np.subtract(a, b)
    return np.mean(d), np.std(d, ddof=1) / np.sqrt(len(d))


@right
def by_variance_and_covariance(a, b):
    C = np.cov(a, b)
    return a.mean() - b.mean(), math.sqrt((C[0, 0] + C[1, 1] - 2 * C[0, 1]) / len(a))


@right
def pure_python(a, b):
    d = [x - y for x, y in zip(a, b, strict=True)]
    return statistics.fmean(d), statistics.stdev(d) / len(d) ** 0.5


@wrong
def number_of_pairs_of_the_first_call(a, b, kept=[]):  # noqa: B006
    kept.append(len(a))
    d = a - b
    return d.mean(), d.std(ddof=1) / kept[0] ** 0.5
