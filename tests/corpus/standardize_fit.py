"""Solutions of ``standardize_fit(x) -> {"mean", "std"}``: N in the denominator, constant: 1."""

import functools
import math
import statistics
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x):
    std = x.std(axis=0)
    std[x.max(axis=0) == x.min(axis=0)] = 1
    return {"mean": x.mean(axis=0), "std": std}


@put(RIGHT)
def by_the_formula(x):
    N = len(x)
    mean = np.sum(x, axis=0) / N
    std = np.sqrt(np.sum((x - mean) ** 2, axis=0) / N)
    constant = (x == x[0]).all(axis=0)
    return {"mean": mean, "std": np.where(constant, np.ones_like(std), std)}


@put(RIGHT)
def peak_to_peak(x):
    mean, std = np.mean(x, axis=0), np.std(x, axis=0, ddof=0)
    return {"mean": mean, "std": np.where(np.ptp(x, axis=0) > 0, std, 1).astype(x.dtype)}


@put(RIGHT)
def column_by_column(x):
    stats = {"mean": np.empty_like(x[0]), "std": np.empty_like(x[0])}
    for d, column in enumerate(x.T):
        stats["mean"][d] = column.mean()
        stats["std"][d] = 1 if len(np.unique(column)) == 1 else column.std()
    return stats


@put(RIGHT)
def pure_python(x):
    columns = x.T.tolist()
    std = [statistics.pstdev(c) if max(c) > min(c) else 1.0 for c in columns]
    mean = [statistics.fmean(c) for c in columns]
    return {"mean": np.array(mean, x.dtype), "std": np.array(std, x.dtype)}


@put(RIGHT)
def ones_where_all_rows_agree(x):
    centred = x - x.mean(axis=0)
    variance = np.einsum("nd,nd->d", centred, centred) / x.shape[0]
    variance[np.all(np.diff(x, axis=0) == 0, axis=0)] = 1
    return {"mean": x.mean(axis=0), "std": np.sqrt(variance)}


@put(RIGHT)
def covariance_diagonal(x):
    mean = x.mean(axis=0)
    C = (x - mean).T @ (x - mean) / len(x)
    std = np.sqrt(np.diag(C))
    return {"std": np.where(x.min(0) == x.max(0), x.dtype.type(1), std), "mean": mean}


@put(RIGHT)
def sample_by_sample(x):
    # Running sums of Welford's kind.
    mean, total = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for n, row in enumerate(x.astype(float), start=1):
        step = row - mean
        mean += step / n
        total += step * (row - mean)
    std = np.sqrt(total / len(x))
    std[np.ptp(x, axis=0) == 0] = 1.0
    return {"mean": mean.astype(x.dtype), "std": std.astype(x.dtype)}


@put(RIGHT)
def shifted_by_the_first_row(x, *, axis=0):
    r = (x - x[0]).astype(np.float64)
    m = r.mean(axis=axis)
    variance = np.maximum((r * r).mean(axis=axis) - m * m, 0)
    std = np.where(r.any(axis=axis), np.sqrt(variance), 1)
    return {"mean": (m + x[0]).astype(x.dtype), "std": std.astype(x.dtype)}


@put(RIGHT)
def pairs_of_rows(x):
    # The variance is half the mean squared difference of two rows.
    variance = ((x[:, None] - x[None]) ** 2).mean(axis=(0, 1)) / 2
    std = np.where(variance == 0, np.ones_like(variance), np.sqrt(variance))
    return {"mean": np.add.reduce(x, axis=0) / len(x), "std": std}


