"""Convolution with stride 1, a few images at a time.

The windows of a block of images are copied into memory that stays in the processor's cache. They
are not kept: the backward pass copies them again, which is cheaper than to fetch all windows of a
minibatch, kh * kw times the images, from main memory.

A pixel of u got a pixel of x times w0, its neighbour times w1, and so on. So dx is the convolution
of du, padded by zeros, with the filters turned around, from C_out to C_in channels.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from course_lib.backend import Array, windows
from course_lib.fast.scratch import BLOCK, BlockCache, scratch
from course_lib.functional.column_sums import column_sums
from course_lib.functional.conv2d import padded_images, require_shape_of_u
from course_lib.shapes import Pair, pair


def conv2d_forward(
    x: Any, W: Any, b: Any, *, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[Array, BlockCache]:
    """As `conv2d_forward` with stride 1."""
    padded: Any = padded_images(x, pair(padding))
    u = _correlate(padded, W)
    u += b
    u = u.transpose(0, 3, 1, 2)
    return u, BlockCache(padded, W, u.shape, pair(padding))


def conv2d_backward(du: Any, cache: BlockCache) -> tuple[Array, Array, Array]:
    """As `conv2d_backward`."""
    dW, db = conv2d_parameter_gradients(du, cache)
    turned = cache.W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    _, _, kh, kw = turned.shape
    padding = kh - 1 - cache.padding[0], kw - 1 - cache.padding[1]
    return _correlate(padded_images(du, padding), turned).transpose(0, 3, 1, 2), dW, db


def conv2d_parameter_gradients(du: Any, cache: BlockCache) -> tuple[Array, Array]:
    """As `conv2d_parameter_gradients`."""
    require_shape_of_u(du, cache.u_shape)
    C_out, C_in, kh, kw = cache.W.shape
    du = np.ascontiguousarray(
        np.asarray(du, np.result_type(du, cache.padded)).transpose(0, 2, 3, 1)
    )
    dcolumns = np.zeros((kh * kw * C_in, C_out), du.dtype)
    for block, rows in _rows(cache.padded, (kh, kw)):
        dcolumns += rows.T @ du[block].reshape(-1, C_out)
    dW = dcolumns.reshape(kh, kw, C_in, C_out).transpose(3, 2, 0, 1)
    return dW, column_sums(du.reshape(-1, C_out))


def _correlate(padded: Any, W: Any) -> Any:
    """All windows times all filters, (N, H', W', C_out)."""
    C_out, _, kh, kw = W.shape
    N, height, width, _ = padded.shape
    columns = W.transpose(2, 3, 1, 0).reshape(-1, C_out)
    u = np.empty((N, height - kh + 1, width - kw + 1, C_out), np.result_type(padded, W))
    for block, rows in _rows(padded, (kh, kw)):
        np.matmul(rows, columns, out=u[block].reshape(-1, C_out))
    return u


def _rows(padded: Any, size: Pair) -> Iterator[tuple[slice, Any]]:
    """The windows of a few images at a time as a matrix, which the next one overwrites."""
    view: Any = windows(padded, size, (1, 1))
    N, *places, kh, kw, C = view.shape
    row = kh * kw * C
    images = max(1, BLOCK // (math.prod(places) * row))
    for start in range(0, N, images):
        block = slice(start, start + images)
        some = view[block]
        memory = scratch(some.size, padded.dtype)
        if C >= 4:
            memory.reshape(some.shape)[...] = some
            yield block, memory.reshape(-1, row)
        else:  # with few channels it is faster to copy one pixel of all windows after another
            pixels = some.transpose(3, 4, 5, 0, 1, 2)
            memory.reshape(pixels.shape)[...] = pixels
            yield block, memory.reshape(row, -1).T
