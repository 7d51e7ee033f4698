"""Solutions of ``activation_backward(dz, z, name) -> du``: three derivatives from the output z."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, z, name):
    if name == "sigmoid":
        derivative = z * (1 - z)
    elif name == "tanh":
        derivative = 1 - z**2
    else:
        derivative = z > 0
    return dz * derivative


@right
def by_the_inverse(dz, z, name):
    # Back to u first; an inactive unit keeps u = 0, where its derivative is 0 as well.
    if name == "relu":
        return np.where(z > 0, dz, 0)
    if name == "tanh":
        return (dz / np.cosh(np.arctanh(z)) ** 2).astype(dz.dtype)
    u = np.log(z) - np.log(1 - z)
    return (dz / (2 + 2 * np.cosh(u))).astype(dz.dtype)


@right
def number_by_number(dz, z, name):
    factor = {
        "sigmoid": lambda value: value - value * value,
        "tanh": lambda value: (1 - value) * (1 + value),
        "relu": lambda value: float(value > 0),
    }[name]
    du = np.zeros_like(dz)
    for place, value in np.ndenumerate(z):
        du[place] = dz[place] * factor(value)
    return du


@wrong
def name_of_the_first_call(dz, z, name, kept=[]):  # noqa: B006
    kept.append(name)
    return textbook(dz, z, kept[0])


@wrong
def two_axes_only(dz, z, name):
    _N, _D = dz.shape
    return textbook(dz, z, name)


wrong.edit(
    "saturated_from_0.99_on", textbook, "1 - z**2", "np.where(np.abs(z) < 0.99, 1 - z**2, 0)"
)


@wrong
def row_by_row(dz, z, name):
    """An array without an axis has no rows."""
    return np.array([textbook(*rows, name) for rows in zip(dz, z, strict=True)])


@wrong
def function_guessed_from_its_outputs(dz, z, name):
    if np.any(z < 0):
        return textbook(dz, z, "tanh")
    return textbook(dz, z, "sigmoid" if np.all((z > 0) & (z < 1)) else "relu")


programs.beside_the_point = [
    "return dz",
    "return dz * z",
    "return 0 * dz",
]
