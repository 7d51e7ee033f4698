"""Solutions of ``squared_error(y, t) -> (value, dy)``: half the squares, mean over N."""

import math
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
def norm_squared(y, t):
    diff = np.subtract(y, t)
    return np.linalg.norm(diff) ** 2 / 2 / diff.shape[0], np.divide(diff, diff.shape[0])


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
def euclidean_distance(y, t):
    distance = math.dist(y.ravel().tolist(), t.ravel().tolist())
    return distance * distance / 2 / len(y), (y - t) * np.asarray(1 / len(y), dtype=y.dtype)


@right
def halves_of_the_batch(y, t):
    def total(a, b):
        if len(a) == 1:
            return 0.5 * float(np.sum((a - b) ** 2))
        middle = len(a) // 2
        return total(a[:middle], b[:middle]) + total(a[middle:], b[middle:])

    return total(y, t) / len(y), (y - t) / len(y)


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


@right
def weights_of_samples(y, t):
    w = np.full(len(y), 1 / len(y))
    r = y - t
    return np.asarray(0.5 * np.einsum("n,nk,nk->", w, r, r)), w[:, None] * r


class SquaredError:
    """A loss as a callable object."""

    Result = namedtuple("Result", "value gradient")

    def __call__(self, y, t):
        return self.Result(*textbook(y, t))


right.add("callable_object", SquaredError())

# --- wrong ------------------------------------------------------------------------------------

EDITS = {
    "half_twice": ("0.5 *", "0.25 *"),
    "divided_by_n_minus_one": (
        "/ len(y), r / len(y)",
        "/ max(len(y) - 1, 1), r / max(len(y) - 1, 1)",
    ),
    "absolute_value_right_gradient": ("r**2", "np.abs(r)"),
    "fourth_power": (
        "r**2)\n    return value / len(y), r",
        "r**4)\n    return value / len(y), 2 * r**3",
    ),
    "gradient_is_the_loss": (", r /", ", 0.5 * r**2 /"),
    "sign_as_gradient": (", r /", ", np.sign(r) /"),
    "gradient_of_the_root": (", r /", ", r / (np.linalg.norm(r) + 1e-12) /"),
    "squared_sum": ("np.sum(r**2)", "np.sum(r) ** 2"),
    "clipped_gradient": (", r /", ", np.clip(r, -1, 1) /"),
    "small_errors_ignored": (", r /", ", r * (np.abs(r) > 0.1) /"),
    "positive_part": (", r /", ", np.maximum(r, 0) /"),
    "mean_residual_removed": (", r /", ", (r - r.mean(axis=0)) /"),
    "root_of_the_mean": ("return value / len(y)", "return np.sqrt(2 * value / len(y))"),
    "losses_of_every_entry": ("np.sum(r**2)", "r**2"),
    "relative_error": ("y - t", "(y - t) / (np.abs(t) + 1e-6)"),
    "whole_numbers": ("y - t", "y.astype(int) - t.astype(int)"),
    "difference_to_the_mean": ("y - t", "y - t.mean(axis=0)"),
    "targets_forgotten": ("y - t", "y"),
    "last_column_left_out": ("y - t", "y - t\n    r[:, -1] = 0"),
    "log_cosh": (
        "0.5 * np.sum(r**2)\n    return value / len(y), r",
        "np.sum(np.log(np.cosh(r)))\n    return value / len(y), np.tanh(r)",
    ),
    "means_compared": ("y - t", "np.tile(y.mean(axis=0) - t.mean(axis=0), (len(y), 1))"),
}
for name, (old, new) in EDITS.items():
    wrong.edit(name, textbook, old, new)


made_of(programs, textbook, without=["gradient_summed_over_the_batch"])
programs.carry(textbook, n=2)
