"""Solutions of ``conv2d_forward(x, W, b, *, stride, padding) -> (u, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def seven_loops(x, W, b, *, stride, padding):
    """The definition, with a test in place of padding."""
    (N, C, H, L), (K, _, kh, kw) = x.shape, W.shape
    rows, columns = (H - kh + 2 * padding) // stride + 1, (L - kw + 2 * padding) // stride + 1
    u = np.empty((N, K, rows, columns), dtype=x.dtype)
    for n, k, r, s in np.ndindex(u.shape):
        total = b[k]
        for c, i, j in np.ndindex(C, kh, kw):
            h, w = r * stride + i - padding, s * stride + j - padding
            if 0 <= h < H and 0 <= w < L:
                total += x[n, c, h, w] * W[k, c, i, j]
        u[n, k, r, s] = total
    return u, (x, W, b, stride, padding)


@right
def four_loops(x, W, b, *, stride, padding):
    N, C, H, L = x.shape
    p = padding
    xp = np.zeros((N, C, H + 2 * p, L + 2 * p), dtype=x.dtype)
    xp[:, :, p : p + H, p : p + L] = x
    K, _, kh, kw = W.shape
    rows, columns = 1 + (H + 2 * p - kh) // stride, 1 + (L + 2 * p - kw) // stride
    u = np.zeros((N, K, rows, columns), dtype=x.dtype)
    for n in range(N):
        for k in range(K):
            for r in range(rows):
                for s in range(columns):
                    h, w = r * stride, s * stride
                    u[n, k, r, s] = np.sum(xp[n, :, h : h + kh, w : w + kw] * W[k]) + b[k]
    return u, (xp, W, stride, p)


@right
def places_in_a_while_loop(x, W, b, *, stride, padding):
    padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2)
    kh, kw = W.shape[-2:]
    rows, top = [], 0
    while top + kh <= padded.shape[2]:
        row, left = [], 0
        while left + kw <= padded.shape[3]:
            window = padded[:, :, top : top + kh, left : left + kw]
            row.append(np.einsum("ncij,ocij->no", window, W) + b)
            left += stride
        rows.append(np.stack(row, axis=-1))
        top += stride
    return np.stack(rows, axis=2), [x, W, b]


@right
def windows_as_a_view(x, W, b, *, stride, padding):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    view = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))
    view = view[:, :, ::stride, ::stride]
    u = np.tensordot(view, W, axes=([1, 4, 5], [1, 2, 3])) + b
    return np.moveaxis(u, -1, 1), (view, W)


@right
def columns_of_windows(x, W, b, *, stride, padding):
    """The matrix of windows with one column for each place, as in many courses."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C = x.shape[:2]
    K, _, kh, kw = W.shape
    rows = (padded.shape[2] - kh) // stride + 1
    columns = (padded.shape[3] - kw) // stride + 1
    i0, j0 = np.tile(np.repeat(np.arange(kh), kw), C), np.tile(np.arange(kw), kh * C)
    i1, j1 = (
        stride * np.repeat(np.arange(rows), columns),
        stride * np.tile(np.arange(columns), rows),
    )
    c = np.repeat(np.arange(C), kh * kw)[:, None]
    cols = padded[:, c, i0[:, None] + i1, j0[:, None] + j1]
    cols = cols.transpose(1, 2, 0).reshape(C * kh * kw, -1)
    u = W.reshape(K, -1) @ cols + b[:, None]
    return u.reshape(K, rows, columns, N).transpose(3, 0, 1, 2), (x, W, cols)


@right
def one_large_matrix_for_each_image(x, W, b, *, stride, padding):
    """The linear map of a whole image, found by pushing unit images through a slow definition."""
    N, C, H, L = x.shape
    units = np.eye(C * H * L, dtype=x.dtype).reshape(-1, C, H, L)
    none = np.zeros_like(b)
    columns = four_loops(units, W, none, stride=stride, padding=padding)[0]
    u = x.reshape(N, -1) @ columns.reshape(len(columns), -1)
    return u.reshape(N, *columns.shape[1:]) + b[None, :, None, None], None


@right
def product_for_each_image(x, W, b, *, stride, padding):
    """Columns of windows, with the batch as a leading axis of the product."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    view = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))
    view = view[:, :, ::stride, ::stride]
    N, C, rows, columns, kh, kw = view.shape
    cols = view.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, rows * columns)
    u = W.reshape(1, len(W), -1) @ cols + b[:, None]
    return u.reshape(N, len(W), rows, columns), cols


# --- wrong ------------------------------------------------------------------------------------

wrong.edit(
    "negative_places_wrap_around", seven_loops, "0 <= h < H and 0 <= w < L", "h < H and w < L"
)
wrong.edit("last_row_forgotten", seven_loops, "h < H and", "h < H - 1 and")
wrong.edit("square_filters_only", windows_as_a_view, "W.shape[2:]", "(W.shape[2], W.shape[2])")
wrong.edit(
    "every_window_then_the_first_ones",
    four_loops,
    "h, w = r * stride, s * stride",
    "h, w = r, s * stride",
)
wrong.edit("padded_by_the_filter", four_loops, "p = padding", "p = padding * (W.shape[2] // 2)")
wrong.edit(
    "images_in_the_order_of_places",
    product_for_each_image,
    "u.reshape(N, len(W), rows, columns)",
    "u.reshape(N, rows, columns, len(W)).transpose(0, 3, 1, 2)",
)

programs.beside_the_point = [
    "return np.zeros_like(x) + b[0], None",
    "return right(x, W[:, :, ::-1, ::-1], b, stride=stride, padding=padding)",
    "return right(x, 0 * W, b, stride=stride, padding=padding)",
    "return right(x, np.ones_like(W), b, stride=stride, padding=padding)",
]

programs.equivalent = changes("""
u = np.zeros((N, C_out, rows, columns), x.dtype) -> u = np.ones((N, C_out, rows, columns), x.dtype)
    every entry is overwritten
""")
