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


# --- right values in a deviating form ---------------------------------------------------------


form.add("one_row_each", lambda x: {name: value[None] for name, value in textbook(x).items()})


# A feature measured in very large units changes, but little.
@open_
def compared_with_a_small_number(x):
    std = x.std(axis=0)
    std[std < 1e-8] = 1
    return {"mean": x.mean(axis=0), "std": std}


# --- wrong ------------------------------------------------------------------------------------


wrong.edit("small_spread_taken_for_none", textbook, "x.max(axis=0) == x.min(axis=0)", "std < 0.05")
