"""Solutions of ``leaky_relu_forward(u, slope) -> (z, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u, slope):
    slope = float(slope)
    return np.where(u > 0, u, slope * u), (u, slope)


@right
def two_parts(u, slope):
    return (np.maximum(u, 0) + slope * np.minimum(u, 0)).astype(u.dtype), {"u": u, "slope": slope}


@right
def copy_and_overwrite(u, slope):
    z = u.copy()
    z[z < 0] *= slope
    return z, [z, slope]


@right
def factor_by_mask(u, slope):
    factor = np.ones_like(u)
    factor[u <= 0] = slope
    return u * factor, factor


@right
def with_absolute_value(u, slope):
    s = float(slope)
    return (1 + s) / 2 * u + (1 - s) / 2 * np.abs(u), (u > 0, s)


@right
def vectorized(u, slope, default=None):
    leak = np.vectorize(lambda v: v if v > 0 else v * slope, otypes=[u.dtype])
    return leak(u), (u, slope, default)


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(u, slope):  # lists
    return textbook(u, slope)[0].tolist(), u


@form
def leading_axis(u, slope):  # (1, ...)
    return textbook(u, slope)[0][None], u


# --- left open --------------------------------------------------------------------------------


# Right for slopes up to 1; which slopes there are is not said.
@open_
def larger_of_the_two(u, slope):
    return np.maximum(u, float(slope) * u), (u, slope)


# --- wrong ------------------------------------------------------------------------------------


Z = "np.where(u > 0, u, slope * u)"
for name, z in {
    "slope_subtracted": "np.where(u > 0, u, u - slope)",
    "slope_squared": "np.where(u > 0, u, slope * slope * u)",
    "slope_twice_on_the_left": "np.where(u > 0, u, u + slope * u)",
    "one_minus_slope": "np.where(u > 0, u, (1 - slope) * u)",
    "maximum_with_minus_slope": "np.maximum(u, -slope)",
    "maximum_with_the_lowest": "np.maximum(u, slope * np.min(u))",
    "exponential_below": "np.where(u > 0, u, slope * np.expm1(np.minimum(u, 0)))",
    "steps": "np.where(u > 0, 1.0, slope)",
    "from_one_on": "np.where(u > 1, u, slope * u)",
    "from_minus_one_on": "np.where(u > -1, u, slope * u)",
    "capped_at_six": "np.where(u > 0, np.minimum(u, 6), slope * u)",
    "by_the_row": "np.where(u.sum(-1, keepdims=True) > 0, u, slope * u)",
    "squared": f"{Z} * u",
    "whole_numbers": f"np.trunc({Z})",
    "never_below_minus_one": f"np.maximum({Z}, -1)",
    "flat": f"{Z}.ravel()[:-1]",
    "two_mistakes": "np.where(u > 0, 0, -slope * u)",
}.items():
    wrong.edit(name, textbook, Z, z)
wrong.edit("no_cache", textbook, ", (u, slope)", "")
wrong.edit("cache_first", textbook, f"{Z}, (u, slope)", f"(u, slope), {Z}")


@wrong
def slope_of_the_first_call(u, slope, kept=[]):  # noqa: B006
    kept.append(slope)
    return textbook(u, kept[0])


@wrong
def random_slope(u, slope):
    # Randomised leaky ReLU.
    return u * np.where(u > 0, 1, np.random.default_rng(1).uniform(0, 2 * slope, u.shape)), u


programs.carry(right.programs["textbook"], outputs=(0,), n=2)
