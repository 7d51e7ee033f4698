"""Programs for ``ensemble_predict``."""

import numpy as np


def mean(probabilities):
    return probabilities.mean(axis=0)


def loop(probabilities):
    total = np.zeros(probabilities.shape[1:])
    for member in probabilities:
        total += member
    return (total / len(probabilities)).astype(probabilities.dtype)


def weighted_sum(probabilities):
    M = len(probabilities)
    return np.einsum("m,mnc->nc", np.full(M, 1 / M, dtype=probabilities.dtype), probabilities)


def tensor_product(probabilities):
    M, N, C = probabilities.shape
    weights = np.ones((1, M), dtype=probabilities.dtype)
    return (weights @ probabilities.reshape(M, N * C) / M).reshape(N, C)


def mean_of_last_axis(probabilities):
    return np.mean(np.moveaxis(probabilities, 0, 2), axis=2)


def normalised(probabilities):
    total = probabilities.sum(axis=0)
    return total / total.sum(axis=1, keepdims=True)


def updated(probabilities):
    """A mean that is kept up to date."""
    p = np.zeros_like(probabilities[0])
    for m, member in enumerate(probabilities, start=1):
        p = p + (member - p) / m
    return p


def average(probabilities):
    return np.average(probabilities, axis=0)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        mean,
        loop,
        weighted_sum,
        tensor_product,
        mean_of_last_axis,
        normalised,
        updated,
        average,
    )
]


def squeezed(probabilities):
    return np.squeeze(mean(probabilities))


def kept_axis(probabilities):
    return probabilities.mean(axis=0, keepdims=True)


def as_list(probabilities):
    return mean(probabilities).tolist()


def in_place(probabilities):
    probabilities /= len(probabilities)
    return probabilities.sum(axis=0)


def always_double(probabilities):
    return probabilities.astype(float).mean(axis=0)


DRESSED = [(f.__name__, (f,)) for f in (squeezed, kept_axis, as_list, in_place, always_double)]


def lowest(probabilities):
    return probabilities.min(axis=0)


def without_extremes(probabilities):
    """A trimmed mean."""
    if len(probabilities) < 3:
        return probabilities.mean(axis=0)
    return np.sort(probabilities, axis=0)[1:-1].mean(axis=0)


def weighted_by_confidence(probabilities):
    w = probabilities.max(axis=2, keepdims=True)
    return (w * probabilities).sum(axis=0) / w.sum(axis=0)


def root_mean_square(probabilities):
    return np.sqrt((probabilities**2).mean(axis=0))


def two_only(probabilities):
    return probabilities[:2].mean(axis=0)


def unbiased(probabilities):
    return probabilities.sum(axis=0) / max(len(probabilities) - 1, 1)


def rounded(probabilities):
    return np.round(probabilities.mean(axis=0), 2)


def uniform(probabilities):
    return np.full(probabilities.shape[1:], 1 / probabilities.shape[2])


WRONG = [
    (f.__name__, (f,))
    for f in (
        lowest,
        without_extremes,
        weighted_by_confidence,
        root_mean_square,
        two_only,
        unbiased,
        rounded,
        uniform,
    )
]
