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
def first_points_overwritten(x, y):  # x is changed
    d = textbook(x, y)
    x *= x
    return d


@form
def doubles_y_in_place(x, y):
    y_sq = (y**2).sum(axis=1)
    y *= 2
    return (x**2).sum(axis=1)[:, None] - x @ y.T + y_sq


# --- wrong ------------------------------------------------------------------------------------


for name, result in {
    "fourth_powers": "(axis=2) ** 2",
    "half_of_it": "(axis=2) / 2",
    "nearest_only": "(axis=2).min(axis=1)",
    "upper_triangle_only": "(axis=2) * np.tri(len(y), len(x)).T",  # range(n, M)
    "zero_on_the_diagonal": "(axis=2) * (1 - np.eye(len(x), len(y)))",  # as of one set to itself
    "jitter_added": "(axis=2) + 1e-2",  # so that a root can be taken
}.items():
    wrong.edit(name, textbook, "(axis=2)", result)

TEXTBOOK = "((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)"
for name, result in {
    "difference_of_the_norms": "((x**2).sum(1)[:, None] - (y**2).sum(1)) ** 2",
    "difference_of_the_lengths": (
        "(np.linalg.norm(x, axis=1)[:, None] - np.linalg.norm(y, axis=1)) ** 2"
    ),
    "norms_of_the_first_for_both": "(x**2).sum(1)[:, None] - 2 * x @ y.T + (x**2).sum(1)",
    "norms_exchanged": "(y**2).sum(1)[:, None] - 2 * x @ y.T + (x**2).sum(1)",
    "y_not_expanded": "(x**2).sum(1)[:, None] - 2 * x @ y.T + (y**2).sum()",
    "product_of_wrong_sides": "(x**2).sum(1)[:, None] - 2 * x.T @ y + (y**2).sum(1)",
    "xor_for_power": "2 * (x[:, None] - y).sum(axis=2)",
    "two_mistakes": "np.sqrt(np.abs((x**2).sum(1)[:, None] - x @ y.T + (y**2).sum(1)))",
}.items():
    wrong.edit(name, textbook, TEXTBOOK, result)


@wrong
def cosine_distances(x, y):
    a = x / np.linalg.norm(x, axis=1, keepdims=True)
    b = y / np.linalg.norm(y, axis=1, keepdims=True)
    return 1 - a @ b.T


@wrong
def row_against_row(x, y):  # (N,), for N = M only
    n = min(len(x), len(y))
    return ((x[:n] - y[:n]) ** 2).sum(axis=1)


@wrong
def mirrored_upper_triangle(x, y):  # the distances of two sets are not symmetric
    d = textbook(x, y)
    for n in range(len(x)):
        for m in range(min(n, len(y))):
            if m < len(x) and n < len(y):
                d[n, m] = d[m, n]
    return d


@wrong
def indices_exchanged(x, y):
    d = np.zeros((x.shape[0], y.shape[0]))
    for n in range(x.shape[0]):
        for m in range(y.shape[0]):
            d[n, m] = np.sum((x[m % len(x)] - y[n % len(y)]) ** 2)
    return d


@wrong
def last_row_of_zeros(x, y):
    d = textbook(x, y)
    d[-1] = 0
    return d


@wrong
def among_the_second_points(x, y):
    return textbook(y, y)


for name, result in {
    "transposed_where_square": "textbook(*((y, x) if len(x) == len(y) else (x, y)))",
    "first_coordinate_only": "textbook(x[:, :1], y[:, :1])",
    "last_coordinate_left_out": "textbook(x[:, :-1], y[:, :-1])",
    "last_point_left_out": "np.pad(textbook(x, y[:-1]), ((0, 0), (0, 1)))",
    "whole_numbers": "textbook(x.astype(int), y.astype(int)).astype(x.dtype)",
    "standardised": "textbook(x / (y.std(axis=0) + 1e-6), y / (y.std(axis=0) + 1e-6))",
    "scaled_by_one_half": "textbook(x / 2, y / 2)",
}.items():
    wrong.edit(name, among_the_second_points, "textbook(y, y)", result)


@wrong
def points_of_the_first_call(x, y, kept={}):  # noqa: B006
    return textbook(kept.setdefault(x.shape, x.copy()), y)


programs.carry(textbook)
