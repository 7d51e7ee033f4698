"""Solutions of ``saturated_fraction(z, low, high) -> float``: share at or beyond low and high."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(z, low, high):
    return float(np.mean((z <= low) | (z >= high)))


@right
def two_counts(z, low, high):
    return (np.count_nonzero(z <= low) + np.count_nonzero(z >= high)) / z.size


@right
def what_is_left_between(z, low, high):
    return 1 - np.mean(np.logical_and(z > low, z < high))


@right
def means_of_the_rows(z, low, high):
    z = z.reshape(-1, z.shape[-1]) if z.ndim else z.reshape(1, 1)
    return np.average([((row <= low) + (row >= high)).mean() for row in z])


@right
def by_histogram(z, low, high):
    counts, _ = np.histogram(z, bins=[-np.inf, np.nextafter(low, np.inf), high, np.inf])
    return np.array([(counts[0] + counts[2]) / counts.sum()])


# --- right values in a deviating form, and what is left open ----------------------------------


@form
def in_place(z, low, high):  # z is changed
    z[...] = (z <= low) | (z >= high)
    return float(z.mean())


@open_
def one_entry(z, low, high):  # (1,)
    return np.array([textbook(z, low, high)])


@open_
def list_of_one(z, low, high):  # list
    return [textbook(z, low, high)]


# --- wrong ------------------------------------------------------------------------------------


for name, share in {
    "above_low": lambda z, lo, hi: np.mean(z > lo),
    "difference": lambda z, lo, hi: np.mean(z >= hi) - np.mean(z <= lo),
    "larger_of_the_two": lambda z, lo, hi: max(np.mean(z >= hi), np.mean(z <= lo)),
    "mean_of_the_two": lambda z, lo, hi: (np.mean(z >= hi) + np.mean(z <= lo)) / 2,
    "product": lambda z, lo, hi: np.mean(z >= hi) * np.mean(z <= lo),
    "two_numbers": lambda z, lo, hi: (np.mean(z <= lo), np.mean(z >= hi)),
    "over_the_columns": lambda z, lo, hi: np.sum((z <= lo) | (z >= hi)) / z.shape[-1],
    "for_each_row": lambda z, lo, hi: np.mean((z <= lo) | (z >= hi), axis=-1),
    "mask": lambda z, lo, hi: (z <= lo) | (z >= hi),
    "rows_with_any": lambda z, lo, hi: np.mean(((z <= lo) | (z >= hi)).any(axis=-1)),
    "bounds_of_tanh": lambda z, lo, hi: np.mean(np.abs(z) >= 0.95),
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
    "yes_or_no": lambda z, lo, hi: bool(textbook(z, lo, hi) > 0),
    "two_mistakes": lambda z, lo, hi: 100 * np.mean(z >= hi),
    "twice_the_lower": lambda z, lo, hi: 2 * np.mean(z <= lo),
    "over_those_between": lambda z, lo, hi: (
        np.sum((z <= lo) | (z >= hi)) / np.sum((z > lo) & (z < hi))
    ),
}.items():
    wrong.add(name, share)


programs.carry(right.programs["textbook"])
