"""Programs for ``he_normal``."""

import math

import numpy as np


def variance(shape):
    n_in, n_out = shape
    return 2 / n_in


def standard(shape, rng):
    return np.sqrt(variance(shape)) * rng.standard_normal(shape)


def scale_and_size(shape, rng):
    return rng.normal(loc=0.0, scale=variance(shape) ** 0.5, size=shape)


def single_precision(shape, rng):
    z = rng.standard_normal(shape, dtype=np.float32)
    return z * np.float32(math.sqrt(variance(shape)))


def number_by_number(shape, rng):
    W = np.zeros(shape)
    for i in range(shape[0]):
        for j in range(shape[1]):
            W[i, j] = rng.normal(0, math.sqrt(variance(shape)))
    return W


def box_and_muller(shape, rng):
    n = math.prod(shape)
    radius = np.sqrt(-2 * variance(shape) * np.log1p(-rng.random(n)))
    return (radius * np.cos(2 * np.pi * rng.random(n))).reshape(shape)


def transposed_draw(shape, rng):
    return rng.normal(0, np.sqrt(variance(shape)), size=shape[::-1]).T


def standardised(shape, rng):
    W = rng.normal(size=shape)
    W -= W.mean()
    return W / W.std() * np.sqrt(variance(shape))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        standard,
        scale_and_size,
        single_precision,
        number_by_number,
        box_and_muller,
        transposed_draw,
        standardised,
    )
]


def a_list(shape, rng):
    return standard(shape, rng).tolist()


def extra_axis(shape, rng):
    return standard(shape, rng)[None]


DRESSED = [(f.__name__, (f,)) for f in (a_list, extra_axis)]


def one_input_more(shape, rng):
    return rng.normal(0, math.sqrt(variance((shape[0] + 1, shape[1]))), size=shape)


def all_numbers(shape, rng):
    return rng.normal(0, math.sqrt(2 / math.prod(shape)), size=shape)


def larger_of_both(shape, rng):
    n_in, n_out = max(shape), min(shape)
    return rng.normal(0, math.sqrt(variance((n_in, n_out))), size=shape)


def cut_off(shape, rng):
    s = math.sqrt(variance(shape))
    return np.clip(rng.normal(0, s, size=shape), -2 * s, 2 * s)


def laplace(shape, rng):
    return rng.laplace(0, math.sqrt(variance(shape) / 2), size=shape)


def signs_alone(shape, rng):
    return rng.choice([-1.0, 1.0], size=shape) * math.sqrt(variance(shape))


def columns_alike(shape, rng):
    return np.repeat(rng.normal(0, math.sqrt(variance(shape)), size=(shape[0], 1)), shape[1], 1)


def shifted(shape, rng):
    return rng.normal(0.1, math.sqrt(variance(shape)), size=shape)


def seeded_by_shape(shape, rng):
    own = np.random.default_rng(shape[0])
    return own.normal(0, math.sqrt(variance(shape)), size=shape)


def whole_numbers(shape, rng):
    return rng.normal(0, math.sqrt(variance(shape)), size=shape).astype(int)


def flat(shape, rng):
    return rng.normal(0, math.sqrt(variance(shape)), size=math.prod(shape))


WRONG = [
    (f.__name__, (f,))
    for f in (
        one_input_more,
        all_numbers,
        larger_of_both,
        cut_off,
        laplace,
        signs_alone,
        columns_alike,
        shifted,
        seeded_by_shape,
        whole_numbers,
        flat,
    )
]
