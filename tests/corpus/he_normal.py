"""Solutions of ``he_normal(shape, rng) -> array``, normal with variance 2 / fan_in.

``shape`` is ``(n_in, n_out)``, or ``(C_out, C_in, kh, kw)`` of a convolution.
"""

import copy
import functools
import math
from statistics import NormalDist

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def fans(shape):
    """What goes into a unit, and how many units an input reaches."""
    if len(shape) == 4:
        field = shape[2] * shape[3]
        return shape[1] * field, shape[0] * field
    return shape[0], shape[1]


def variance(shape):
    fan_in, fan_out = fans(shape)
    return 2 / fan_in


@put(RIGHT)
def textbook(shape, rng):
    fan_in, fan_out = fans(shape)
    return rng.normal(0, np.sqrt(2 / fan_in), size=shape)


@put(RIGHT)
def standard_normal_scaled(shape, rng):
    return math.sqrt(variance(shape)) * rng.standard_normal(shape)


@put(RIGHT)
def entry_by_entry(shape, rng):
    W = np.zeros(shape)
    for index in np.ndindex(*shape):
        W[index] = rng.normal(loc=0.0, scale=variance(shape) ** 0.5)
    return W


@put(RIGHT)
def last_axis_first(shape, rng):
    # Other draws end up in the first row.
    return rng.normal(size=shape[::-1]).transpose() * np.sqrt(variance(shape))


@put(RIGHT)
def flat_and_backwards(shape, rng, dtype=float):
    draws = rng.standard_normal(math.prod(shape), dtype=dtype)
    return (np.sqrt(variance(shape)) * draws)[::-1].reshape(shape)


@put(RIGHT)
def box_and_muller(shape, rng):
    radius = np.sqrt(-2 * variance(shape) * np.log1p(-rng.random(shape)))
    return radius * np.cos(2 * np.pi * rng.random(shape))


@put(RIGHT)
def distribution_turned_round(shape, rng):
    normal = NormalDist(0, math.sqrt(variance(shape)))
    draws = 1 - rng.random(math.prod(shape))  # never 0
    return np.array([normal.inv_cdf(min(p, 1 - 1e-16)) for p in draws]).reshape(shape)


@put(RIGHT)
def sum_of_two(shape, rng):
    # Variances add up.
    half = np.sqrt(variance(shape) / 2)
    return rng.normal(0, half, shape) + rng.normal(0, half, shape)


@put(RIGHT)
def signs_apart(shape, rng):
    size = np.abs(rng.normal(0, np.sqrt(variance(shape)), shape))
    return np.where(rng.random(shape) < 0.5, -size, size)


