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
def rows_first(y, t):
    losses = ((y - t) ** 2).reshape(len(y), -1).sum(axis=1) / 2
    return losses.mean(), (y - t) / len(y)


@right
def scalar_product(y, t):
    d = (t - y).ravel()
    return float(d @ d) / (2 * len(t)), np.subtract(y, t) / len(t)


@right
def entry_by_entry(y, t):
    total, grad = 0.0, np.empty_like(y)
    for i in np.ndindex(*y.shape):
        total += 0.5 * (float(y[i]) - float(t[i])) ** 2
        grad[i] = (y[i] - t[i]) / y.shape[0]
    return total / y.shape[0], grad


@right
def expanded_square(y, t):
    a, b = y.astype(np.float64), t.astype(np.float64)
    value = (np.sum(a * a) - 2 * np.sum(a * b) + np.sum(b * b)) / (2 * len(y))
    return max(value, 0.0), ((a - b) / len(y)).astype(y.dtype)


@right
def variance_and_mean(y, t):
    # The mean square is the variance plus the squared mean.
    r = np.asarray(y - t)
    return r.size * (r.var() + r.mean() ** 2) / (2 * len(r)), r / len(r)


@right
def value_from_the_gradient(y, t):
    # r^2 / (2 N) = N g^2 / 2
    grad = (y - t) / y.shape[0]
    return y.shape[0] / 2 * np.vdot(grad, grad), grad


@right
def integral_of_the_gradient(y, t):
    # Along the straight line from t to y; the middle value is exact for a linear gradient.
    def gradient(at):
        return (at - t) / len(t)

    return float(np.sum(gradient((y + t) / 2) * (y - t))), gradient(y)


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
