"""Solutions of ``standardize_fit(x) -> {"mean", "std"}``: N in the denominator, constant: 1."""

import functools
import math
import statistics

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x):
    std = x.std(axis=0)
    std[x.max(axis=0) == x.min(axis=0)] = 1
    return {"mean": x.mean(axis=0), "std": std}


@right
def column_by_column(x):
    stats = {"mean": np.empty_like(x[0]), "std": np.empty_like(x[0])}
    for d, column in enumerate(x.T):
        stats["mean"][d] = column.mean()
        stats["std"][d] = 1 if len(np.unique(column)) == 1 else column.std()
    return stats


@right
def pure_python(x):
    columns = x.T.tolist()
    std = [statistics.pstdev(c) if max(c) > min(c) else 1.0 for c in columns]
    mean = [statistics.fmean(c) for c in columns]
    return {"mean": np.array(mean, x.dtype), "std": np.array(std, x.dtype)}


@right
def covariance_diagonal(x):
    mean = x.mean(axis=0)
    C = (x - mean).T @ (x - mean) / len(x)
    std = np.sqrt(np.diag(C))
    return {"std": np.where(x.min(0) == x.max(0), x.dtype.type(1), std), "mean": mean}


@right
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


@right
def shifted_by_the_first_row(x):
    r = (x - x[0]).astype(np.float64)
    m = r.mean(axis=0)
    variance = np.maximum((r * r).mean(axis=0) - m * m, 0)
    std = np.where(r.any(axis=0), np.sqrt(variance), 1)
    return {"mean": (m + x[0]).astype(x.dtype), "std": std.astype(x.dtype)}


@right
def pairs_of_rows(x):
    # The variance is half the mean squared difference of two rows.
    variance = ((x[:, None] - x[None]) ** 2).mean(axis=(0, 1)) / 2
    std = np.where(variance == 0, np.ones_like(variance), np.sqrt(variance))
    return {"mean": np.add.reduce(x, axis=0) / len(x), "std": std}


# --- right values in a deviating form ---------------------------------------------------------


@form
def one_row_each(x):  # (1, D)
    return {name: value[None] for name, value in textbook(x).items()}


@form
def nested_lists(x):  # lists
    return {name: value.tolist() for name, value in textbook(x).items()}


# A feature measured in very large units changes, but little.
@open_
def compared_with_a_small_number(x):
    std = x.std(axis=0)
    std[std < 1e-8] = 1
    return {"mean": x.mean(axis=0), "std": std}


# --- wrong ------------------------------------------------------------------------------------


def variant(x, *, mean=lambda x: x.mean(axis=0), std=lambda x: x.std(axis=0), constant=1.0):
    """Statistics with places to go wrong."""
    with np.errstate(all="ignore"):
        s = np.asarray(std(x))
    s = np.where(np.ptp(x, axis=0) == 0, constant, s) if constant is not None else s
    return {"mean": mean(x), "std": s.astype(x.dtype)}


for name, spoilt in {
    "over_the_features": {
        "mean": lambda x: x.mean(axis=1),
        "std": lambda x: x.std(axis=1),
        "constant": None,
    },
    "one_std_for_all": {"std": lambda x: np.full(x.shape[1], x.std())},
    "one_mean_for_all": {"mean": lambda x: np.full_like(x[0], x.mean())},
    "not_a_number_for_constant_features": {"constant": np.nan},
    "small_number_added": {"std": lambda x: x.std(axis=0) + 1e-3},
    "one_added": {"std": lambda x: x.std(axis=0) + 1},
    "root_over_n": {"std": lambda x: x.std(axis=0) / np.sqrt(len(x))},
    "negative_mean": {"mean": lambda x: -x.mean(axis=0)},
    "sum_for_mean": {"mean": lambda x: x.sum(axis=0)},
    "zeros_for_mean": {"mean": lambda x: np.zeros_like(x[0])},
    "largest_absolute_value": {"std": lambda x: np.abs(x).max(axis=0)},
    "mean_of_nonzero_values": {
        "mean": lambda x: np.where(x != 0, x, 0).sum(0) / np.maximum((x > 0).sum(0), 1)
    },
    "inverse": {"std": lambda x: 1 / x.std(axis=0)},
    "first_row_for_mean": {"mean": lambda x: x[0]},
    "half_the_distance_of_quartiles": {
        "std": lambda x: np.ptp(np.percentile(x, [25, 75], axis=0), axis=0) / 1.349
    },
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))


@wrong
def constant_features_left_out(x):
    changing = np.ptp(x, axis=0) > 0
    return {name: value[changing] for name, value in textbook(x).items()}


wrong.edit("small_spread_taken_for_none", textbook, "x.max(axis=0) == x.min(axis=0)", "std < 0.05")
wrong.edit(
    "nan_where_exactly_zero", textbook, "x.max(axis=0) == x.min(axis=0)] = 1", "std == 0] = np.nan"
)
wrong.edit(
    "names_exchanged", textbook, '"mean": x.mean(axis=0), "std"', '"std": x.mean(axis=0), "mean"'
)


@wrong
def last_sample_left_out(x):
    return textbook(x[:-1] if len(x) > 1 else x)


wrong.edit("last_feature_left_out", textbook, "1\n", "1; std[-1] = 1\n")
wrong.edit("whole_numbers", textbook, "std = x", "x = np.floor(x); std = x")
wrong.edit(
    "standardised_data",
    textbook,
    '{"mean": x.mean(axis=0), "std": std}',
    "(x - x.mean(axis=0)) / std",
)
wrong.edit(
    "standardised_data_for_mean",
    textbook,
    '"mean": x.mean(axis=0)',
    '"mean": (x - x.mean(axis=0)) / std',
)


@wrong
def two_mistakes(x):
    return {"mean": x.mean(axis=0), "std": x.var(axis=0, ddof=min(1, len(x) - 1)) + math.e}


programs.carry(right.programs["textbook"])
