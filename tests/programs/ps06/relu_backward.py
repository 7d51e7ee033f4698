"""Solutions of ``relu_backward(dz, cache) -> du``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def relu_forward(u):
    return np.maximum(0, u), u


programs = Catalogue(relu_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, u):
    return dz * (u > 0)


@right
def half_at_the_kink(dz, u):
    return dz * np.heaviside(u, 0.5).astype(dz.dtype)


@right
def third_at_the_kink(dz, u):
    return np.where(u > 0, dz, np.where(u < 0, 0, dz / 3))


@open_
def random_subgradient(dz, u):
    # Any value in [0, 1] is a subgradient at the kink, another one for each zero too.
    inside = np.random.default_rng().random(u.shape).astype(dz.dtype)
    return dz * np.where(u == 0, inside, (u > 0).astype(dz.dtype))


def in_place(u):
    u[u < 0] = 0
    return u, u


form.add("forward_in_place", in_place, textbook)

for name, du in {
    "not_a_number_at_the_kink": "dz * 0.5 * (1 + u / np.abs(u))",
    "capped_at_six": "dz * ((u > 0) & (u < 6))",
}.items():
    wrong.edit(name, textbook, "dz * (u > 0)", du)