RIGHT["partially_applied"] = (functools.partial(flat_and_backwards, dtype=np.float64),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(shape, rng):  # lists
    return textbook(shape, rng).tolist()


@put(FORM)
def leading_axis(shape, rng):  # (1, ...)
    return textbook((*shape,), rng)[None]


# The shape alone does not ask for a precision.
@put(EITHER)
def single_precision(shape, rng):
    return textbook(shape, rng).astype(np.float32)


# Convolutions have their fans elsewhere; the exercise may be about matrices only.
@put(EITHER)
def matrices_only(shape, rng):
    return rng.standard_normal(shape) * math.sqrt(2 / shape[0])


# The variance is right and the tails are missing, as some libraries do it.
@put(EITHER)
def truncated_and_corrected(shape, rng):
    draws = rng.standard_normal(shape)
    while (far := np.abs(draws) > 2).any():
        draws[far] = rng.standard_normal(far.sum())
    return draws * np.sqrt(variance(shape)) / 0.87962566103423978


# Normal for every purpose of a network, but not exactly.
@put(EITHER)
def twelve_uniforms(shape, rng):
    return np.sqrt(variance(shape)) * (rng.random((12, *shape)).sum(axis=0) - 6)


# --- wrong ------------------------------------------------------------------------------------


def of_variance(shape, rng, *, v):
    return rng.normal(0, math.sqrt(v(*fans(shape))), shape)


for name, v in {
    "fan_out_for_fan_in": lambda a, b: 2 / b,
    "lecun": lambda a, b: 1 / a,
    "glorot": lambda a, b: 2 / (a + b),
    "sum_without_the_two": lambda a, b: 1 / (a + b),
    "root_for_the_variance": lambda a, b: math.sqrt(2 / a),
    "variance_for_the_deviation": lambda a, b: 4 / a**2,
    "product_of_the_fans": lambda a, b: 2 / (a * b),
    "bias_counted_as_an_input": lambda a, b: 2 / (a + 1),
    "four_for_two": lambda a, b: 4 / a,
    "always_one_hundredth": lambda a, b: 1e-4,
    "always_one": lambda a, b: 1.0,
    "upside_down": lambda a, b: a / 2,
    "gain_of_tanh": lambda a, b: 50 / 9 / a,
}.items():
    WRONG[name] = (functools.partial(of_variance, v=v),)


@put(WRONG)
def uniform_of_this_variance(shape, rng):
    limit = np.sqrt(3 * variance(shape))
    return rng.uniform(-limit, limit, shape)


@put(WRONG)
def within_the_deviation(shape, rng):
    # U(-a, a) has variance a^2 / 3.
    limit = np.sqrt(variance(shape))
    return rng.uniform(-limit, limit, shape)


@put(WRONG)
def deviation_as_the_mean(shape, rng):
    return rng.normal(np.sqrt(variance(shape)), size=shape)


@put(WRONG)
def deviation_as_the_mean_and_no_spread(shape, rng):
    return rng.normal(np.sqrt(variance(shape)), 0, size=shape)


@put(WRONG)
def positive_only(shape, rng):
    return np.abs(textbook(shape, rng))


@put(WRONG)
def truncated_and_not_corrected(shape, rng):
    draws = rng.standard_normal(shape)
    while (far := np.abs(draws) > 2).any():
        draws[far] = rng.standard_normal(far.sum())
    return draws * np.sqrt(variance(shape))


@put(WRONG)
def clipped(shape, rng):
    std = np.sqrt(variance(shape))
    return np.clip(rng.normal(0, std, shape), -std, std)


@put(WRONG)
def random_signs(shape, rng):
    # Mean and variance are right.
    std = np.sqrt(variance(shape))
    return rng.choice([-std, std], size=shape)


@put(WRONG)
def shape_turned_round(shape, rng):
    W = textbook(shape, rng)
    return np.ascontiguousarray(W.transpose())


@put(WRONG)
def flat(shape, rng):
    return textbook(shape, rng).ravel()


@put(WRONG)
def one_row_for_all(shape, rng):
    # Every input has the same weights.
    W = textbook(shape, rng)
    return np.repeat(W[:1], shape[0], axis=0)


@put(WRONG)
def one_column_for_all(shape, rng):
    # All units are the same: what random weights are to prevent.
    W = textbook(shape, rng)
    return np.repeat(W[..., :1], shape[-1], axis=-1)


@put(WRONG)
def one_number_for_all(shape, rng):
    return np.full(shape, textbook(shape, rng).flat[0])


@put(WRONG)
def zeros(shape, rng):
    rng.random(shape)
    return np.zeros(shape)


@put(WRONG)
def global_generator(shape, rng):
    return textbook(shape, np.random)


@put(WRONG)
def generator_of_its_own(shape, rng):
    return textbook(shape, np.random.default_rng())


@put(WRONG)
def seed_of_its_own(shape, rng):
    # Every layer begins with the same numbers, whatever rng is.
    return textbook(shape, np.random.default_rng(0))


@put(WRONG)
def generator_not_advanced(shape, rng):
    # Two layers of one shape get the same weights.
    return textbook(shape, copy.deepcopy(rng))


@put(WRONG)
def nothing_returned(shape, rng):
    textbook(shape, rng)
