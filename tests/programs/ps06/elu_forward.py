"""Solutions of ``elu_forward(u, alpha) -> (z, cache)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue


def e(u):
    return np.expm1(np.minimum(u, 30))


programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u, alpha):
    alpha = float(alpha)
    below = alpha * np.expm1(np.minimum(u, 0))
    return np.where(u > 0, u, below), (u, alpha)


@right
def as_printed(u, alpha):
    # exp overflows to infinity for large u, with a warning; it is not taken there.
    return np.where(u > 0, u, float(alpha) * (np.exp(u) - 1)), (u, alpha)


@right
def two_parts(u, alpha):
    below = np.expm1(np.minimum(u, 0))
    return (np.maximum(u, 0) + alpha * below).astype(u.dtype), {"u": u, "alpha": alpha}


@right
def entry_by_entry(u, alpha):
    z = np.empty_like(u)
    for i, v in np.ndenumerate(u):
        z[i] = v if v >= 0 else alpha * (math.exp(v) - 1)
    return z, [u, alpha]


@right
def hyperbolic_tangent(u, alpha):
    # exp(v) - 1 = 2 t / (1 - t) with t = tanh(v / 2).
    t = np.tanh(np.minimum(u, 0) / 2)
    return np.maximum(u, 0) + 2 * float(alpha) * t / (1 - t), u


@right
def mask_and_nan_to_num(u, alpha):
    left = np.nan_to_num((u <= 0) * (np.exp(u) - 1), nan=0.0)
    return np.maximum(u, 0) + alpha * left, u


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(u, alpha):  # lists
    return two_parts(u, alpha)[0].tolist(), u


@form
def double_precision(u, alpha):  # float64 from float32
    return two_parts(u.astype(float), alpha)[0], u


@form
def leading_axis(u, alpha):  # (1, ...)
    return two_parts(u, alpha)[0][None], u


# --- left open --------------------------------------------------------------------------------


# Infinity times zero for u > 709.
@open_
def masks_times_exponential(u, alpha):
    with np.errstate(all="ignore"):
        return u * (u > 0) + float(alpha) * (np.exp(u) - 1) * (u <= 0), u


# --- wrong ------------------------------------------------------------------------------------


@wrong
def larger_of_the_two(u, alpha):
    # Right for alpha up to 1 only: the exponential lies above its tangent.
    return np.maximum(u, float(alpha) * np.expm1(np.minimum(u, 0))), u


BELOW, Z = "alpha * np.expm1(np.minimum(u, 0))", "np.where(u > 0, u, below)"
for name, below in {
    "alpha_subtracted": "np.exp(np.minimum(u, 0)) - alpha",
    "alpha_divides": "np.expm1(np.minimum(u, 0)) / alpha",
    "alpha_squared": f"alpha * {BELOW}",
    "base_two": "alpha * (2 ** np.minimum(u, 0) - 1)",
    "tanh_below": "alpha * np.tanh(u)",
    "taylor": "alpha * np.maximum(u + u**2 / 2, -1)",
    "clipped_at_minus_alpha": "np.maximum(alpha * u, -alpha)",
    "exponential_of_size": "alpha * (np.exp(-abs(u)) + 1)",
    "two_mistakes": "1 - alpha * np.exp(np.minimum(u, 0))",
}.items():
    wrong.edit(name, textbook, BELOW, below)
for name, z in {
    "alpha_above": "np.where(u > 0, alpha * u, below / alpha)",
    "sides_exchanged": "np.where(u > 0, alpha * e(u), u)",
    "everywhere": "alpha * e(u)",
    "selu_constants": "1.0507 * np.where(u > 0, u, 1.67326 * below / alpha)",
    "selu_scale": "1.0507 * np.where(u > 0, u, below)",
    "softplus": "np.logaddexp(0, u) * alpha",
    "softplus_shifted": "np.logaddexp(0, u) - alpha",
    "swish": "u / (e(-alpha * u) + 2)",
    "from_one_on": "np.where(u > 1, u, alpha * e(u))",
    "capped_at_six": "np.minimum(np.where(u > 0, u, below), 6)",
    "clipped_too_early": "np.where(u > 0, np.minimum(u, 100), below)",
    "minimum": "np.minimum(u, alpha * e(u))",
    "both_added": "u + alpha * e(u)",
    "maximum_plus_everything": "np.maximum(u, 0) + alpha * e(u)",
    "by_the_row": "np.where(u.sum(-1, keepdims=True) > 0, u, alpha * e(u))",
}.items():
    wrong.edit(name, textbook, Z, z)
wrong.edit("no_cache", textbook, ", (u, alpha)", "")
wrong.edit("cache_first", textbook, f"{Z}, (u, alpha)", f"(u, alpha), {Z}")


@wrong
def alpha_of_the_first_call(u, alpha, kept=[]):  # noqa: B006
    kept.append(alpha)
    return two_parts(u, kept[0])


@wrong
def overflow_raises(u, alpha):
    return np.array([[max(v, 0) + min(0, alpha * (math.exp(v) - 1)) for v in row] for row in u]), u


programs.carry(right.programs["two_parts"], outputs=(0,), n=2)
