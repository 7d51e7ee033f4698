"""Solutions of ``leaky_relu_forward(u, slope) -> (z, cache)``."""

from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(u, slope):
    return np.where(u > 0, u, float(slope) * u), (u, slope)


@put(RIGHT)
def two_parts(u, slope):
    return (np.maximum(u, 0) + slope * np.minimum(u, 0)).astype(u.dtype), {"u": u, "slope": slope}


@put(RIGHT)
def copy_and_overwrite(u, slope):
    z = u.copy()
    z[z < 0] *= slope
    return z, [z, slope]


@put(RIGHT)
def factor_by_mask(u, slope):
    factor = np.ones_like(u)
    factor[u <= 0] = slope
    return u * factor, factor


@put(RIGHT)
def with_absolute_value(u, slope):
    s = float(slope)
    return (1 + s) / 2 * u + (1 - s) / 2 * np.abs(u), (u > 0, s)


@put(RIGHT)
def entry_by_entry(u, slope):
    z = np.empty_like(u)
    for i, v in np.ndenumerate(u):
        z[i] = v if v >= 0 else slope * v
    return z, (u.copy(), slope)


@put(RIGHT)
def piecewise(u, slope):
    return np.piecewise(u, [u > 0], [lambda v: v, lambda v: v * slope]), u


@put(RIGHT)
def vectorized(u, slope, default=None):
    leak = np.vectorize(lambda v: v if v > 0 else v * slope, otypes=[u.dtype])
    return leak(u), (u, slope, default)


@put(RIGHT)
def heaviside(u, slope):
    on = np.heaviside(u, 0.5).astype(u.dtype)
    return u * on + float(slope) * (u * (1 - on)), on


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(u, slope):  # lists
    return textbook(u, slope)[0].tolist(), u


@put(FORM)
def in_place(u, slope):  # u is changed
    u[u < 0] *= slope
    return u.copy(), u


@put(FORM)
def factors_in_double_precision(u, slope):  # float64 from float32
    return u * np.where(u > 0, 1.0, slope), (u, slope)


@put(FORM)
def leading_axis(u, slope):  # (1, ...)
    return textbook(u, slope)[0][None], u


# --- left open --------------------------------------------------------------------------------


# Right for slopes up to 1; which slopes there are is not said.
@put(EITHER)
def larger_of_the_two(u, slope):
    return np.maximum(u, float(slope) * u), (u, slope)


# float64 from float32 where the slope is a numpy.float64.
@put(EITHER)
def slope_as_given(u, slope):
    return np.where(u > 0, u, slope * u), (u, slope)


# --- wrong ------------------------------------------------------------------------------------

for name, wrong in {
    "relu": lambda u, s: np.maximum(u, 0),
    "usual_slope": lambda u, s: np.where(u > 0, u, 0.01 * u),
    "slope_on_both_sides": lambda u, s: s * u,
    "slope_on_the_wrong_side": lambda u, s: np.where(u > 0, s * u, u),
    "slope_as_a_constant": lambda u, s: np.where(u > 0, u, s),
    "slope_negative": lambda u, s: np.where(u > 0, u, -s * u),
    "slope_subtracted": lambda u, s: np.where(u > 0, u, u - s),
    "slope_divides": lambda u, s: np.where(u > 0, u, u / (s + 1e-9)),
    "slope_squared": lambda u, s: np.where(u > 0, u, s * s * u),
    "slope_twice_on_the_left": lambda u, s: np.where(u > 0, u, u + s * u),
    "one_minus_slope": lambda u, s: np.where(u > 0, u, (1 - s) * u),
    "sum_with_the_leak": lambda u, s: np.maximum(u, 0) + s * u,
    "minimum_for_maximum": lambda u, s: np.minimum(u, s * u),
    "maximum_with_slope": lambda u, s: np.maximum(u, s),
    "maximum_with_minus_slope": lambda u, s: np.maximum(u, -s),
    "absolute_leak": lambda u, s: np.where(u > 0, u, s * np.abs(u)),
    "exponential_below": lambda u, s: np.where(u > 0, u, s * np.expm1(np.minimum(u, 0))),
    "steps": lambda u, s: np.where(u > 0, 1.0, s),
    "from_one_on": lambda u, s: np.where(u > 1, u, s * u),
    "from_minus_one_on": lambda u, s: np.where(u > -1, u, s * u),
    "capped_at_six": lambda u, s: np.where(u > 0, np.minimum(u, 6), s * u),
    "by_the_row": lambda u, s: np.where(u.sum(-1, keepdims=True) > 0, u, s * u),
    "squared": lambda u, s: np.where(u > 0, u, s * u) * u,
    "whole_numbers": lambda u, s: np.trunc(np.where(u > 0, u, s * u)),
    "never_below_minus_one": lambda u, s: np.maximum(np.where(u > 0, u, s * u), -1),
    "flat": lambda u, s: np.where(u > 0, u, s * u).ravel()[:-1],
    "two_mistakes": lambda u, s: np.where(u > 0, 0, -s * u),
}.items():
    WRONG[name] = (lambda u, slope, f=wrong: (f(u, slope), (u, slope)),)


@put(WRONG)
def no_cache(u, slope):
    return textbook(u, slope)[0]


@put(WRONG)
def cache_first(u, slope):
    return textbook(u, slope)[::-1]


@put(WRONG)
def slope_of_the_first_call(u, slope, kept=[]):  # noqa: B006
    kept.append(slope)
    return textbook(u, kept[0])


@put(WRONG)
def random_slope(u, slope):
    # Randomised leaky ReLU.
    return u * np.where(u > 0, 1, np.random.default_rng(1).uniform(0, 2 * slope, u.shape)), u


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
