"""Solutions of ``he_uniform(shape, rng) -> array``, uniform with variance 2 / fan_in.

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
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, size=shape)


@put(RIGHT)
def stretched_from_zero_to_one(shape, rng):
    return math.sqrt(3 * variance(shape)) * (2 * rng.random(shape) - 1)


@put(RIGHT)
def entry_by_entry(shape, rng):
    a = (3 * variance(shape)) ** 0.5
    W = np.empty(shape)
    for index in np.ndindex(*shape):
        W[index] = rng.uniform(low=-a, high=a)
    return W


@put(RIGHT)
def last_axis_first(shape, rng):
    # Other draws end up in the first row, with the other sign.
    a = np.sqrt(3 * variance(shape))
    return a - 2 * a * rng.random(shape[::-1]).transpose()


@put(RIGHT)
def flat_and_backwards(shape, rng, dtype=float):
    a = np.sqrt(3) * np.sqrt(variance(shape))
    return (a * (rng.random(math.prod(shape), dtype=dtype) - 0.5) * 2)[::-1].reshape(shape)


@put(RIGHT)
def signs_apart(shape, rng):
    size = rng.uniform(0, math.sqrt(3 * variance(shape)), shape)
    return np.where(rng.random(shape) < 0.5, -size, size)


@put(RIGHT)
def exponentials(shape, rng):
    # exp(-E) is uniform between 0 and 1.
    u = np.exp(-rng.exponential(size=shape))
    return np.sqrt(12 * variance(shape)) * (u - 1 / 2)


@put(RIGHT)
def whole_numbers(shape, rng):
    k = rng.integers(-(2**40), 2**40, size=shape, endpoint=True)
    return np.sqrt(3 * variance(shape)) * (k / 2**40)


@put(RIGHT)
def normals_through_their_distribution(shape, rng):
    u = np.array([NormalDist().cdf(g) for g in rng.standard_normal(math.prod(shape))])
    return math.sqrt(3 * variance(shape)) * (2 * u - 1).reshape(shape)


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
    return (rng.random(shape) * 2 - 1) * math.sqrt(6 / shape[0])


# Independent draws from one value in each of equal slices: uniform, but not independent.
@put(EITHER)
def shuffled_slices(shape, rng):
    n = math.prod(shape)
    u = (rng.permutation(n) + rng.random(n)) / n
    return np.sqrt(3 * variance(shape)) * (2 * u - 1).reshape(shape)


# --- wrong ------------------------------------------------------------------------------------


def of_variance(shape, rng, *, v):
    limit = math.sqrt(3 * v(*fans(shape)))
    return rng.uniform(-limit, limit, shape)


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
def normal_of_this_variance(shape, rng):
    return rng.normal(0, np.sqrt(variance(shape)), shape)


@put(WRONG)
def limit_without_the_three(shape, rng):
    # U(-a, a) has variance a^2 / 3.
    limit = np.sqrt(variance(shape))
    return rng.uniform(-limit, limit, shape)


@put(WRONG)
def limit_without_the_root(shape, rng):
    limit = 3 * variance(shape)
    return rng.uniform(-limit, limit, shape)


@put(WRONG)
def root_of_the_numerator_only(shape, rng):
    # sqrt(6) / n.
    limit = np.sqrt(6) * variance(shape) / 2
    return rng.uniform(-limit, limit, shape)


@put(WRONG)
def twelve_for_three(shape, rng):
    # The whole width for half of it.
    limit = np.sqrt(12 * variance(shape))
    return rng.uniform(-limit, limit, shape)


@put(WRONG)
def positive_only(shape, rng):
    return rng.uniform(0, np.sqrt(3 * variance(shape)), shape)


@put(WRONG)
def centring_forgotten(shape, rng):
    return 2 * np.sqrt(3 * variance(shape)) * rng.random(shape)


@put(WRONG)
def upper_bound_forgotten(shape, rng):
    return rng.uniform(-np.sqrt(3 * variance(shape)), size=shape)


@put(WRONG)
def two_uniforms_averaged(shape, rng):
    # A triangle between the right bounds.
    return (textbook(shape, rng) + textbook(shape, rng)) / 2


@put(WRONG)
def cosine_of_an_angle(shape, rng):
    # The right bounds, and more near them than in the middle.
    return np.sqrt(3 * variance(shape)) * np.cos(np.pi * rng.random(shape))


@put(WRONG)
def random_signs(shape, rng):
    # Mean and variance are right.
    std = np.sqrt(variance(shape))
    return rng.choice([-std, std], size=shape)


@put(WRONG)
def few_values(shape, rng):
    limit = np.sqrt(3 * variance(shape))
    return rng.choice(np.linspace(-limit, limit, 5), size=shape)


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
