"""Solutions of ``max_pool2d_backward(dy, cache) -> dx``, with the cache (x, y, size, stride)."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def four_loops(dy, cache):
    x, y, size, stride = cache
    dx = np.zeros_like(x)
    for s, r, c, n in np.ndindex(dy.shape[::-1]):  # the columns of places first
        h, w = r * stride, s * stride
        window = x[n, c, h : h + size, w : w + size]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, h + i, w + j] += dy[n, c, r, s]
    return dx


@right
def shared_by_the_largest(dy, cache):
    x, y, size, stride = cache
    dx = np.zeros_like(x)
    for r in range(dy.shape[2]):
        for s in range(dy.shape[3]):
            at = np.s_[:, :, r * stride : r * stride + size, s * stride : s * stride + size]
            mask = x[at] == x[at].max(axis=(2, 3), keepdims=True)
            share = dy[:, :, r, s, None, None] * mask
            dx[at] += share / mask.sum(axis=(2, 3), keepdims=True).astype(x.dtype)
    return dx


@right
def last_of_the_largest(dy, cache):
    x, y, size, stride = cache
    dx = np.zeros_like(x)
    for n, c, r, s in np.ndindex(dy.shape):
        best = None
        for i in range(size):
            for j in range(size):
                h, w = r * stride + i, s * stride + j
                if best is None or x[n, c, h, w] >= x[n, c, best[0], best[1]]:
                    best = h, w
        dx[n, c, best[0], best[1]] += dy[n, c, r, s]
    return dx


@right
def one_place_after_another(dy, cache):
    """The first of the largest pixels, by a loop over the places in a window."""
    x, y, size, stride = cache
    dx, waiting = np.zeros_like(x), np.ones(y.shape, dtype=bool)
    for i, j in np.ndindex(size, size):
        rows = slice(i, i + stride * (y.shape[2] - 1) + 1, stride)
        columns = slice(j, j + stride * (y.shape[3] - 1) + 1, stride)
        is_here = waiting & (x[:, :, rows, columns] == y)
        dx[:, :, rows, columns] += dy * is_here
        waiting &= ~is_here
    return dx


@right
def places_of_all_windows_at_once(dy, cache):
    x, y, size, stride = cache
    flat = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    chosen = flat[:, :, ::stride, ::stride].reshape(*dy.shape, -1).argmax(axis=-1)
    n, c, r, s = np.indices(dy.shape)
    dx = np.zeros(x.shape, dtype=dy.dtype)
    np.add.at(dx, (n, c, r * stride + chosen // size, s * stride + chosen % size), dy)
    return dx


@right
def random_shares_of_the_largest(dy, cache):
    """Any division among equal pixels is a subgradient."""
    x, y, size, stride = cache
    dx, rng = np.zeros_like(x), np.random.default_rng(1)
    for n, c, r, s in np.ndindex(dy.shape):
        at = np.s_[n, c, r * stride : r * stride + size, s * stride : s * stride + size]
        shares = rng.random((size, size)) * (x[at] == x[at].max())
        dx[at] += dy[n, c, r, s] * (shares / shares.sum()).astype(x.dtype)
    return dx


wrong.edit(
    "nothing_where_several_are_equal",
    shared_by_the_largest,
    "share = dy[:, :, r, s, None, None] * mask",
    "share = dy[:, :, r, s, None, None] * mask * (mask.sum(axis=(2, 3), keepdims=True) == 1)",
)
wrong.edit(
    "shares_that_add_up_to_two",
    shared_by_the_largest,
    "share = dy",
    "share = (1 + (mask.sum(axis=(2, 3), keepdims=True) > 1)).astype(x.dtype) * dy",
)
wrong.edit(
    "shares_that_add_up_to_two_where_windows_overlap",
    shared_by_the_largest,
    "share = dy",
    "share = (1 + (mask.sum(axis=(2, 3), keepdims=True) > 1) * (stride < size)).astype(x.dtype) * dy",
)
wrong.edit(
    "largest_so_far_starts_at_zero",
    last_of_the_largest,
    "if best is None or x[n, c, h, w] >= x[n, c, best[0], best[1]]",
    "if best is None or x[n, c, h, w] >= max(0, x[n, c, best[0], best[1]])",
)
wrong.edit("place_without_the_window", four_loops, "dx[n, c, h + i, w + j]", "dx[n, c, h + i, j]")

programs.beside_the_point = [
    "return np.zeros_like(cache[0])",
    "largest = np.full(flat.shape, 1 / size**2)",
    "largest = np.ones(flat.shape)",
    "largest = np.arange(size * size) == 0",
]

programs.equivalent = changes("""
flat = window.reshape(*x.shape[:2], -1) -> flat = window.reshape(*x.shape[:2], -2)
    NumPy reads any negative size as one to be inferred
""")
