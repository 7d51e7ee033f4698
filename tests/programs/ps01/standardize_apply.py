"""Solutions of ``standardize_apply(x, stats)``: ``(x - mean) / std``, new data or old."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, stats):
    return (x - stats["mean"]) / stats["std"]


@right
def matrix_product(x, stats):
    return ((x - stats["mean"]) @ np.diag(1 / stats["std"])).astype(x.dtype)


@right
def two_quotients(x, stats):
    return x / stats["std"] - stats["mean"] / stats["std"]


# --- right values in a deviating form ---------------------------------------------------------


# Different where a std is as small as that.
@open_
def tiny_number_added(x, stats):
    return (x - stats["mean"]) / (stats["std"] + 1e-12)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def square_data_transposed(x, stats):
    # Right for N != D.
    z = textbook(x, stats)
    return z.T if z.shape[0] == z.shape[1] else z