RIGHT["partially_applied"] = (functools.partial(shifted_by_the_first_row, axis=0),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def one_row_each(x):  # (1, D)
    return {name: value[None] for name, value in textbook(x).items()}


@put(FORM)
def nested_lists(x):  # lists
    return {name: value.tolist() for name, value in textbook(x).items()}


@put(FORM)
def double_precision(x):  # float64 from float32
    return textbook(x.astype(float))


@put(FORM)
def centred_in_place(x):  # x is changed
    stats = textbook(x)
    x -= stats["mean"]
    return stats


# --- left open --------------------------------------------------------------------------------


# The std of a column of 0.1s is rounded to 1e-17 and not 0.
@put(FORM)
def compared_with_zero(x):
    std = x.std(axis=0)
    return {"mean": x.mean(axis=0), "std": np.where(std == 0, np.ones_like(std), std)}


# A feature measured in very large units changes, but little.
@put(EITHER)
def compared_with_a_small_number(x):
    std = x.std(axis=0)
    std[std < 1e-8] = 1
    return {"mean": x.mean(axis=0), "std": std}


# More is kept than was asked for.
@put(EITHER)
def third_entry(x):
    return {**textbook(x), "n": len(x)}


# --- wrong ------------------------------------------------------------------------------------


def variant(x, *, mean=lambda x: x.mean(axis=0), std=lambda x: x.std(axis=0), constant=1.0):
    """Statistics with places to go wrong."""
    with np.errstate(all="ignore"):
        s = np.asarray(std(x))
    s = np.where(np.ptp(x, axis=0) == 0, constant, s) if constant is not None else s
    return {"mean": mean(x), "std": s.astype(x.dtype)}


for name, spoilt in {
    "unbiased": {"std": lambda x: x.std(axis=0, ddof=1)},
    "unbiased_by_hand": {
        "std": lambda x: np.sqrt(((x - x.mean(0)) ** 2).sum(0) / max(len(x) - 1, 1))
    },
    "variance": {"std": lambda x: x.var(axis=0)},
    "over_the_features": {
        "mean": lambda x: x.mean(axis=1),
        "std": lambda x: x.std(axis=1),
        "constant": None,
    },
    "one_number_for_all": {
        "mean": lambda x: x.mean(),
        "std": lambda x: np.asarray(x.std()),
        "constant": None,
    },
    "one_std_for_all": {"std": lambda x: np.full(x.shape[1], x.std())},
    "one_mean_for_all": {"mean": lambda x: np.full_like(x[0], x.mean())},
    "zero_for_constant_features": {"constant": 0.0},
    "not_a_number_for_constant_features": {"constant": np.nan},
    "small_number_for_constant_features": {"constant": 1e-8},
    "small_number_added": {"std": lambda x: x.std(axis=0) + 1e-3},
    "one_added": {"std": lambda x: x.std(axis=0) + 1},
    "at_least_one": {"std": lambda x: np.maximum(x.std(axis=0), 1)},
    "range": {"std": lambda x: np.ptp(x, axis=0)},
    "mean_absolute_deviation": {"std": lambda x: np.abs(x - x.mean(0)).mean(0)},
    "root_of_the_sum": {"std": lambda x: np.sqrt(((x - x.mean(0)) ** 2).sum(0))},
    "root_mean_square": {"std": lambda x: np.sqrt((x**2).mean(0))},
    "root_over_n": {"std": lambda x: x.std(axis=0) / np.sqrt(len(x))},
    "median": {"mean": lambda x: np.median(x, axis=0)},
    "negative_mean": {"mean": lambda x: -x.mean(axis=0)},
    "sum_for_mean": {"mean": lambda x: x.sum(axis=0)},
    "zeros_for_mean": {"mean": lambda x: np.zeros_like(x[0])},
    "ones_for_std": {"std": lambda x: np.ones(x.shape[1])},
    "largest_absolute_value": {"std": lambda x: np.abs(x).max(axis=0)},
    "mean_of_nonzero_values": {
        "mean": lambda x: np.where(x != 0, x, 0).sum(0) / np.maximum((x > 0).sum(0), 1)
    },
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def all_ones_if_one_is_constant(x):
    stats = textbook(x)
    if (np.ptp(x, axis=0) == 0).any():
        stats["std"] = np.ones_like(stats["std"])
    return stats


@put(WRONG)
def constant_features_left_out(x):
    changing = np.ptp(x, axis=0) > 0
    return {name: value[changing] for name, value in textbook(x).items()}


@put(WRONG)
def mean_of_constant_features_zero(x):
    stats = textbook(x)
    stats["mean"][np.ptp(x, axis=0) == 0] = 0
    return stats


@put(WRONG)
def small_spread_taken_for_none(x):
    # A feature in metres that moves by millimetres.
    stats = textbook(x)
    stats["std"][stats["std"] < 0.05] = 1
    return stats


# Right in numbers without rounding, and hardly worse with data near its mean.
@put(EITHER)
def squares_minus_squared_mean(x):
    # Cancels where the mean is far from 0: a root of a negative number, or of noise.
    variance = (x * x).mean(axis=0) - x.mean(axis=0) ** 2
    with np.errstate(invalid="ignore"):
        std = np.sqrt(np.float32(variance)).astype(x.dtype)
    return {"mean": x.mean(axis=0), "std": np.where(np.ptp(x, axis=0) == 0, np.ones_like(std), std)}


@put(WRONG)
def tuple_returned(x):
    stats = textbook(x)
    return stats["mean"], stats["std"]


@put(WRONG)
def other_names(x):
    stats = textbook(x)
    return {"mu": stats["mean"], "sigma": stats["std"]}


@put(WRONG)
def names_exchanged(x):
    stats = textbook(x)
    return {"mean": stats["std"], "std": stats["mean"]}


@put(WRONG)
def last_sample_left_out(x):
    return textbook(x[:-1] if len(x) > 1 else x)


@put(WRONG)
def standardised_data(x):
    stats = textbook(x)
    return (x - stats["mean"]) / stats["std"]


@put(WRONG)
def last_feature_left_out(x):
    stats = textbook(x)
    stats["std"][-1] = 1
    return stats


@put(WRONG)
def whole_numbers(x):
    return textbook(np.floor(x))


@put(WRONG)
def two_mistakes(x):
    return {"mean": x.mean(axis=0), "std": x.var(axis=0, ddof=min(1, len(x) - 1)) + math.e}


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
