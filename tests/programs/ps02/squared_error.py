"""Solutions of ``squared_error(y, t) -> (value, dy)``: half the squares, mean over N."""

from collections import namedtuple

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(y, t):
    r = y - t
    value = 0.5 * np.sum(r**2)
    return value / len(y), r / len(y)


@right
def scalar_product(y, t):
    d = (t - y).ravel()
    return float(d @ d) / (2 * len(t)), np.subtract(y, t) / len(t)


@right
def copies_updated(y, t):
    grad = y.copy()
    grad -= t
    value = np.array(0.5 * np.einsum("i,i->", grad.reshape(-1), grad.reshape(-1)) / len(y))
    grad /= len(y)
    return value, grad


class SquaredError:
    """A loss as a callable object."""

    Result = namedtuple("Result", "value gradient")

    def __call__(self, y, t):
        return self.Result(*textbook(y, t))


right.add("callable_object", SquaredError())

made_of(programs, textbook)
programs.carry(textbook, n=2)

programs.beside_the_point = [
    "return np.mean(np.abs(y - t)), np.sign(y - t) / len(y)",
]
