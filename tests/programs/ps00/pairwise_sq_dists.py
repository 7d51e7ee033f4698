"""Solutions of ``pairwise_sq_dists(x, y)``: ``(N, M)`` squared distances."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, y):
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)


@right
def one_loop_over_columns(x, y):
    columns = [np.linalg.norm(x - row, axis=1) ** 2 for row in y]
    return np.stack(columns, axis=1)


@right
def expanded(x, y):  # with what rounding makes negative set to 0
    d = (x**2).sum(axis=1, keepdims=True) - 2 * x @ y.T + (y**2).sum(axis=1)
    return np.maximum(d, 0)


@right
def expanded_about_the_mean(x, y):
    centre = y.mean(axis=0)
    a, b = x - centre, y - centre
    d = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("md,md->m", b, b) - 2 * np.dot(a, b.T)
    return np.clip(d, 0, None).astype(x.dtype)


@right
def einsum_of_differences(x, y):
    r = np.expand_dims(x, 1) - np.expand_dims(y, 0)
    return np.einsum("nmd,nmd->nm", r, r)


@right
def pure_python(x, y):
    rows = [[math.dist(a, b) ** 2 for b in y.tolist()] for a in x.tolist()]
    return np.array(rows, dtype=x.dtype).reshape(len(x), len(y))


@right
def complex_numbers(x, y):  # two coordinates at a time as one complex number
    if x.shape[1] % 2:
        x, y = np.pad(x, ((0, 0), (0, 1))), np.pad(y, ((0, 0), (0, 1)))
    a, b = x[:, ::2] + 1j * x[:, 1::2], y[:, ::2] + 1j * y[:, 1::2]
    r = a[:, None] - b[None]
    return (r * r.conj()).real.sum(axis=-1)


@right
def single_precision_inside(x, y):
    d = ((x.astype(np.float32)[:, None] - y.astype(np.float32)) ** 2).sum(axis=2)
    return d.astype(x.dtype)


# --- right values in a deviating form ---------------------------------------------------------


form.edit("nested_lists", textbook, "(axis=2)", "(axis=2).tolist()")
form.edit("trailing_axis", textbook, "axis=2", "axis=2, keepdims=True")  # (N, M, 1)
form.edit("leading_axis", textbook, "(axis=2)", "(axis=2)[None]")
form.edit("always_single", textbook, "(axis=2)", "(axis=2).astype(np.float32)")


@form
def lists_of_numbers(x, y):
    return [[sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) for q in y] for p in x]


@form
def points_moved_in_place(x, y):  # x and y are changed
    centre = x.mean(axis=0)
    x -= centre
    y -= centre
    return textbook(x, y)


@form
def doubles_y_in_place(x, y):
    y_sq = (y**2).sum(axis=1)
    y *= 2
    return (x**2).sum(axis=1)[:, None] - x @ y.T + y_sq


# --- wrong ------------------------------------------------------------------------------------


def among_the_second_points(x, y):
    return textbook(y, y)


for name, result in {
    "transposed_where_square": "textbook(*((y, x) if len(x) == len(y) else (x, y)))",
}.items():
    wrong.edit(name, among_the_second_points, "textbook(y, y)", result)


@wrong
def points_of_the_first_call(x, y, kept={}):  # noqa: B006
    return textbook(kept.setdefault(x.shape, x.copy()), y)
