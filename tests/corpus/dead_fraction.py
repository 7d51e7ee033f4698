"""Solutions of ``dead_fraction(z) -> float``: share of columns that are <= 0 for every row."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(z):
    return float(np.mean(np.all(z <= 0, axis=0)))


@put(RIGHT)
def largest_of_each_column(z):
    return (z.max(axis=0) <= 0).mean()


@put(RIGHT)
def never_alive(z):
    alive = np.any(z > 0, axis=0)
    return 1 - alive.sum() / alive.size


@put(RIGHT)
def count_of_positive_entries(z):
    return np.count_nonzero(np.count_nonzero(z > 0, axis=0) == 0) / z.shape[1]


@put(RIGHT)
def column_by_column(z):
    dead = 0
    for d in range(z.shape[1]):
        if all(v <= 0 for v in z[:, d]):
            dead += 1
    return dead / z.shape[1]


@put(RIGHT)
def after_a_relu(z):
    return np.mean(np.maximum(z, 0).sum(axis=0) == 0)


@put(RIGHT)
def pure_python(z):
    columns = list(zip(*z.tolist(), strict=True))
    return sum(max(column) <= 0 for column in columns) / len(columns)


@put(RIGHT)
def running_mask(z, threshold=0):
    dead = np.ones(z.shape[1], dtype=bool)
    for row in z:
        dead &= row <= threshold
    return np.average(dead)


RIGHT["partially_applied"] = (functools.partial(running_mask, threshold=0.0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(EITHER)
def one_entry(z):  # (1,)
    return np.array([textbook(z)])


@put(FORM)
def in_place(z):  # z is changed
    np.maximum(z, 0, out=z)
    z[z > 0] = 1
    return float((z.sum(axis=0) == 0).mean())


@put(EITHER)
def list_of_one(z):  # list
    return [textbook(z)]


# --- wrong ------------------------------------------------------------------------------------

for name, wrong in {
    "entries": lambda z: np.mean(z <= 0),
    "entries_exactly_zero": lambda z: np.mean(z == 0),
    "columns_exactly_zero": lambda z: np.mean((z == 0).all(axis=0)),
    "columns_below_zero": lambda z: np.mean((z < 0).all(axis=0)),
    "columns_with_any": lambda z: np.mean((z <= 0).any(axis=0)),
    "rows": lambda z: np.mean((z <= 0).all(axis=1)),
    "rows_over_columns": lambda z: np.sum((z <= 0).all(axis=1)) / z.shape[1],
    "columns_over_rows": lambda z: np.sum((z <= 0).all(axis=0)) / z.shape[0],
    "columns_over_entries": lambda z: np.sum((z <= 0).all(axis=0)) / z.size,
    "count": lambda z: int(np.sum((z <= 0).all(axis=0))),
    "percent": lambda z: 100 * textbook(z),
    "alive": lambda z: 1 - textbook(z),
    "always_on": lambda z: np.mean((z > 0).all(axis=0)),
    "mask": lambda z: (z <= 0).all(axis=0),
    "names_of_the_dead": lambda z: np.flatnonzero((z <= 0).all(axis=0)),
    "for_each_column": lambda z: np.mean(z <= 0, axis=0),
    "mean_not_positive": lambda z: np.mean(z.mean(axis=0) <= 0),
    "sum_zero": lambda z: np.mean(np.abs(z.sum(axis=0)) < 1e-12),
    "mostly_off": lambda z: np.mean((z <= 0).mean(axis=0) > 0.5),
    "four_in_five_off": lambda z: np.mean((z <= 0).mean(axis=0) >= 0.8),
    "small_is_dead": lambda z: np.mean((z <= 0.1).all(axis=0)),
    "very_small_is_dead": lambda z: np.mean((z < 1e-2).all(axis=0)),
    "magnitude_small": lambda z: np.mean((np.abs(z) < 1e-6).all(axis=0)),
    "minimum_of_each_column": lambda z: np.mean(z.min(axis=0) <= 0),
    "first_row_only": lambda z: np.mean(z[0] <= 0),
    "last_row_only": lambda z: np.mean(z[-1] <= 0),
    "first_row_left_out": lambda z: np.mean((z[1:] <= 0).all(axis=0)),
    "last_row_left_out": lambda z: np.mean((z[:-1] <= 0).all(axis=0)),
    "last_column_left_out": lambda z: np.mean((z <= 0).all(axis=0)[:-1]) if z.shape[1] > 1 else 0.0,
    "whole_layer": lambda z: float((z <= 0).all()),
    "constant_columns": lambda z: np.mean(np.ptp(z, axis=0) == 0),
    "product_zero": lambda z: np.mean(np.prod(np.maximum(z, 0), axis=0) == 0),
    "whole_division": lambda z: int(np.sum((z <= 0).all(axis=0))) // z.shape[1],
    "one_more_in_the_denominator": lambda z: np.sum((z <= 0).all(axis=0)) / (z.shape[1] + 1),
    "saturated": lambda z: np.mean((z <= 0.05) | (z >= 0.95)),
    "zero": lambda z: 0.0,
    "yes_or_no": lambda z: bool((z <= 0).all(axis=0).any()),
    "two_mistakes": lambda z: 100 * np.mean((z == 0).all(axis=1)),
}.items():
    WRONG[name] = (wrong,)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
