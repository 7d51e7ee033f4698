"""Programs for ``standardize_apply``."""

import numpy as np


def formula(x, stats):
    return (x - stats["mean"]) / stats["std"]


def copy_then_in_place(x, stats):
    z = x.copy()
    z -= stats["mean"]
    z /= stats["std"]
    return z


def column_by_column(x, stats):
    columns = [(x[:, i] - stats["mean"][i]) * (1 / stats["std"][i]) for i in range(x.shape[1])]
    return np.stack(columns, axis=1)


def two_quotients(x, stats):
    return x / stats["std"] - stats["mean"] / stats["std"]


def diagonal_matrix(x, stats):
    return (x - stats["mean"][None, :]) @ np.diag(1 / stats["std"])


def a_little_added(x, stats):
    mean, std = stats.values()
    return ((x - mean) / (std + 1e-8)).astype(x.dtype)


def number_by_number(x, stats):
    z = np.zeros_like(x)
    for n, row in enumerate(x):
        for i, value in enumerate(row):
            z[n, i] = (value - stats["mean"][i]) / stats["std"][i]
    return z


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        formula,
        copy_then_in_place,
        column_by_column,
        two_quotients,
        diagonal_matrix,
        a_little_added,
        number_by_number,
    )
]


def lists(x, stats):
    return formula(x, stats).tolist()


def always_double(x, stats):
    return formula(x.astype(np.float64), stats)


def extra_axis(x, stats):
    return formula(x, stats)[None]


def over_its_input(x, stats):
    x[...] = formula(x, stats)
    return x


def over_the_stats(x, stats):
    z = formula(x, stats)
    stats["std"] *= 2
    return z


DRESSED = [
    (f.__name__, (f,)) for f in (lists, always_double, extra_axis, over_its_input, over_the_stats)
]


def clipped(x, stats):
    return np.clip(formula(x, stats), -1, 1)


def first_feature_for_all(x, stats):
    return (x - stats["mean"][0]) / stats["std"][0]


def twice(x, stats):
    return formula(formula(x, stats), stats)


def features_reversed(x, stats):
    return (x - stats["mean"][::-1]) / stats["std"][::-1]


def per_sample(x, stats):
    return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)


def size_only(x, stats):
    return np.abs(formula(x, stats))


def unchanged(x, stats):
    return x


def pair(x, stats):
    return formula(x, stats), stats


def blended(x, stats):
    """Half the training data's mean, half its own."""
    return (x - (stats["mean"] + x.mean(axis=0)) / 2) / stats["std"]


WRONG = [
    (f.__name__, (f,))
    for f in (
        clipped,
        first_feature_for_all,
        twice,
        features_reversed,
        per_sample,
        size_only,
        unchanged,
        pair,
        blended,
    )
]
