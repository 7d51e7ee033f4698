"""Solutions of ``tanh_backward(dz, cache) -> du``, each with its forward."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def tanh_forward(u):
    z = np.tanh(u)
    return z, (u, z)


programs = Catalogue(tanh_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, z = cache
    return dz * (1 - z**2)


for name, du in {
    "two_factors": "dz * (1 - z) * (1 + z)",
    "expanded": "dz - dz * z * z",
    "index_notation": "np.einsum('...,...->...', dz, 1 - z * z)",
    "hyperbolic_secant": "dz / np.cosh(u) ** 2",  # an overflow, a warning, the right values
    "through_sigmoid": "dz * 4 / (1 + np.exp(-2 * u)) * (1 - 1 / (1 + np.exp(-2 * u)))",
    "even_exponentials": "4 * dz * np.exp(-2 * np.abs(u)) / (1 + np.exp(-2 * np.abs(u))) ** 2",
    "complex_step": "(dz * np.tanh(u.astype(float) + 1e-20j).imag / 1e-20).astype(dz.dtype)",
}.items():
    right.edit(name, textbook, "dz * (1 - z**2)", du)


@right.together
def ready_slope():
    def forward(u):
        z = 2 / (1 + np.exp(-2 * u)) - 1
        return z, SimpleNamespace(slope=1 - z * z)

    return forward, lambda dz, cache: np.multiply(cache.slope, dz)


form.edit("nested_lists", textbook, "dz * (1 - z**2)", "(dz * (1 - z**2)).tolist()")
form.edit("double_precision", textbook, "dz * ", "np.float64(dz) * ")


for name, du in {
    "central_difference": "dz * (np.tanh(u + 1e-5) - np.tanh(u - 1e-5)) / 2e-5",  # not in float32
}.items():
    wrong.edit(name, textbook, "dz * (1 - z**2)", du)


@open_
def output_changed_in_place(dz, cache):
    # The cached array is the forward's output as well: a second backward pass would be wrong.
    u, z = cache
    z **= 2
    return dz * (1 - z)
