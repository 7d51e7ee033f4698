"""Solutions of ``conv2d_fast_forward(x, W, b, *, stride, padding) -> (u, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.ps14.conv2d_forward import columns_of_windows as columns_of_windows_before

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


@right
def view_and_product(x, W, b, *, stride, padding):
    view = np.lib.stride_tricks.sliding_window_view(pad(x, padding), W.shape[2:], axis=(2, 3))
    view = view[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
    rows = view.reshape(-1, W[0].size)
    u = (rows @ W.reshape(len(W), -1).T + b).reshape(*view.shape[:3], len(W))
    return u.transpose(0, 3, 1, 2), (rows, W)


@right
def product_for_each_image(x, W, b, *, stride, padding):
    """Columns of windows, with the batch as a leading axis of the product."""
    view = np.lib.stride_tricks.sliding_window_view(pad(x, padding), W.shape[2:], axis=(2, 3))
    view = view[:, :, ::stride, ::stride]
    N, C, rows, columns, kh, kw = view.shape
    cols = view.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, rows * columns)
    u = W.reshape(1, len(W), -1) @ cols + b[:, None]
    return u.reshape(N, len(W), rows, columns), cols


@right
def contraction(x, W, b, *, stride, padding):
    view = np.lib.stride_tricks.sliding_window_view(pad(x, padding), W.shape[2:], axis=(2, 3))
    u = np.einsum("nchwij,ocij->nohw", view[:, :, ::stride, ::stride], W)
    return u + b.reshape(-1, 1, 1), (x, W)


right(columns_of_windows_before)


@right
def slow_loops(x, W, b, *, stride, padding):
    """Only the result is judged; the check says beside it that the loops are slow."""
    padded = pad(x, padding)
    kh, kw = W.shape[2:]
    rows = (padded.shape[2] - kh) // stride + 1
    columns = (padded.shape[3] - kw) // stride + 1
    u = np.zeros((len(x), len(W), rows, columns), dtype=x.dtype)
    for n, k, r, s in np.ndindex(u.shape):
        h, w = r * stride, s * stride
        u[n, k, r, s] = (padded[n, :, h : h + kh, w : w + kw] * W[k]).sum() + b[k]
    return u, None


wrong.edit(
    "images_in_the_order_of_places",
    product_for_each_image,
    "u.reshape(N, len(W), rows, columns)",
    "u.reshape(N, rows, columns, len(W)).transpose(0, 3, 1, 2)",
)
wrong.edit("stride_of_rows_alone", contraction, "::stride, ::stride", "::stride")
