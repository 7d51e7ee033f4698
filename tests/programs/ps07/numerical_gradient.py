"""Solutions of ``numerical_gradient(f, x, h) -> gradient`` like ``x``, by central differences."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f, x, h):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad


# Divides by the step that rounding left, as numerical books advise.
right.edit("with_the_step_really_taken", textbook, "(2 * h)", "(up[index] - down[index])")


@right
def in_place_and_back(f, x, h):
    # x + h - h may differ from x by a last bit.
    gradient = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        x[i] += h
        gradient[i] = (above - below) / 2 / h
        it.iternext()
    return gradient


@right
def richardson(f, x, h):
    def central(h):
        steps = h * np.eye(x.size)
        flat = [f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape)) for e in steps]
        return np.reshape(flat, x.shape) / (2 * h)

    return ((4 * central(h / 2) - central(h)) / 3).astype(x.dtype)


@right
def complex_step(f, x, h):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        z = x.astype(complex)
        z[i] += 1j * h
        gradient[i] = f(z).imag / h
    return gradient


programs.beside_the_point = [
    "return np.zeros_like(x)",
    "return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))",
]

programs.equivalent = changes("""
gradient = np.zeros_like(x) -> gradient = np.ones_like(x)
    every entry is overwritten
""")
