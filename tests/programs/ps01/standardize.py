"""Solutions of ``standardize(x_train, x_new) -> (z_train, z_new)``."""

import statistics

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x_train, x_new):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    std[x_train.max(axis=0) == x_train.min(axis=0)] = 1
    return (x_train - mean) / std, (x_new - mean) / std


@right
def pure_python(x_train, x_new):
    columns = x_train.T.tolist()
    std = [statistics.pstdev(c) if max(c) > min(c) else 1.0 for c in columns]
    mean = [statistics.fmean(c) for c in columns]
    return tuple(
        np.array([[(v - m) / s for v, m, s in zip(row, mean, std, strict=True)] for row in x])
        .reshape(x.shape)
        .astype(x.dtype)
        for x in (x_train.tolist() and x_train, x_new)
    )


@right
def covariance_diagonal(x_train, x_new):
    r = x_train - x_train.mean(axis=0)
    std = np.sqrt(np.diag(r.T @ r / len(r)))
    scale = np.diag(1 / np.where(np.ptp(x_train, axis=0) == 0, x_train.dtype.type(1), std))
    both = np.concatenate([x_train, x_new]) - x_train.mean(axis=0)
    z = (both @ scale).astype(x_train.dtype)
    return z[: len(x_train)], z[len(x_train) :]


# A feature measured in very large units changes, but little.
@open_
def compared_with_a_small_number(x_train, x_new):
    std = x_train.std(axis=0)
    std[std < 1e-8] = 1
    return (x_train - x_train.mean(axis=0)) / std, (x_new - x_train.mean(axis=0)) / std


# --- wrong ------------------------------------------------------------------------------------


@wrong
def statistics_of_the_first_call(x_train, x_new, kept={}):  # noqa: B006
    first = kept.setdefault(x_train.shape, x_train.copy())
    return textbook(x_train, x_new)[0], textbook(first, x_new)[1]


@wrong
def a_limit_relative_to_the_mean(x_train, x_new):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    scale = np.where(std > 1e-6 * np.abs(mean), std, 1).astype(x_train.dtype)
    return (x_train - mean) / scale, (x_new - mean) / scale


@wrong
def a_limit_of_four_roundings(x_train, x_new):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    scale = np.where(std > 4 * np.finfo(std.dtype).eps * np.abs(mean), std, 1).astype(x_train.dtype)
    return (x_train - mean) / scale, (x_new - mean) / scale


wrong.edit(
    "first_value_is_the_mean",
    textbook,
    "x_train.max(axis=0) == x_train.min(axis=0)",
    "(x_train.max(axis=0) == x_train.min(axis=0)) | (mean == x_train[0])",
)

programs.beside_the_point = [
    "return x_train, x_new",
    "return tuple((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-9) for x in (x_train, x_new))",
]
