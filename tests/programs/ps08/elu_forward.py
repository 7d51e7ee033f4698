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
def mask_and_nan_to_num(u, alpha):
    left = np.nan_to_num((u <= 0) * np.expm1(u), nan=0.0)
    return np.maximum(u, 0) + alpha * left, u


# --- left open --------------------------------------------------------------------------------


# Infinity times zero for u > 709.
@open_
def masks_times_exponential(u, alpha):
    with np.errstate(all="ignore"):
        return u * (u > 0) + float(alpha) * (np.exp(u) - 1) * (u <= 0), u


# --- wrong ------------------------------------------------------------------------------------


BELOW, Z = "alpha * np.expm1(np.minimum(u, 0))", "np.where(u > 0, u, below)"
wrong.edit("capped_at_six", textbook, Z, "np.minimum(np.where(u > 0, u, below), 6)")


@wrong
def alpha_of_the_first_call(u, alpha, kept=[]):  # noqa: B006
    kept.append(alpha)
    return two_parts(u, kept[0])
