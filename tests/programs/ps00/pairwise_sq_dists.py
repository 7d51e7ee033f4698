"""Solutions of ``pairwise_sq_dists(x, y)``: ``(N, M)`` squared distances."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, y):
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)


@right
def expanded(x, y):  # with what rounding makes negative set to 0
    d = (x**2).sum(axis=1, keepdims=True) - 2 * x @ y.T + (y**2).sum(axis=1)
    return np.maximum(d, 0)


@right
def single_precision_inside(x, y):
    d = ((x.astype(np.float32)[:, None] - y.astype(np.float32)) ** 2).sum(axis=2)
    return d.astype(x.dtype)


# --- right values in a deviating form ---------------------------------------------------------


form.edit("trailing_axis", textbook, "axis=2", "axis=2, keepdims=True")  # (N, M, 1)
form.edit("always_single", textbook, "(axis=2)", "(axis=2).astype(np.float32)")


# --- wrong ------------------------------------------------------------------------------------


@wrong
def transposed_where_square(x, y):
    return textbook(y, x) if len(x) == len(y) else textbook(x, y)


@wrong
def points_of_the_first_call(x, y, kept={}):  # noqa: B006
    return textbook(kept.setdefault(x.shape, x.copy()), y)


programs.beside_the_point = [
    "return x @ y.T",
    "return np.sqrt(right(x, y))",
    "return ((x[0] - y) ** 2).sum(axis=1)[None].repeat(len(x), axis=0)",
]

programs.equivalent = changes("""
r = x[:, None, :] - y[None, :, :] -> r = y[None, :, :] - x[:, None, :]
    a norm, a square or the cosine does not depend on the sign
""")
