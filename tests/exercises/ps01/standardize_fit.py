"""Programs for ``standardize_fit``."""

import numpy as np


def textbook(x):
    mean = np.mean(x, axis=0)
    std = np.std(x, axis=0)
    return {"mean": mean, "std": np.where(np.ptp(x, axis=0) == 0, np.ones_like(std), std)}


def threshold(x):
    stats = {"mean": x.mean(0), "std": x.std(0)}
    stats["std"][stats["std"] < 1e-8] = 1
    return stats


def one_pass(x):
    """The mean of the squares minus the square of the mean."""
    N = x.shape[0]
    mean = np.sum(x, axis=0) / N
    var = np.maximum(np.sum(x**2, axis=0) / N - mean**2, 0)
    std = np.sqrt(var)
    std[std < 1e-6] = 1.0
    return {"mean": mean, "std": std, "var": var}


def column_by_column(x):
    means, stds = [], []
    for column in x.T:
        m = sum(column) / len(column)
        means.append(m)
        s = (sum((v - m) ** 2 for v in column) / len(column)) ** 0.5
        stds.append(s if max(column) > min(column) else 1)
    return {"mean": np.array(means, dtype=x.dtype), "std": np.array(stds, dtype=x.dtype)}


def in_double_precision(x):
    wide = x.astype(np.float64)
    std = wide.std(axis=0)
    std[np.isclose(std, 0)] = 1
    return {"mean": wide.mean(axis=0).astype(x.dtype), "std": std.astype(x.dtype)}


def norm_of_the_rest(x):
    mean = np.ones(len(x), x.dtype) @ x / len(x)
    std = np.linalg.norm(x - mean, axis=0) / np.sqrt(np.asarray(len(x), x.dtype))
    constant = (x == x[0]).all(axis=0)
    return {"mean": mean, "std": np.where(constant, np.ones_like(std), std)}


def covariance(x):
    var = np.diag(np.atleast_2d(np.cov(x, rowvar=False, ddof=0, dtype=x.dtype)))
    return {
        "mean": np.average(x, axis=0),
        "std": np.where(var > 1e-15, np.sqrt(var), 1).astype(x.dtype),
    }


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        threshold,
        one_pass,
        column_by_column,
        in_double_precision,
        norm_of_the_rest,
        covariance,
    )
]


def keepdims(x):
    std = x.std(axis=0, keepdims=True)
    return {"mean": x.mean(axis=0, keepdims=True), "std": np.where(std > 1e-7, std, 1)}


def lists(x):
    return {key: a.tolist() for key, a in textbook(x).items()}


def always_double(x):
    return textbook(x.astype(np.float64))


def over_its_input(x):
    stats = textbook(x)
    x -= stats["mean"]
    x /= stats["std"]
    return stats


DRESSED = [(f.__name__, (f,)) for f in (keepdims, lists, always_double, over_its_input)]


def standardised_data(x):
    stats = textbook(x)
    return {"mean": (x - stats["mean"]) / stats["std"], "std": stats["std"]}


def inverse(x):
    stats = textbook(x)
    return {"mean": stats["mean"], "std": 1 / stats["std"]}


def mean_of_constants_zero(x):
    stats = textbook(x)
    return stats | {"mean": np.where(np.ptp(x, axis=0) == 0, 0, stats["mean"])}


def first_row(x):
    return {"mean": x[0], "std": textbook(x)["std"]}


def constants_left_out(x):
    stats, keep = textbook(x), np.ptp(x, axis=0) > 0
    return {key: a[keep] for key, a in stats.items()}


def quartiles(x):
    low, middle, high = np.percentile(x, [25, 50, 75], axis=0)
    return {"mean": middle, "std": np.where(high > low, (high - low) / 1.349, 1)}


def largest_size(x):
    stats = textbook(x)
    return {"mean": 0 * stats["mean"], "std": np.abs(x).max(axis=0)}


def zero_and_one(x):
    return {"mean": np.zeros(x.shape[1]), "std": np.ones(x.shape[1])}


def nan_for_constant(x):
    std = x.std(axis=0)
    return {"mean": x.mean(axis=0), "std": np.where(std == 0, np.nan, std)}


def coarse_threshold(x):
    std = x.std(axis=0)
    return {"mean": x.mean(axis=0), "std": np.where(std < 0.1, 1, std)}


WRONG = [
    (f.__name__, (f,))
    for f in (
        standardised_data,
        inverse,
        mean_of_constants_zero,
        first_row,
        constants_left_out,
        quartiles,
        largest_size,
        zero_and_one,
        nan_for_constant,
        coarse_threshold,
    )
]
