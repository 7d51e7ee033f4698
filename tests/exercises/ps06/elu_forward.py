"""Programs for ``elu_forward``."""

import math

import numpy as np


def as_printed(u, alpha):
    return np.where(u > 0, u, alpha * (np.exp(u) - 1)), u  # warns of an overflow, and is right


def kept_from_overflowing(u, alpha):
    return np.where(u > 0, u, alpha * np.expm1(np.minimum(u, 0))), (u, alpha)


def two_parts(u, alpha):
    return np.maximum(u, 0) + np.minimum(0, alpha * (np.exp(u) - 1)), None


def sum_of_parts(u, alpha):
    return np.maximum(u, 0) + alpha * (np.exp(-np.maximum(-u, 0)) - 1), {}


def chosen_places(u, alpha=1.0):
    z = u.copy()
    left = u < 0
    z[left] = alpha * np.expm1(u[left])
    return z, [z, alpha]


def by_tanh(u, alpha):
    half = np.tanh(np.minimum(u, 0) / 2)  # exp(u) - 1 = 2 t / (1 - t)
    return np.where(u >= 0, u, alpha * 2 * half / (1 - half)), u


def number_by_number(u, alpha):
    z = np.zeros_like(u)
    for n in range(u.shape[0]):
        for j in range(u.shape[1]):
            v = float(u[n, j])
            z[n, j] = v if v > 0 else alpha * math.expm1(v)
    return z, u


def mask_and_nan_to_num(u, alpha):
    left = np.nan_to_num((u <= 0) * (np.exp(u) - 1), nan=0.0)
    return np.maximum(u, 0) + alpha * left, u


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        as_printed,
        kept_from_overflowing,
        two_parts,
        sum_of_parts,
        chosen_places,
        by_tanh,
        number_by_number,
        mask_and_nan_to_num,
    )
]


def nested_lists(u, alpha):
    return kept_from_overflowing(u, alpha)[0].tolist(), u


def in_double(u, alpha):
    return kept_from_overflowing(u.astype(float), alpha)[0], u


def over_its_input(u, alpha):
    u[...] = kept_from_overflowing(u, alpha)[0]
    return u, alpha


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, in_double, over_its_input)]


def no_cache(u, alpha):
    return as_printed(u, alpha)[0]


def selu(u, alpha):
    return 1.0507 * as_printed(u, alpha)[0], u


def base_two(u, alpha):
    return np.where(u > 0, u, alpha * (2.0**u - 1)), u


def exponential_of_size(u, alpha):
    return np.where(u > 0, u, alpha * (np.exp(-np.abs(u)) + 1)), u


def overflow_raises(u, alpha):
    return np.array([[max(v, 0) + min(0, alpha * (math.exp(v) - 1)) for v in row] for row in u]), u


def clipped_too_early(u, alpha):
    return np.where(u > 0, np.minimum(u, 100), alpha * np.expm1(np.minimum(u, 0))), u


def softplus(u, alpha):
    return np.logaddexp(0, u) - alpha, u


def divided_by_alpha(u, alpha):
    return np.where(u > 0, u, np.expm1(np.minimum(u, 0)) / alpha), u


def celu(u, alpha):
    return np.where(u > 0, u, alpha * np.expm1(np.minimum(u, 0) / alpha)), u


WRONG = [
    (f.__name__, (f,))
    for f in (
        no_cache,
        selu,
        base_two,
        exponential_of_size,
        overflow_raises,
        clipped_too_early,
        softplus,
        divided_by_alpha,
        celu,
    )
]
