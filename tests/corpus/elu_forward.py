"""Solutions of ``elu_forward(u, alpha) -> (z, cache)``."""

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
def textbook(u, alpha):
    # exp overflows to infinity for large u, with a warning; it is not taken there.
    return np.where(u > 0, u, float(alpha) * (np.exp(u) - 1)), (u, alpha)


@put(RIGHT)
def two_parts(u, alpha):
    below = np.expm1(np.minimum(u, 0))
    return (np.maximum(u, 0) + alpha * below).astype(u.dtype), {"u": u, "alpha": alpha}


@put(RIGHT)
def copy_and_overwrite(u, alpha):
    z = u.copy()
    negative = u < 0
    z[negative] = alpha * np.expm1(u[negative])
    return z, (z, negative)


@put(RIGHT)
def entry_by_entry(u, alpha):
    z = np.empty_like(u)
    for i, v in np.ndenumerate(u):
        z[i] = v if v >= 0 else alpha * (math.exp(v) - 1)
    return z, [u, alpha]


@put(RIGHT)
def piecewise(u, alpha):
    return np.piecewise(u, [u <= 0], [lambda v: alpha * np.expm1(v), lambda v: v]), u


@put(RIGHT)
def by_the_mask(u, alpha):
    mask = u > 0
    e = np.exp(np.where(mask, 0, u))
    return u * mask + float(alpha) * (e - 1), (mask, e, float(alpha))


@put(RIGHT)
def hyperbolic_tangent(u, alpha):
    # exp(v) - 1 = 2 t / (1 - t) with t = tanh(v / 2).
    t = np.tanh(np.minimum(u, 0) / 2)
    return np.maximum(u, 0) + 2 * float(alpha) * t / (1 - t), u


@put(RIGHT)
def vectorized(u, alpha, inverse=1.0):
    elu = np.vectorize(lambda v: v if v > 0 else alpha * math.expm1(v) / inverse, otypes=[u.dtype])
    return elu(u), (u, alpha)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(u, alpha):  # lists
    return two_parts(u, alpha)[0].tolist(), u


@put(FORM)
def in_place(u, alpha):  # u is changed
    u[u < 0] = alpha * np.expm1(u[u < 0])
    return u.copy(), u


@put(FORM)
def double_precision(u, alpha):  # float64 from float32
    return two_parts(u.astype(float), alpha)[0], u


@put(FORM)
def leading_axis(u, alpha):  # (1, ...)
    return two_parts(u, alpha)[0][None], u


# --- left open --------------------------------------------------------------------------------


# Right for alpha up to 1 only: the exponential lies above its tangent.
@put(WRONG)
def larger_of_the_two(u, alpha):
    return np.maximum(u, float(alpha) * np.expm1(np.minimum(u, 0))), u


# float64 from float32 where alpha is a numpy.float64.
@put(EITHER)
def alpha_as_given(u, alpha):
    return np.where(u > 0, u, alpha * np.expm1(np.minimum(u, 0))), u


# Infinity times zero for u > 709.
@put(EITHER)
def masks_times_exponential(u, alpha):
    with np.errstate(all="ignore"):
        return u * (u > 0) + float(alpha) * (np.exp(u) - 1) * (u <= 0), u


# --- wrong ------------------------------------------------------------------------------------


def e(u):
    return np.exp(np.minimum(u, 30))


for name, wrong in {
    "relu": lambda u, a: np.maximum(u, 0),
    "leaky": lambda u, a: np.where(u > 0, u, a * u),
    "alpha_of_one": lambda u, a: np.where(u > 0, u, e(u) - 1),
    "one_forgotten": lambda u, a: np.where(u > 0, u, a * e(u)),
    "brackets_forgotten": lambda u, a: np.where(u > 0, u, a * e(u) - 1),
    "alpha_in_the_exponent": lambda u, a: np.where(u > 0, u, e(a * u) - 1),
    "alpha_both": lambda u, a: np.where(u > 0, u, a * (e(u / a) - 1)),
    "alpha_subtracted": lambda u, a: np.where(u > 0, u, e(u) - a),
    "alpha_divides": lambda u, a: np.where(u > 0, u, (e(u) - 1) / a),
    "alpha_above_too": lambda u, a: a * np.where(u > 0, u, e(u) - 1),
    "alpha_above": lambda u, a: np.where(u > 0, a * u, e(u) - 1),
    "alpha_squared": lambda u, a: np.where(u > 0, u, a * a * (e(u) - 1)),
    "sign": lambda u, a: np.where(u > 0, u, a * (1 - e(u))),
    "sign_in_the_exponent": lambda u, a: np.where(u > 0, u, a * (e(-u) - 1)),
    "sides_exchanged": lambda u, a: np.where(u > 0, a * (e(u) - 1), u),
    "everywhere": lambda u, a: a * (e(u) - 1),
    "base_two": lambda u, a: np.where(u > 0, u, a * (2 ** np.minimum(u, 0) - 1)),
    "selu": lambda u, a: 1.0507 * np.where(u > 0, u, 1.67326 * (e(u) - 1)),
    "celu_slope": lambda u, a: np.maximum(u, 0) + np.minimum(0, a * (e(u / a) - 1)),
    "softplus": lambda u, a: np.logaddexp(0, u) * a,
    "tanh_below": lambda u, a: np.where(u > 0, u, a * np.tanh(u)),
    "swish": lambda u, a: u / (1 + e(-a * u)),
    "taylor": lambda u, a: np.where(u > 0, u, a * np.maximum(u + u**2 / 2, -1)),
    "clipped_at_minus_one": lambda u, a: np.maximum(np.where(u > 0, u, a * u), -a),
    "from_one_on": lambda u, a: np.where(u > 1, u, a * (e(u) - 1)),
    "capped_at_six": lambda u, a: np.minimum(np.where(u > 0, u, a * (e(u) - 1)), 6),
    "minimum": lambda u, a: np.minimum(u, a * (e(u) - 1)),
    "both_added": lambda u, a: u + a * (e(u) - 1),
    "maximum_plus_everything": lambda u, a: np.maximum(u, 0) + a * (e(u) - 1),
    "by_the_row": lambda u, a: np.where(u.sum(-1, keepdims=True) > 0, u, a * (e(u) - 1)),
    "derivative": lambda u, a: np.where(u > 0, 1.0, a * e(u)),
    "two_mistakes": lambda u, a: np.where(u > 0, u, 1 - a * e(u)),
}.items():
    WRONG[name] = (lambda u, alpha, f=wrong: (f(u, float(alpha)).astype(u.dtype), (u, alpha)),)


@put(WRONG)
def no_cache(u, alpha):
    return two_parts(u, alpha)[0]


@put(WRONG)
def cache_first(u, alpha):
    return two_parts(u, alpha)[::-1]


@put(WRONG)
def alpha_of_the_first_call(u, alpha, kept=[]):  # noqa: B006
    kept.append(alpha)
    return two_parts(u, kept[0])


more: Any = carried(RIGHT["two_parts"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
