"""Solutions of ``ensemble_errors(predictions, s, M) -> errors``, for (L, K, N) and (N,)."""

import statistics

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(predictions, s, M):
    mean = predictions.mean(axis=1)
    variance = predictions.var(axis=1).mean(axis=1)
    return np.mean((mean - s) ** 2, axis=1) + variance / M


@right
def from_the_error_of_one(predictions, s, M):
    """A mean of M errors has M squares and M² − M products of two independent errors."""
    e = predictions - s
    square, product = np.mean(e**2, axis=(1, 2)), np.mean(e.mean(axis=1) ** 2, axis=1)
    return (M * square + M * (M - 1) * product) / M**2


@right
def input_by_input(predictions, s, M):
    errors = []
    for of_strength in predictions.astype(float):
        at = list(zip(of_strength.T.tolist(), s.tolist(), strict=True))
        bias = statistics.fmean((statistics.fmean(fits) - truth) ** 2 for fits, truth in at)
        errors.append(bias + statistics.fmean(statistics.pvariance(fits) for fits, _ in at) / M)
    return np.array(errors, predictions.dtype)


@wrong
def members_of_the_first_call(predictions, s, M, kept=[]):  # noqa: B006
    kept.append(M)
    return textbook(predictions, s, kept[0])


@wrong
def truth_of_the_first_call(predictions, s, M, kept={}):  # noqa: B006
    return textbook(predictions, kept.setdefault(len(s), s), M)


@wrong
def added_over_calls(predictions, s, M, kept={}):  # noqa: B006
    found = textbook(predictions, s, M)
    kept[found.shape] = kept.get(found.shape, 0) + found
    return kept[found.shape]


programs.beside_the_point = [
    "return np.mean((predictions - s) ** 2, axis=(1, 2))",
    "return np.mean((predictions.mean(axis=1) - s) ** 2, axis=1)",
    "return np.mean((predictions - s) ** 2, axis=(1, 2)) / M",
]

programs.equivalent = changes("""
bias_squared = np.mean((mean - s) ** 2, axis=(1, 2)) -> bias_squared = np.mean((s - mean) ** 2, axis=(1, 2))
variance = np.mean((predictions - mean) ** 2, axis=(1, 2)) -> variance = np.mean((mean - predictions) ** 2, axis=(1, 2))
    a square has no sign
""")
