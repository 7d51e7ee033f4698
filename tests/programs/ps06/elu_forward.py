"""Solutions of ``elu_forward(u, alpha) -> (z, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u, alpha):
    alpha = float(alpha)
    below = alpha * np.expm1(np.minimum(u, 0))
    return np.where(u > 0, u, below), (u, alpha)


@right
def two_parts(u, alpha):
    below = np.expm1(np.minimum(u, 0))
    return (np.maximum(u, 0) + alpha * below).astype(u.dtype), {"u": u, "alpha": alpha}


@right
def hyperbolic_tangent(u, alpha):
    # exp(v) - 1 = 2 t / (1 - t) with t = tanh(v / 2).
    t = np.tanh(np.minimum(u, 0) / 2)
    return np.maximum(u, 0) + 2 * float(alpha) * t / (1 - t), u


@right
def mask_and_nan_to_num(u, alpha):
    left = np.nan_to_num((u <= 0) * np.expm1(u), nan=0.0)
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


BELOW, Z = "alpha * np.expm1(np.minimum(u, 0))", "np.where(u > 0, u, below)"
for name, z in {
    "capped_at_six": "np.minimum(np.where(u > 0, u, below), 6)",
}.items():
    wrong.edit(name, textbook, Z, z)


@wrong
def alpha_of_the_first_call(u, alpha, kept=[]):  # noqa: B006
    kept.append(alpha)
    return two_parts(u, kept[0])
