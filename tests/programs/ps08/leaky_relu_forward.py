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


# --- left open --------------------------------------------------------------------------------


# Right for slopes up to 1; which slopes there are is not said.
@open_
def larger_of_the_two(u, slope):
    return np.maximum(u, float(slope) * u), (u, slope)


# --- wrong ------------------------------------------------------------------------------------


Z = "np.where(u > 0, u, slope * u)"
wrong.edit("capped_at_six", textbook, Z, "np.where(u > 0, np.minimum(u, 6), slope * u)")


@wrong
def slope_of_the_first_call(u, slope, kept=[]):  # noqa: B006
    kept.append(slope)
    return textbook(u, kept[0])
