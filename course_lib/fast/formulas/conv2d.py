"""Convolution with stride 1, a few images and some neighbouring pixels at a time.

The images of a block, with zeros around them, and then their windows are copied into memory that
stays in the processor's cache. They are not kept: the backward pass copies them again, which is
cheaper than to fetch all windows of a minibatch, kh * kw times the images, from main memory.
(Windows whose rows are long are not copied at all: `uncopied`.)

The windows of r neighbouring pixels overlap, so they are copied as one window, kh x (kw + r - 1),
and multiplied by r copies of every filter, each moved by one pixel. With few channels the copying
that is saved takes longer than the products with zeros. An infinite pixel times such a zero would
be nan, so images that are not finite are computed with r = 1.

A pixel of u got a pixel of x times w0, its neighbour times w1, and so on. So dx is the convolution
of du, padded by zeros, with the filters turned around, from C_out to C_in channels.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_lib.backend import Array, windows
from course_lib.fast.conditions import BlockCache
from course_lib.fast.formulas import uncopied
from course_lib.functional.conv2d import require_shape_of_u
from course_lib.functional.rows import column_sums
from course_lib.shapes import Pair, pair

BLOCK = 1 << 15
"""Numbers in the windows of a block: in single precision they take 0.13 MB."""


def conv2d_forward(
    x: Any, W: Any, b: Any, *, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[Array, BlockCache]:
    """As `conv2d_forward` with stride 1."""
    images = x.transpose(0, 2, 3, 1).copy()  # a window's pixels are in one piece
    u = _correlate(images, W, b, pair(padding)).transpose(0, 3, 1, 2)
    return u, BlockCache(images, W, u.shape, pair(padding))


def conv2d_backward(du: Any, cache: BlockCache) -> tuple[Array, Array, Array]:
    """As `conv2d_backward`."""
    dW, db = conv2d_parameter_gradients(du, cache)
    turned = cache.W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    _, _, kh, kw = turned.shape
    padding = kh - 1 - cache.padding[0], kw - 1 - cache.padding[1]
    dx = _correlate(du.transpose(0, 2, 3, 1), turned, np.zeros_like(turned[:, 0, 0, 0]), padding)
    return dx.transpose(0, 3, 1, 2), dW, db


def conv2d_parameter_gradients(du: Any, cache: BlockCache) -> tuple[Array, Array]:
    """As `conv2d_parameter_gradients`."""
    require_shape_of_u(du, cache.u_shape)
    C_out, C_in, kh, kw = cache.W.shape
    du = np.ascontiguousarray(
        np.asarray(du, np.result_type(du, cache.images)).transpose(0, 2, 3, 1)
    )
    db = column_sums(du.reshape(-1, C_out))
    row = uncopied.Row(cache.images, cache.W, cache.padding)
    if row.suits():
        gradient = uncopied.filter_gradient(row, du)
        if np.isfinite(gradient).all():  # otherwise the windows that are left out spoil it
            return gradient, db
    r = _together(cache.W, du.shape[2])
    wide = np.zeros((kh * (kw + r - 1) * C_in, r * C_out), du.dtype)
    for block, rows in _rows(cache.images, cache.padding, (kh, kw), r):
        wide += rows.T @ du[block].reshape(-1, r * C_out)
    wide = wide.reshape(kh, kw + r - 1, C_in, r, C_out)
    dW: Any = sum(wide[:, k : k + kw, :, k] for k in range(r))
    return dW.transpose(3, 2, 0, 1), db


def _correlate(images: Any, W: Any, b: Any, padding: Pair) -> Any:
    """All windows times all filters, plus b: (N, H', W', C_out)."""
    C_out, C_in, kh, kw = W.shape
    row = uncopied.Row(images, W, padding)
    if row.suits():
        return uncopied.correlate(row, W, b)
    u = np.empty((row.N, *row.places, C_out), np.result_type(images, W))
    r = _together(W, u.shape[2]) if _finite(images) else 1
    wide = np.zeros((kh, kw + r - 1, C_in, r, C_out), W.dtype)
    for k in range(r):
        wide[:, k : k + kw, :, k] = W.transpose(2, 3, 1, 0)
    columns = wide.reshape(-1, r * C_out)
    b_of_row = np.tile(b, u.shape[2])
    for block, rows in _rows(images, padding, (kh, kw), r):
        here = u[block].reshape(-1, r * C_out)
        np.matmul(rows, columns, out=here)
        here = here.reshape(-1, len(b_of_row))
        here += b_of_row
    return u


def _finite(images: Any) -> bool:
    """Whether all pixels are finite; large ones, whose squares overflow, count as infinite."""
    flat = images.reshape(-1)
    return bool(np.isfinite(np.vdot(flat, flat)))


def _together(W: Any, width: int) -> int:
    """How many neighbouring pixels r, a divisor of the width of u; found by measurement."""
    C_out, C_in, _, kw = W.shape
    most = 0 if kw == 1 else 32 if C_in >= 4 else 64 if kw > 3 else 16
    return next(r for r in range(max(1, most // C_out), 0, -1) if width % r == 0)


def _rows(images: Any, padding: Pair, size: Pair, r: int) -> Iterator[tuple[slice, Any]]:
    """The windows of r pixels of a few images as a matrix, which the next one overwrites."""
    (N, H, W, C), (kh, kw), (above, left) = images.shape, (size[0], size[1] + r - 1), padding
    row = kh * kw * C
    places = (H + 2 * above - kh + 1) * ((W + 2 * left - kw) // r + 1)
    count = min(N, max(1, BLOCK // (places * row)))
    padded = np.zeros((count, H + 2 * above, W + 2 * left, C), images.dtype)
    inside = padded[:, above : above + H, left : left + W]
    view: Any = windows(padded, (kh, kw), (1, r))
    memory = np.empty(count * places * row, images.dtype)
    for start in range(0, N, count):
        block = slice(start, start + count)
        here = images[block]
        inside[: len(here)] = here
        some = view[: len(here)]
        pixels = some.transpose(3, 4, 5, 0, 1, 2)
        if row < 36:  # it is faster to copy one pixel of all short windows after another
            memory[: some.size].reshape(pixels.shape)[...] = pixels
            yield block, memory[: some.size].reshape(row, -1).T
        else:
            memory[: some.size].reshape(some.shape)[...] = some
            yield block, memory[: some.size].reshape(-1, row)
