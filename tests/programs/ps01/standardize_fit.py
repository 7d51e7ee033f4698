"""Solutions of ``standardize_fit(x) -> {"mean", "std"}``: N in the denominator, constant: 1."""

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


form.add("one_row_each", lambda x: {name: value[None] for name, value in textbook(x).items()})
form.add("nested_lists", lambda x: {name: value.tolist() for name, value in textbook(x).items()})


# A feature measured in very large units changes, but little.
@open_
def compared_with_a_small_number(x):
    std = x.std(axis=0)
    std[std < 1e-8] = 1
    return {"mean": x.mean(axis=0), "std": std}


# --- wrong ------------------------------------------------------------------------------------


wrong.edit("small_spread_taken_for_none", textbook, "x.max(axis=0) == x.min(axis=0)", "std < 0.05")
