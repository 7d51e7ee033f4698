"""Solutions of ``leaky_relu_backward(dz, cache) -> du``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def forward(u, slope):
    slope = float(slope)
    return np.where(u > 0, u, slope * u), (u, slope)


programs = Catalogue(forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, slope = cache
    return np.where(u > 0, dz, slope * dz)


@right
def one_at_the_kink(dz, cache):
    u, slope = cache
    du = np.array(dz)
    du[u < 0] *= slope
    return du


@right
def in_the_middle_at_the_kink(dz, cache):
    u, slope = cache
    return ((1 + slope) / 2 + (1 - slope) / 2 * np.sign(u)) * dz


@right.together
def from_the_output():
    def keeps_output(u, slope):
        z = np.where(u >= 0, u, float(slope) * u)
        return z, {"z": z, "slope": slope}

    def backward(dz, cache):
        return (dz * np.where(cache["z"] > 0, 1.0, cache["slope"])).astype(dz.dtype)

    return keeps_output, backward


# --- right values in a deviating form ---------------------------------------------------------


def forward_in_place(u, slope):
    u[u < 0] *= slope
    return u, (u, slope)


form.add("behind_a_forward_in_place", forward_in_place, textbook)  # u is changed


# --- left open --------------------------------------------------------------------------------


# float64 from float32 where the slope is a numpy.float64.
@open_.together
def slope_as_given():
    def forward_as_given(u, slope):
        return np.where(u > 0, u, slope * u), (u, slope)

    return forward_as_given, textbook
