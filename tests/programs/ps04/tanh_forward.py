"""Solutions of ``tanh_forward(u) -> (z, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u):
    z = np.tanh(u)
    return z, z


right.edit("input_cached", textbook, "return z, z", "return z, (u,)")
for name, z in {
    "twice_sigmoid": "2 / (1 + np.exp(-2 * u)) - 1",  # an overflow, a warning, the right values
    "one_minus_fraction": "1 - 2 / (np.exp(2 * u) + 1)",
    "quotient_of_clipped": "np.sinh(np.clip(u, -40, 40)) / np.cosh(np.clip(u, -40, 40))",
    "imaginary_tangent": "(-1j * np.tan(1j * np.clip(u, -300, 300))).real.astype(u.dtype)",
}.items():
    right.edit(name, textbook, "np.tanh(u)", z)


@right
def expm1_by_sign(u):
    e = np.expm1(-2 * np.abs(u))
    return np.copysign(-e / (e + 2), u), [u]


form.edit("nested_lists", textbook, "return z", "return z.tolist()")
form.edit("double_precision", textbook, "np.tanh(u)", "np.tanh(u.astype(float))")
