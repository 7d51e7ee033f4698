"""Max pooling, window by window, all channels of a pixel together."""

from typing import Any

import numpy as np

from course_lib.fast.formulas.compiled.kernel import c, kernel
from course_lib.functional.max_pool2d import Cache
from course_lib.functional.slide import window_count
from course_lib.shapes import Pair, pair


def max_pool2d_forward(
    x: Any, *, size: int | Pair, stride: int | Pair | None = None
) -> tuple[Any, Cache]:
    """As `course_lib.functional.max_pool2d_forward`."""
    size, stride = pair(size), pair(size if stride is None else stride)
    count = window_count("max_pool2d_forward", x.shape[2:], size, stride)
    N, C, _, _ = x.shape
    y = np.empty((N, *count, C), x.dtype)
    _forward(c(x.transpose(0, 2, 3, 1)), size, stride, y)
    y = y.transpose(0, 3, 1, 2)
    return +y, (x, y, size, stride)


def max_pool2d_backward(dy: Any, cache: Cache) -> Any:
    """As `course_lib.functional.max_pool2d_backward`."""
    *images, size, stride = cache
    dy, x, y = (c(a.transpose(0, 2, 3, 1)) for a in (dy, *images))
    dx = np.zeros(x.shape, dy.dtype)
    _backward(dy, x, y, size, stride, dx)
    return dx.transpose(0, 3, 1, 2)


@kernel
def _forward(x: Any, size: Pair, stride: Pair, y: Any) -> None:
    N, H, W, C = y.shape
    for n in range(N):
        for r in range(H):
            for s in range(W):
                top, left = r * stride[0], s * stride[1]
                for k in range(C):
                    y[n, r, s, k] = x[n, top, left, k]
                for i in range(size[0]):
                    for j in range(size[1]):
                        for k in range(C):
                            pixel = x[n, top + i, left + j, k]
                            largest = y[n, r, s, k]
                            larger = not (pixel <= largest or largest != largest)  # nan stays
                            y[n, r, s, k] = pixel if larger else largest


@kernel
def _backward(dy: Any, x: Any, y: Any, size: Pair, stride: Pair, dx: Any) -> None:
    N, H, W, C = y.shape
    left_over = np.empty(C, dy.dtype)  # what no pixel of this window has got yet
    for n in range(N):
        for r in range(H):
            for s in range(W):
                for k in range(C):
                    left_over[k] = dy[n, r, s, k]
                for i in range(size[0]):
                    for j in range(size[1]):
                        row, column = r * stride[0] + i, s * stride[1] + j
                        for k in range(C):
                            largest = x[n, row, column, k] == y[n, r, s, k]
                            share = left_over[k] if largest else left_over[k] * 0
                            dx[n, row, column, k] += share
                            left_over[k] -= share
