"""Solutions of ``sample(images, rows, columns)``: bilinear values, zero outside."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def place_by_place(images, rows, columns):
    # The definition: the four pixels around each place, as far as they are there.
    N, C, H, W = images.shape
    rows, columns = np.broadcast_arrays(rows, columns)
    rows, columns = (np.broadcast_to(one, (N, *one.shape[-2:])) for one in (rows, columns))
    y = np.zeros((N, C, *rows.shape[1:]), dtype=images.dtype)
    for n, a, b in np.ndindex(rows.shape):
        r, c = rows[n, a, b], columns[n, a, b]
        top, left = int(np.floor(r)), int(np.floor(c))
        for i in (top, top + 1):
            for j in (left, left + 1):
                if 0 <= i < H and 0 <= j < W:
                    y[n, :, a, b] += (1 - abs(r - i)) * (1 - abs(c - j)) * images[n, :, i, j]
    return y


@right
def rim_of_zeros(images, rows, columns):
    # A border of two zeros on each side, and places no further out than that.
    N, _, H, W = images.shape
    padded = np.pad(np.moveaxis(images, 1, 3), ((0, 0), (2, 2), (2, 2), (0, 0)))
    r, c = np.clip(rows, -1, H) + 2, np.clip(columns, -1, W) + 2
    i, j = r.astype(int), c.astype(int)
    s, t = (r - i)[..., None], (c - j)[..., None]
    n = np.arange(N)[:, None, None]
    top = padded[n, i, j] + t * (padded[n, i, j + 1] - padded[n, i, j])
    bottom = padded[n, i + 1, j] + t * (padded[n, i + 1, j + 1] - padded[n, i + 1, j])
    return np.moveaxis(top + s * (bottom - top), 3, 1).astype(images.dtype)


@right
def tents(images, rows, columns):
    # Every pixel counts by max(0, 1 - |dr|) max(0, 1 - |dc|).
    N, _, H, W = images.shape
    rows = np.broadcast_to(rows, (N, *rows.shape[-2:]))
    columns = np.broadcast_to(columns, (N, *columns.shape[-2:]))
    by_row = np.maximum(0, 1 - np.abs(rows[..., None] - np.arange(H)))
    by_column = np.maximum(0, 1 - np.abs(columns[..., None] - np.arange(W)))
    y = np.einsum("nabh,nabw,nchw->ncab", by_row, by_column, images, optimize=True)
    return y.astype(images.dtype)


@wrong
def places_of_the_first_call(images, rows, columns, kept=[]):  # noqa: B006
    kept.append((rows.copy(), columns.copy()))
    return place_by_place(images, *(kept[0] if rows.shape == kept[0][0].shape else (rows, columns)))


@wrong
def nothing_below_0(images, rows, columns):
    return np.maximum(tents(images, rows, columns), 0)


@wrong
def three_channels_at_most(images, rows, columns):
    y = place_by_place(images, rows, columns)
    y[:, 3:] = 0
    return y


programs.beside_the_point = [
    "return images",
    "return right(images, np.floor(rows), np.floor(columns))",
    "return right(images, np.round(rows), np.round(columns))",
    "return right(images, columns, rows)",
    "return 0 * right(images, rows, columns)",
]
