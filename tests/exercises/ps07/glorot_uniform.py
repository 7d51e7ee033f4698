"""Programs for ``glorot_uniform``."""

import math

import numpy as np


def variance(shape):
    n_in, n_out = shape
    return 2 / (n_in + n_out)


def standard(shape, rng):
    limit = np.sqrt(3 * variance(shape))
    return rng.uniform(-limit, limit, size=shape)


def from_the_unit_interval(shape, rng):
    return math.sqrt(12 * variance(shape)) * (rng.random(shape) - 0.5)


def single_precision(shape, rng):
    limit = np.float32(math.sqrt(3 * variance(shape)))
    return limit * (2 * rng.random(shape, dtype=np.float32) - 1)


def number_by_number(shape, rng):
    a = (3 * variance(shape)) ** 0.5
    return np.array([[rng.uniform(-a, a) for _ in range(shape[1])] for _ in range(shape[0])])


def signs_apart(shape, rng):
    sign = rng.choice([-1.0, 1.0], size=shape)
    return sign * rng.uniform(0, math.sqrt(3 * variance(shape)), size=shape)


def flat_then_shaped(shape, rng):
    flat = rng.random(int(np.prod(shape)))
    a = np.sqrt(3 * variance(shape))
    return np.interp(flat, [0, 1], [-a, a]).reshape(shape)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        standard,
        from_the_unit_interval,
        single_precision,
        number_by_number,
        signs_apart,
        flat_then_shaped,
    )
]


def a_list(shape, rng):
    return standard(shape, rng).tolist()


def extra_axis(shape, rng):
    return standard(shape, rng)[None]


DRESSED = [(f.__name__, (f,)) for f in (a_list, extra_axis)]


def larger_twice(shape, rng):
    return standard((max(shape), max(shape)), rng)[: shape[0], : shape[1]]


def two_percent_off(shape, rng):
    a = 1.02 * math.sqrt(3 * variance(shape))
    return rng.uniform(-a, a, size=shape)


def ends_at_zero(shape, rng):
    return rng.uniform(-math.sqrt(3 * variance(shape)), 0, size=shape)


def triangular(shape, rng):
    a = math.sqrt(6 * variance(shape))
    return rng.triangular(-a, 0, a, size=shape)


def a_grid(shape, rng):
    a = math.sqrt(3 * variance(shape))
    return rng.choice([-a, a], size=shape)


def evenly_spaced(shape, rng):
    a = math.sqrt(3 * variance(shape))
    return np.linspace(-a, a, math.prod(shape)).reshape(shape)


def columns_alike(shape, rng):
    a = math.sqrt(3 * variance(shape))
    return np.repeat(rng.uniform(-a, a, size=(shape[0], 1)), shape[1], 1)


def seeded_by_shape(shape, rng):
    a = math.sqrt(3 * variance(shape))
    return np.random.default_rng(shape[0]).uniform(-a, a, size=shape)


WRONG = [
    (f.__name__, (f,))
    for f in (
        larger_twice,
        two_percent_off,
        ends_at_zero,
        triangular,
        a_grid,
        evenly_spaced,
        columns_alike,
        seeded_by_shape,
    )
]
