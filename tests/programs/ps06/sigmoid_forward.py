"""Solutions of ``sigmoid_forward(u) -> (z, cache)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u):
    # Overflows to exp(1000) = inf with a warning: 1 / inf = 0 is right all the same.
    z = 1 / (1 + np.exp(-u))
    return z, z


for name, z in {
    "half_tanh": "0.5 * (1 + np.tanh(0.5 * u))",
    "log_space": "np.exp(-np.logaddexp(0, -u))",
    "clipped_far_out": "1.0 / (1.0 + np.exp(-np.clip(u, -500, 500)))",
    "power_of_e": "(1 + np.e**-u) ** -1",
    "both_sides_then_where": "np.where(u > 0, 1 / (1 + np.exp(-u)), 1 - 1 / (1 + np.exp(u)))",
}.items():
    right.edit(name, textbook, "1 / (1 + np.exp(-u))", z)


@right
def two_branches(u):
    z = np.empty_like(u)
    positive = u >= 0
    z[positive] = 1 / (1 + np.exp(-u[positive]))
    e = np.exp(u[~positive])
    z[~positive] = e / (1 + e)
    return z, {"z": z}


@right
def where_of_both(u):
    e = np.exp(-np.abs(u))
    z = np.where(u >= 0, 1 / (1 + e), e / (1 + e))
    return z, (u, z)


@form
def vectorised_scalar_function(u):  # float64 from float32
    one = np.vectorize(lambda v: 0.5 + 0.5 * math.tanh(v / 2), otypes=[float])
    return one(u), u
