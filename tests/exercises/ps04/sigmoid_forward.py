"""Programs for ``sigmoid_forward``."""

import math

import numpy as np


def as_printed(u):
    return 1 / (1 + np.exp(-u)), u  # warns of an overflow far to the left, and is right


def by_tanh(u):
    return 0.5 * (1 + np.tanh(u / 2)), None


def split_by_sign(u):
    z = np.empty_like(u)
    right = u >= 0
    z[right] = 1 / (1 + np.exp(-u[right]))
    e = np.exp(u[~right])
    z[~right] = e / (1 + e)
    return z, {"z": z}


def both_sides_then_where(u):
    return np.where(u > 0, 1 / (1 + np.exp(-u)), 1 - 1 / (1 + np.exp(u))), u


def by_logarithm(u):
    return np.exp(-np.logaddexp(0, -u)), (u,)


def clipped(u):
    return 1 / (1 + np.exp(-np.clip(u, -80, 80))), [u]


def step_by_step(u):
    z = np.negative(u)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
    return z, z


def number_by_number(u):
    z = np.zeros_like(u)
    for n in range(u.shape[0]):
        for j in range(u.shape[1]):
            e = math.exp(-abs(u[n, j]))
            z[n, j] = 1 / (1 + e) if u[n, j] > 0 else e / (1 + e)
    return z, None


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        as_printed,
        by_tanh,
        split_by_sign,
        both_sides_then_where,
        by_logarithm,
        clipped,
        step_by_step,
        number_by_number,
    )
]


def nested_lists(u):
    return as_printed(u)[0].tolist(), u


def vectorize(u):
    return np.vectorize(lambda v: 0.5 * (1 + math.tanh(v / 2)), otypes=[float])(u), u


def over_its_input(u):
    u[...] = as_printed(u)[0]
    return u, u


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, vectorize, over_its_input)]


def overflow_raises(u):
    return np.array([[1 / (1 + math.exp(-v)) for v in row] for row in u], u.dtype), None


def hard(u):
    return np.clip(0.2 * u + 0.5, 0, 1), None


def tanh(u):
    return np.tanh(u), None


def base_two(u):
    return 1 / (1 + 2.0**-u), None


def clipped_too_early(u):
    return 1 / (1 + np.exp(-np.clip(u, -5, 5))), None


def threshold(u):
    return (u > 0) * np.ones_like(u), None


def nan_to_zero(u):
    return np.nan_to_num(np.exp(u) / (1 + np.exp(u))), None


def nothing_for_cache(u):
    return as_printed(u)[0]


WRONG = [
    (f.__name__, (f,))
    for f in (
        overflow_raises,
        hard,
        tanh,
        base_two,
        clipped_too_early,
        threshold,
        nan_to_zero,
        nothing_for_cache,
    )
]
