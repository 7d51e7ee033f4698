"""Solutions of ``pairwise_sq_dists(x, y)``: squared Euclidean distances ``(N, M)`` of rows."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, y):
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)


@put(RIGHT)
def two_loops(x, y):
    d = np.zeros((len(x), len(y)), dtype=x.dtype)
    for n in range(len(x)):
        for m in range(len(y)):
            d[n, m] = np.sum((x[n] - y[m]) ** 2)
    return d


@put(RIGHT)
def one_loop(x, y):
    d = np.empty((x.shape[0], y.shape[0]), dtype=x.dtype)
    for n, row in enumerate(x):
        d[n] = np.square(y - row).sum(axis=1)
    return d


@put(RIGHT)
def one_loop_over_columns(x, y):
    columns = [np.linalg.norm(x - row, axis=1) ** 2 for row in y]
    return np.stack(columns, axis=1)


@put(RIGHT)
def loop_over_the_coordinates(x, y):
    d = np.zeros((len(x), len(y)), dtype=x.dtype)
    for k in range(x.shape[1]):
        d += np.subtract.outer(x[:, k], y[:, k]) ** 2
    return d


@put(RIGHT)
def expanded(x, y):
    # |x|^2 - 2 x.y + |y|^2, with what rounding makes negative set to 0.
    d = (x**2).sum(axis=1, keepdims=True) - 2 * x @ y.T + (y**2).sum(axis=1)
    return np.maximum(d, 0)


@put(RIGHT)
def expanded_about_the_mean(x, y):
    centre = y.mean(axis=0)
    a, b = x - centre, y - centre
    d = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("md,md->m", b, b) - 2 * np.dot(a, b.T)
    return np.clip(d, 0, None).astype(x.dtype)


@put(RIGHT)
def one_matrix_product(x, y):
    # (x, |x|^2, 1) times (-2 y, 1, |y|^2).
    one_x, one_y = np.ones((len(x), 1), x.dtype), np.ones((len(y), 1), y.dtype)
    a = np.hstack([x, (x * x).sum(1, keepdims=True), one_x])
    b = np.hstack([-2 * y, one_y, (y * y).sum(1, keepdims=True)])
    return np.abs(a @ b.T)


@put(RIGHT)
def einsum_of_differences(x, y):
    r = np.expand_dims(x, 1) - np.expand_dims(y, 0)
    return np.einsum("nmd,nmd->nm", r, r)


@put(RIGHT)
def rotated_axes(x, y):
    r = x.T[:, :, None] - y.T[:, None, :]
    return np.add.reduce(r * r, axis=0)


@put(RIGHT)
def norms(x, y):
    return np.linalg.norm(x[:, None] - y, axis=-1) ** 2


@put(RIGHT)
def pure_python(x, y):
    rows = [[math.dist(a, b) ** 2 for b in y.tolist()] for a in x.tolist()]
    return np.array(rows, dtype=x.dtype).reshape(len(x), len(y))


@put(RIGHT)
def complex_numbers(x, y):
    # Two coordinates at a time as one complex number.
    if x.shape[1] % 2:
        x, y = np.pad(x, ((0, 0), (0, 1))), np.pad(y, ((0, 0), (0, 1)))
    a, b = x[:, ::2] + 1j * x[:, 1::2], y[:, ::2] + 1j * y[:, 1::2]
    r = a[:, None] - b[None]
    return (r * r.conj()).real.sum(axis=-1)


@put(RIGHT)
def repeated_and_tiled(x, y):
    a, b = np.repeat(x, len(y), axis=0), np.tile(y, (len(x), 1))
    return ((a - b) ** 2).sum(axis=1).reshape(len(x), len(y))


@put(RIGHT)
def blocks(x, y, *, size=2):
    parts = [textbook(x[i : i + size], y) for i in range(0, len(x), size)]
    return np.concatenate(parts)


RIGHT["partially_applied"] = (functools.partial(blocks, size=3),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(x, y):  # lists
    return textbook(x, y).tolist()


@put(FORM)
def trailing_axis(x, y):  # (N, M, 1)
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2, keepdims=True)


@put(FORM)
def filled_zeros(x, y):  # float64 from float32
    d = np.zeros((len(x), len(y)))
    for n in range(len(x)):
        d[n] = ((x[n] - y) ** 2).sum(axis=1)
    return d


@put(FORM)
def points_moved_in_place(x, y):  # x and y are changed
    centre = x.mean(axis=0)
    x -= centre
    y -= centre
    return textbook(x, y)


@put(FORM)
def first_points_overwritten(x, y):  # x is changed
    d = textbook(x, y)
    x *= x
    return d


# Rounding may leave -1e-13 in place of 0; only its root would show it.
@put(EITHER)
def expanded_and_not_cut_off(x, y):
    return (x**2).sum(1)[:, None] - 2 * x @ y.T + (y**2).sum(1)[None, :]


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def distances_not_squared(x, y):
    return np.sqrt(textbook(x, y))


@put(WRONG)
def manhattan_distances(x, y):
    return np.abs(x[:, None] - y[None]).sum(axis=2)


@put(WRONG)
def largest_coordinate(x, y):
    return (np.abs(x[:, None] - y[None]) ** 2).max(axis=2, initial=0)


@put(WRONG)
def fourth_powers(x, y):
    return textbook(x, y) ** 2


@put(WRONG)
def mean_over_the_coordinates(x, y):
    # Right for D = 1.
    return ((x[:, None] - y[None]) ** 2).mean(axis=2)


@put(WRONG)
def half_of_it(x, y):
    return textbook(x, y) / 2


@put(WRONG)
def transposed(x, y):
    return textbook(y, x)


@put(WRONG)
def transposed_where_square(x, y):
    # Wrong for N = M > 1 only.
    return textbook(y, x) if len(x) == len(y) else textbook(x, y)


@put(WRONG)
def sum_over_the_second_points(x, y):
    # (N, D) in place of (N, M).
    return ((x[:, None] - y[None]) ** 2).sum(axis=1)


@put(WRONG)
def sum_over_the_first_points(x, y):
    return ((x[:, None] - y[None]) ** 2).sum(axis=0)


@put(WRONG)
def squared_sum_of_differences(x, y):
    # Right for D = 1.
    return (x[:, None] - y[None]).sum(axis=2) ** 2


@put(WRONG)
def difference_of_the_norms(x, y):
    return ((x**2).sum(1)[:, None] - (y**2).sum(1)[None]) ** 2


@put(WRONG)
def difference_of_the_lengths(x, y):
    # Right for D = 1 and numbers of one sign.
    return (np.linalg.norm(x, axis=1)[:, None] - np.linalg.norm(y, axis=1)[None]) ** 2


@put(WRONG)
def sum_of_the_squares(x, y):
    return (x**2).sum(1)[:, None] + (y**2).sum(1)[None]


@put(WRONG)
def difference_of_the_squares(x, y):
    return ((x**2)[:, None] - (y**2)[None]).sum(axis=2)


@put(WRONG)
def two_forgotten(x, y):
    return (x**2).sum(1)[:, None] - x @ y.T + (y**2).sum(1)[None]


@put(WRONG)
def plus_in_the_middle(x, y):
    return (x**2).sum(1)[:, None] + 2 * x @ y.T + (y**2).sum(1)[None]


@put(WRONG)
def second_norms_forgotten(x, y):
    # The order of the neighbours is right, the distances are not.
    return (x**2).sum(1)[:, None] - 2 * x @ y.T


@put(WRONG)
def first_norms_forgotten(x, y):
    return -2 * x @ y.T + (y**2).sum(1)[None]


@put(WRONG)
def norms_of_the_first_for_both(x, y):
    # An error for N != M, wrong for N = M > 1.
    return (x**2).sum(1)[:, None] - 2 * x @ y.T + (x**2).sum(1)[None]


@put(WRONG)
def norms_exchanged(x, y):
    # An error for N != M, wrong for N = M > 1.
    return (y**2).sum(1)[:, None] - 2 * x @ y.T + (x**2).sum(1)[None]


@put(WRONG)
def norms_as_rows_both(x, y):
    # An error for N != M, wrong for N = M > 1.
    return (x**2).sum(1) - 2 * x @ y.T + (y**2).sum(1)


@put(WRONG)
def one_norm_for_all(x, y):
    # Sum over everything: right for N = M = 1.
    return (x**2).sum() - 2 * x @ y.T + (y**2).sum()


@put(WRONG)
def norms_not_squared(x, y):
    return np.linalg.norm(x, axis=1)[:, None] - 2 * x @ y.T + np.linalg.norm(y, axis=1)


@put(WRONG)
def scalar_products(x, y):
    return x @ y.T


@put(WRONG)
def cosine_distances(x, y):
    a = x / np.linalg.norm(x, axis=1, keepdims=True)
    b = y / np.linalg.norm(y, axis=1, keepdims=True)
    return 1 - a @ b.T


@put(WRONG)
def row_against_row(x, y):
    # (N,), for N = M only.
    n = min(len(x), len(y))
    return ((x[:n] - y[:n]) ** 2).sum(axis=1)


@put(WRONG)
def among_the_first_points(x, y):
    return textbook(x, x)


@put(WRONG)
def among_the_second_points(x, y):
    return textbook(y, y)


@put(WRONG)
def zero_on_the_diagonal(x, y):
    # Distances of one set to itself, where x and y are two.
    d = textbook(x, y)
    np.fill_diagonal(d, 0)
    return d


@put(WRONG)
def upper_triangle_only(x, y):
    # range(n, M): half of the pairs are left at 0.
    return np.triu(textbook(x, y))


@put(WRONG)
def mirrored_upper_triangle(x, y):
    # The distances of two sets are not symmetric; right for N = 1.
    d = textbook(x, y)
    for n in range(len(x)):
        for m in range(min(n, len(y))):
            if m < len(x) and n < len(y):
                d[n, m] = d[m, n]
    return d


@put(WRONG)
def first_coordinate_only(x, y):
    # Right for D = 1.
    return textbook(x[:, :1], y[:, :1])


@put(WRONG)
def last_coordinate_left_out(x, y):
    return textbook(x[:, :-1], y[:, :-1])


@put(WRONG)
def last_point_left_out(x, y):
    d = np.zeros((len(x), len(y)))
    d[:, :-1] = textbook(x, y[:-1])
    return d


@put(WRONG)
def assigned_for_added(x, y):
    # = for += in the loop over the coordinates: right for D = 1.
    d = np.zeros((len(x), len(y)))
    for k in range(x.shape[1]):
        d = (x[:, None, k] - y[None, :, k]) ** 2
    return d


@put(WRONG)
def nearest_only(x, y):
    return textbook(x, y).min(axis=1)


@put(WRONG)
def whole_numbers(x, y):
    return textbook(x.astype(int), y.astype(int)).astype(x.dtype)


@put(WRONG)
def standardised(x, y):
    scale = y.std(axis=0) + 1e-6
    return textbook(x / scale, y / scale)


@put(WRONG)
def jitter_added(x, y):
    # A small number so that a root can be taken; not that small.
    return textbook(x, y) + 1e-2


@put(WRONG)
def sum_of_all(x, y):
    return textbook(x, y).sum()


@put(WRONG)
def points_of_the_first_call(x, y, kept={}):  # noqa: B006
    return textbook(kept.setdefault(x.shape, x.copy()), y)


@put(WRONG)
def two_mistakes(x, y):
    return np.sqrt(np.abs((x**2).sum(1)[:, None] - x @ y.T + (y**2).sum(1)[None]))


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
