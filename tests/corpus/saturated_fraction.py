"""Solutions of ``saturated_fraction(z, low, high) -> float``: share at or beyond low and high."""

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
def textbook(z, low, high):
    return float(np.mean((z <= low) | (z >= high)))


@put(RIGHT)
def two_counts(z, low, high):
    return (np.count_nonzero(z <= low) + np.count_nonzero(z >= high)) / z.size


@put(RIGHT)
def what_is_left_between(z, low, high):
    return 1 - np.mean(np.logical_and(z > low, z < high))


@put(RIGHT)
def entry_by_entry(z, low, high):
    count = 0
    for v in np.ravel(z):
        if not low < v < high:
            count += 1
    return count / np.size(z)


@put(RIGHT)
def pure_python(z, low, high):
    values = np.asarray(z, dtype=z.dtype).flatten().tolist()
    low, high = z.dtype.type(low), z.dtype.type(high)
    return sum(v <= low or v >= high for v in values) / len(values)


@put(RIGHT)
def mean_of_where(z, low, high, flat=1.0):
    return np.where(z <= low, flat, np.where(z >= high, flat, 0.0)).mean()


@put(RIGHT)
def length_of_a_selection(z, low, high):
    return len(z[np.logical_or(z <= low, z >= high)]) / np.prod(z.shape)


@put(RIGHT)
def means_of_the_rows(z, low, high):
    z = z.reshape(-1, z.shape[-1]) if z.ndim else z.reshape(1, 1)
    return np.average([((row <= low) + (row >= high)).mean() for row in z])


RIGHT["partially_applied"] = (functools.partial(mean_of_where, flat=1),)


# --- right values in a deviating form ---------------------------------------------------------


@put(EITHER)
def one_entry(z, low, high):  # (1,)
    return np.array([textbook(z, low, high)])


@put(FORM)
def in_place(z, low, high):  # z is changed
    z[...] = (z <= low) | (z >= high)
    return float(z.mean())


@put(EITHER)
def list_of_one(z, low, high):  # list
    return [textbook(z, low, high)]


# --- left open --------------------------------------------------------------------------------


# Whether low and high themselves count is said by the library alone.
@put(EITHER)
def beyond_only(z, low, high):
    return float(np.mean((z < low) | (z > high)))


# --- wrong ------------------------------------------------------------------------------------

for name, wrong in {
    "low_only": lambda z, lo, hi: np.mean(z <= lo),
    "high_only": lambda z, lo, hi: np.mean(z >= hi),
    "between": lambda z, lo, hi: np.mean((z > lo) & (z < hi)),
    "both_at_once": lambda z, lo, hi: np.mean((z <= lo) & (z >= hi)),
    "above_low": lambda z, lo, hi: np.mean(z > lo),
    "exchanged": lambda z, lo, hi: np.mean((z <= hi) | (z >= lo)),
    "difference": lambda z, lo, hi: np.mean(z >= hi) - np.mean(z <= lo),
    "larger_of_the_two": lambda z, lo, hi: max(np.mean(z >= hi), np.mean(z <= lo)),
    "mean_of_the_two": lambda z, lo, hi: (np.mean(z >= hi) + np.mean(z <= lo)) / 2,
    "product": lambda z, lo, hi: np.mean(z >= hi) * np.mean(z <= lo),
    "two_numbers": lambda z, lo, hi: (np.mean(z <= lo), np.mean(z >= hi)),
    "count": lambda z, lo, hi: int(np.sum((z <= lo) | (z >= hi))),
    "percent": lambda z, lo, hi: 100 * textbook(z, lo, hi),
    "over_the_rows": lambda z, lo, hi: np.sum((z <= lo) | (z >= hi)) / len(z),
    "over_the_columns": lambda z, lo, hi: np.sum((z <= lo) | (z >= hi)) / z.shape[-1],
    "for_each_column": lambda z, lo, hi: np.mean((z <= lo) | (z >= hi), axis=0),
    "for_each_row": lambda z, lo, hi: np.mean((z <= lo) | (z >= hi), axis=-1),
    "mask": lambda z, lo, hi: (z <= lo) | (z >= hi),
    "columns_with_any": lambda z, lo, hi: np.mean(((z <= lo) | (z >= hi)).any(axis=0)),
    "columns_with_all": lambda z, lo, hi: np.mean(((z <= lo) | (z >= hi)).all(axis=0)),
    "rows_with_any": lambda z, lo, hi: np.mean(((z <= lo) | (z >= hi)).any(axis=-1)),
    "usual_bounds": lambda z, lo, hi: np.mean((z <= 0.05) | (z >= 0.95)),
    "bounds_of_tanh": lambda z, lo, hi: np.mean(np.abs(z) >= 0.95),
    "magnitude_above_high": lambda z, lo, hi: np.mean(np.abs(z) >= hi),
    "symmetric_about_low": lambda z, lo, hi: np.mean((z <= -lo) | (z >= lo)),
    "high_from_low": lambda z, lo, hi: np.mean((z <= lo) | (z >= 1 - lo)),
    "zero_and_one": lambda z, lo, hi: np.mean((z <= 0) | (z >= 1)),
    "sigmoid_again": lambda z, lo, hi: textbook(1 / (1 + np.exp(-z)), lo, hi),
    "by_the_slope": lambda z, lo, hi: np.mean(z * (1 - z) < 0.05),
    "dead": lambda z, lo, hi: np.mean((z <= 0).all(axis=0)),
    "of_the_mean": lambda z, lo, hi: textbook(z.mean(axis=0), lo, hi),
    "quantile": lambda z, lo, hi: np.mean(
        (z <= np.quantile(z, 0.05)) | (z >= np.quantile(z, 0.95))
    ),
    "first_row_only": lambda z, lo, hi: textbook(z[:1], lo, hi),
    "last_entry_left_out": lambda z, lo, hi: textbook(z.ravel()[1:], lo, hi) if z.size > 1 else 0.0,
    "rounded": lambda z, lo, hi: round(textbook(z, lo, hi)),
    "whole_division": lambda z, lo, hi: int(np.sum((z <= lo) | (z >= hi))) // z.size,
    "odds": lambda z, lo, hi: np.sum((z <= lo) | (z >= hi)) / (np.sum((z > lo) & (z < hi)) + 1),
    "one_more_in_the_denominator": lambda z, lo, hi: np.sum((z <= lo) | (z >= hi)) / (z.size + 1),
    "zero": lambda z, lo, hi: 0.0,
    "yes_or_no": lambda z, lo, hi: bool(textbook(z, lo, hi) > 0),
    "two_mistakes": lambda z, lo, hi: 100 * np.mean(z >= hi),
}.items():
    WRONG[name] = (wrong,)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
