"""Solutions of ``batch_error(each, B, replace) -> error``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(each, B, replace):
    errors = each - each.mean(axis=0)
    square = np.mean(np.sum(errors**2, axis=1)) / B
    if not replace:
        square *= (len(each) - B) / (len(each) - 1)
    return np.sqrt(square)


@right
def from_the_covariance(each, B, replace):
    N = len(each)
    trace = np.trace(np.atleast_2d(np.cov(each, rowvar=False, ddof=0)))
    return float(np.sqrt(trace / B if replace else trace / B - trace * (B - 1) / (B * (N - 1))))


@right
def variance_by_variance(each, B, replace):
    N, total = len(each), 0.0
    for column in np.transpose(each):
        middle = sum(column) / N
        spread = sum((value - middle) ** 2 for value in column) / N
        total += spread / B * (1 if replace else 1 - (B - 1) / (N - 1))
    return max(total, 0) ** 0.5


@wrong
def of_the_first_gradients(each, B, replace, kept=[]):  # noqa: B006
    kept.append(each)
    return textbook(kept[0], B, replace)


@wrong
def one_sample_divides_by_0(each, B, replace):
    N = len(each)
    factor = (N - B) / (N - 1)
    square = each.var(axis=0).sum() / B
    return np.sqrt(square if replace else square * factor)


programs.beside_the_point = [
    "return 0.0",
    "return np.std(each)",
    "return 1 / np.sqrt(B)",
]

programs.equivalent = changes("""
errors = each - each.mean(axis=0) -> errors = each.mean(axis=0) - each
    a square has no sign
""")
