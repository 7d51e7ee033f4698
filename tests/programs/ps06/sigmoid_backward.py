"""Solutions of ``sigmoid_backward(dz, cache) -> du``, each with its forward."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def sigma(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


def sigmoid_forward(u):
    z = sigma(u)
    return z, (u, z)


programs = Catalogue(sigmoid_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, z = cache
    return dz * z * (1 - z)


for name, du in {
    "polynomial": "dz * (z - z**2)",
    "local_gradient": "np.multiply(dz, z * (1.0 - z))",
    "mirror_product": "dz * sigma(u) * sigma(-u)",
    "hyperbolic_cosine": "dz / (2 + 2 * np.cosh(u))",  # an overflow, a warning, the right values
    "square_of_the_sech": "dz * 0.25 * (1 - np.tanh(u / 2) ** 2)",
    "even_exponentials": "dz * np.exp(-np.abs(u)) / (1 + np.exp(-np.abs(u))) ** 2",
}.items():
    right.edit(name, textbook, "dz * z * (1 - z)", du)


@right
def central_difference_in_double_precision(dz, cache):
    u, h = cache[0].astype(float), 1e-5
    return (dz * (sigma(u + h) - sigma(u - h)) / (2 * h)).astype(dz.dtype)


@right.together
def object_cache():
    def forward(u):
        z = 1 / (1 + np.exp(-u))
        return z, SimpleNamespace(u=u, z=z)

    def backward(dz, cache, *, debug=False):
        if debug:
            print(cache)
        return dz * cache.z * (1 - cache.z)

    return forward, backward


form.edit("in_a_tuple", textbook, "dz * z * (1 - z)", "(dz * z * (1 - z),)")


wrong.edit(
    "central_difference",
    textbook,
    "dz * z * (1 - z)",
    "dz * (sigma(u + 1e-5) - sigma(u - 1e-5)) / 2e-5",
)  # too rough in float32
