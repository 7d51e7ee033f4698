"""Solutions of ``sigmoid_forward(u) -> (z, cache)``."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(u):
    # Overflows to exp(1000) = inf with a warning: 1 / inf = 0 is right all the same.
    z = 1 / (1 + np.exp(-u))
    return z, z


@put(RIGHT)
def two_branches(u):
    z = np.empty_like(u)
    positive = u >= 0
    z[positive] = 1 / (1 + np.exp(-u[positive]))
    e = np.exp(u[~positive])
    z[~positive] = e / (1 + e)
    return z, {"z": z}


@put(RIGHT)
def where_of_both(u):
    e = np.exp(-np.abs(u))
    z = np.where(u >= 0, 1 / (1 + e), e / (1 + e))
    return z, (u, z)


@put(RIGHT)
def half_tanh(u):
    z = 0.5 * (1 + np.tanh(0.5 * u))
    return z, u


@put(RIGHT)
def log_space(u):
    return np.exp(-np.logaddexp(0, -u)), u.copy()


@put(RIGHT)
def clipped_far_out(u):
    u = np.clip(u, -500, 500)
    return 1.0 / (1.0 + np.exp(-u)), [u]


@put(RIGHT)
def silenced(u):
    with np.errstate(over="ignore"):
        z = np.divide(1, np.add(1, np.exp(np.negative(u))))
    return z, {"z": z}


@put(RIGHT)
def power_of_e(u):
    return (1 + np.e**-u) ** -1, u


@put(RIGHT)
def element_by_element(u):
    def one(value):
        if value < 0:
            e = math.exp(value)
            return e / (1 + e)
        return 1 / (1 + math.exp(-value))

    z = np.zeros_like(u)
    for index in np.ndindex(u.shape):
        z[index] = one(u[index])
    return z, z


@put(RIGHT)
def steps_in_a_dict(u):
    cache = {"u": u}
    cache["e"] = np.exp(-u)
    cache["denominator"] = 1 + cache["e"]
    cache["z"] = 1 / cache["denominator"]
    return cache["z"], cache


@put(RIGHT)
def masked_in_place_of_a_copy(u, *, dtype=None):
    z = np.array(u, dtype=dtype)
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
    return z, z


@put(RIGHT)
def softmax_of_two_classes(u):
    pair = np.stack([np.zeros_like(u), u])
    pair = np.exp(pair - pair.max(axis=0))
    return pair[1] / pair.sum(axis=0), u


@put(RIGHT)
def one_minus_the_mirror_image(u):
    e = np.exp(-np.abs(u))
    tail = e / (1 + e)
    return np.where(u > 0, 1 - tail, tail), u


def logistic(u, steepness):
    z = 1 / (1 + np.exp(-steepness * u))
    return z, (z, steepness)


RIGHT["partially_applied"] = (functools.partial(logistic, steepness=1),)
RIGHT["lambda_of_one_line"] = (lambda u: ((1 + np.exp(-u)) ** -1.0, u),)


@put(FORM)
def nested_lists(u):  # lists
    return (1 / (1 + np.exp(-u))).tolist(), u


@put(FORM)
def vectorised_scalar_function(u):  # float64 from float32
    one = np.vectorize(lambda v: 0.5 + 0.5 * math.tanh(v / 2), otypes=[float])
    return one(u), u


@put(FORM)
def double_precision(u):  # float64 from float32
    u = np.asarray(u, dtype=np.float64)
    return 1 / (1 + np.exp(-u)), u


@put(FORM)
def in_place(u):  # the input is overwritten
    z = 1 / (1 + np.exp(-u))
    u[...] = z
    return z, z


@put(FORM)
def argument_negated_in_place(u):  # the input is changed
    u *= -1
    return 1 / (1 + np.exp(u)), u


@put(WRONG)
def sign_forgotten(u):
    return 1 / (1 + np.exp(u)), u


@put(WRONG)
def quotient_that_overflows(u):
    # Not a number for u > 709.
    return np.exp(u) / (1 + np.exp(u)), u


@put(WRONG)
def hyperbolic_tangent(u):
    z = np.tanh(u)
    return z, z


@put(WRONG)
def tanh_without_the_half(u):
    return 0.5 * (1 + np.tanh(u)), u


@put(WRONG)
def clipped_too_near(u):
    u = np.clip(u, -5, 5)
    return 1 / (1 + np.exp(-u)), u


@put(WRONG)
def hard_sigmoid(u):
    return np.clip(0.25 * u + 0.5, 0, 1), u


@put(WRONG)
def rational(u):
    return 0.5 * (u / (1 + np.abs(u)) + 1), u


@put(WRONG)
def derivative_returned(u):
    z = 1 / (1 + np.exp(-u))
    return z * (1 - z), z


@put(WRONG)
def softmax_over_features(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), u


@put(WRONG)
def absolute_value_inside(u):
    # Right for u >= 0.
    return 1 / (1 + np.exp(-np.abs(u))), u


@put(WRONG)
def zero_below_minus_two(u):
    return np.where(u < -2, 0, 1 / (1 + np.exp(-u))), u


@put(WRONG)
def base_two(u):
    return 1 / (1 + 2.0**-u), u


@put(WRONG)
def thresholded(u):
    return (u > 0).astype(u.dtype), u


@put(WRONG)
def mean_over_the_batch_removed(u):
    # Right for u with mean zero.
    return 1 / (1 + np.exp(-(u - u.mean(axis=0)))), u


@put(WRONG)
def half_precision(u):
    return (1 / (1 + np.exp(-u.astype(np.float16)))).astype(u.dtype), u


@put(WRONG)
def epsilon_in_the_denominator(u):
    return 1 / (1 + np.exp(-u) + 1e-3), u


@put(WRONG)
def one_plus_inside_the_exponent(u):
    return 1 / np.exp(1 - u), u


@put(WRONG)
def no_cache(u):
    return 1 / (1 + np.exp(-u))


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
