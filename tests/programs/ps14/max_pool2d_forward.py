"""Solutions of ``max_pool2d_forward(x, *, size, stride) -> (y, cache)``."""

from functools import reduce

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def four_loops(x, *, size, stride):
    N, C, H, W = x.shape
    rows, columns = 1 + (H - size) // stride, 1 + (W - size) // stride
    y = np.zeros((N, C, rows, columns), dtype=x.dtype)
    for n, c, r, s in np.ndindex(y.shape):
        h, w = r * stride, s * stride
        y[n, c, r, s] = np.max(x[n, c, h : h + size, w : w + size])
    return y, (x, size, stride)


@right
def running_maximum(x, *, size, stride):
    """Scalars, starting from minus infinity."""
    N, C, H, W = x.shape
    rows, columns = 1 + (H - size) // stride, 1 + (W - size) // stride
    y = np.full((N, C, rows, columns), -np.inf, dtype=x.dtype)
    for n, c, r, s in np.ndindex(y.shape):
        for i in range(size):
            for j in range(size):
                value = x[n, c, r * stride + i, s * stride + j]
                if value > y[n, c, r, s]:
                    y[n, c, r, s] = value
    return y, x


@right
def windows_as_a_view(x, *, size, stride):
    view = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return view[:, :, ::stride, ::stride].max(axis=(-2, -1)), [x.shape, size, stride]


@right
def blocks_where_windows_lie_side_by_side(x, *, size, stride):
    N, C, H, W = x.shape
    if size == stride and H % size == 0 and W % size == 0:
        blocks = x.reshape(N, C, H // size, size, W // size, size)
        return blocks.max(axis=3).max(axis=4), blocks
    return windows_as_a_view(x, size=size, stride=stride)[0], None


@right
def one_place_of_the_window_after_another(x, *, size, stride):
    h, w = x.shape[2] - size + 1, x.shape[3] - size + 1
    places = (
        x[:, :, i : i + h : stride, j : j + w : stride] for i in range(size) for j in range(size)
    )
    return reduce(np.maximum, places).copy(), {"x": x}


@right
def sorted_windows(x, *, size, stride):
    rows = 1 + (x.shape[2] - size) // stride
    columns = 1 + (x.shape[3] - size) // stride
    i = np.arange(rows)[:, None] * stride + np.arange(size)
    j = np.arange(columns)[:, None] * stride + np.arange(size)
    picked = x[:, :, i[:, None, :, None], j[None, :, None, :]]
    flat = np.sort(picked.reshape(*x.shape[:2], rows, columns, size * size), axis=-1)
    return [flat[..., -1], flat]


wrong.edit(
    "smallest_of_a_row_of_maxima",
    windows_as_a_view,
    "max(axis=(-2, -1))",
    "max(axis=-1).min(axis=-1)",
)
wrong.edit(
    "blocks_with_rows_for_columns",
    blocks_where_windows_lie_side_by_side,
    "blocks.max(axis=3).max(axis=4)",
    "blocks.max(axis=2).max(axis=4)",
)
wrong.edit(
    "last_row_of_the_window_forgotten",
    running_maximum,
    "range(size):\n            for",
    "range(max(size - 1, 1)):\n            for",
)
