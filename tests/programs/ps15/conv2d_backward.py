"""Solutions of ``conv2d_backward(du, cache) -> (dx, dW, db)``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def windows(padded, W, stride):
    view = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def conv2d_forward(x, W, b, *, stride, padding):
    u = np.einsum("nchwij,ocij->nohw", windows(pad(x, padding), W, stride), W)
    return u + b[:, None, None], (x, W, stride, padding)


programs = Catalogue(conv2d_forward)
right, form, wrong, open_ = programs.kinds


@right
def four_loops(du, cache):
    x, W, stride, p = cache
    xp = pad(x, p)
    dxp, dW, db = np.zeros_like(xp), np.zeros_like(W), np.zeros(len(W), dtype=W.dtype)
    (N, K, rows, columns), (kh, kw) = du.shape, W.shape[2:]
    for n in range(N):
        for k in range(K):
            for r in range(rows):
                for s in range(columns):
                    h, w = r * stride, s * stride
                    g = du[n, k, r, s]
                    db[k] += g
                    dW[k] += g * xp[n, :, h : h + kh, w : w + kw]
                    dxp[n, :, h : h + kh, w : w + kw] += g * W[k]
    H, L = x.shape[2:]
    return dxp[:, :, p : p + H, p : p + L], dW, db


@right
def by_scalars_without_padding(du, cache):
    """Every product of the definition, each term added where it belongs."""
    x, W, stride, p = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), du.sum(axis=(0, 2, 3))
    for n, k, r, s in np.ndindex(du.shape):
        for c, i, j in np.ndindex(W.shape[1:]):
            h, w = r * stride + i - p, s * stride + j - p
            if 0 <= h < x.shape[2] and 0 <= w < x.shape[3]:
                dx[n, c, h, w] += du[n, k, r, s] * W[k, c, i, j]
                dW[k, c, i, j] += du[n, k, r, s] * x[n, c, h, w]
    return dx, dW, db


@right
def one_place_after_another(du, cache):
    x, W, stride, p = cache
    xp = pad(x, p)
    dxp, dW = np.zeros(xp.shape, dtype=du.dtype), 0
    kh, kw = W.shape[2:]
    for r in range(du.shape[2]):
        for s in range(du.shape[3]):
            at = np.s_[:, :, r * stride : r * stride + kh, s * stride : s * stride + kw]
            dW = dW + np.tensordot(du[:, :, r, s], xp[at], axes=(0, 0))
            dxp[at] += np.tensordot(du[:, :, r, s], W, axes=(1, 0))
    dx = dxp[:, :, p:-p, p:-p] if p > 0 else dxp
    return dx, dW, np.einsum("nohw->o", du)


@right.together
def columns_and_back():
    """The matrix of windows; ``np.add.at`` brings its gradient back to the pixels."""

    def places(x, W, stride, p):
        (_, C, H, L), (_, _, kh, kw) = x.shape, W.shape
        rows, columns = (H + 2 * p - kh) // stride + 1, (L + 2 * p - kw) // stride + 1
        c, i, j = (a.ravel()[:, None] for a in np.indices((C, kh, kw)))
        r, s = (a.ravel() * stride for a in np.indices((rows, columns)))
        return (slice(None), c, i + r, j + s), (rows, columns)

    def forward(x, W, b, *, stride, padding):
        at, shape = places(x, W, stride, padding)
        cols = pad(x, padding)[at]  # (N, C * kh * kw, places)
        u = W.reshape(len(W), -1) @ cols + b[:, None]
        return u.reshape(len(x), len(W), *shape), (x.shape, W, cols, at, padding)

    def backward(du, cache):
        (N, C, H, L), W, cols, at, p = cache
        flat = du.reshape(*du.shape[:2], -1)
        dW = (flat @ cols.transpose(0, 2, 1)).sum(axis=0).reshape(W.shape)
        dcols = W.reshape(len(W), -1).T @ flat
        dxp = np.zeros((N, C, H + 2 * p, L + 2 * p), dtype=du.dtype)
        np.add.at(dxp, at, dcols)
        return dxp[:, :, p : H + p, p : L + p], dW, flat.sum(axis=(0, 2))

    return forward, backward


# --- right values in a deviating form ---------------------------------------------------------

form.edit(
    "column_of_bias_gradients",
    one_place_after_another,
    'np.einsum("nohw->o", du)',
    "du.sum(axis=(0, 2, 3), keepdims=True)",
)


# --- wrong ------------------------------------------------------------------------------------

wrong.edit(
    "outside_wraps_around",
    by_scalars_without_padding,
    "0 <= h < x.shape[2] and 0 <= w < x.shape[3]",
    "h < x.shape[2] and w < x.shape[3]",
)

wrong.edit(
    "adds_only_where_rows_overlap",
    one_place_after_another,
    "dxp[at] += np.tensordot(du[:, :, r, s], W, axes=(1, 0))",
    "dxp[at] = (dxp[at] if stride < kh else 0) + np.tensordot(du[:, :, r, s], W, axes=(1, 0))",
)

programs.beside_the_point = [
    "return np.zeros_like(cache[0]), np.zeros_like(cache[1]), du.sum(axis=(0, 2, 3))",
    "dx, dW, db = right(du, cache); return du, 0 * dW, db",
]
