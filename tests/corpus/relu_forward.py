"""Solutions of ``relu_forward(u) -> (z, cache)``."""

from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(u):
    return np.maximum(0, u), u


@put(RIGHT)
def times_mask(u):
    mask = u > 0
    return u * mask, mask


@put(RIGHT)
def where(u):
    return np.where(u > 0, u, 0), {"u": u}


@put(RIGHT)
def copy_and_overwrite(u):
    z = u.copy()
    z[z < 0] = 0
    return z, (u, z)


@put(RIGHT)
def clip_below(u):
    return np.clip(u, 0, None), [u]


@put(RIGHT)
def half_of_sum_with_absolute_value(u):
    return 0.5 * (u + np.abs(u)), u


@put(RIGHT)
def heaviside(u):
    return u * np.heaviside(u, 0.5), u


@put(RIGHT)
def fmax_with_zeros(u):
    return np.fmax(np.zeros_like(u), u), u


@put(RIGHT)
def two_loops(u):
    z = np.zeros_like(u)
    for i in range(u.shape[0]):
        for j in range(u.shape[1]):
            if u[i, j] > 0:
                z[i, j] = u[i, j]
    return z, z


@put(RIGHT)
def comprehension(u):
    return np.array([[max(0, v) for v in row] for row in u], dtype=u.dtype), u


@put(RIGHT)
def piecewise(u):
    return np.piecewise(u, [u < 0, u >= 0], [0, lambda v: v]), u


@put(RIGHT)
def maximum_over_a_new_axis(u):
    return np.stack([u, np.zeros_like(u)]).max(axis=0), u


@put(FORM)
def nested_lists(u):  # lists
    return np.maximum(u, 0).tolist(), u


@put(FORM)
def negative_entries_overwritten(u):  # the input is changed; z and u are one array
    u[u < 0] = 0
    return u.copy(), u


@put(FORM)
def third_positional_argument(u):  # np.maximum's third argument is `out`: u is changed
    return np.maximum(u, 0, u), u


@put(FORM)
def double_precision(u):  # float64 from float32
    return np.maximum(np.float64(0), u.astype(float)), u


@put(WRONG)
def absolute_value(u):
    return np.abs(u), u


@put(WRONG)
def leaky(u):
    return np.where(u > 0, u, 0.01 * u), u


@put(WRONG)
def minimum(u):
    return np.minimum(u, 0), u


@put(WRONG)
def step(u):
    return (u > 0).astype(u.dtype), u


@put(WRONG)
def one_maximum_of_all(u):
    return np.max(u, initial=0), u


@put(WRONG)
def from_one_on(u):
    # Wrong between 0 and 1.
    return np.where(u > 1, u, 0), u


@put(WRONG)
def capped_at_six(u):
    # Wrong above 6 only.
    return np.clip(u, 0, 6), u


@put(WRONG)
def capped_at_one(u):
    return np.clip(u, 0, 1), u


@put(WRONG)
def negative_entries_removed(u):
    return u[u > 0], u


@put(WRONG)
def exponential_below(u):
    return np.where(u > 0, u, np.expm1(u)), u


@put(WRONG)
def softplus(u):
    return np.logaddexp(0, u), u


@put(WRONG)
def row_alive_as_a_whole(u):
    return u * (u.max(axis=1, keepdims=True) > 0), u


@put(WRONG)
def whole_numbers(u):
    return np.maximum(0, u).astype(int), u


@put(WRONG)
def first_column_forgotten(u):
    # As by a loop over the units that begins at one.
    z = u.copy()
    z[:, 1:] = np.maximum(z[:, 1:], 0)
    return z, u


@put(WRONG)
def mask_times_one(u):
    return np.maximum(0, np.sign(u)) * np.abs(u).mean(), u


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
