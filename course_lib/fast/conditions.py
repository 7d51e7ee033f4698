"""For which arguments a faster version can compute; each condition takes those of the definition.

A version expects NumPy arrays that fit together, and checks nothing. So nothing that the definition
would refuse may suit.
"""

from typing import Any, NamedTuple

import numpy as np

from course_lib.shapes import Pair, pair

PRECISIONS = np.dtype("float32"), np.dtype("float64")  # in this machine's order of bytes

TOGETHER = 163_840
"""Elements that stay in the processor's cache together: in single precision they take 0.6 MB."""

LARGE = TOGETHER // 3
"""Elements of a parameter whose step is that of the table if it has more."""

WIDE = 100
"""Columns of a matrix; with fewer, a product without BLAS is as fast as by another order."""


def precise(*arrays: Any, **_: Any) -> bool:
    """NumPy arrays that are not empty, all in single or all in double precision."""
    first = arrays[0]
    for a in arrays:
        if type(a) is not np.ndarray or type(first) is not np.ndarray or a.dtype != first.dtype:
            return False
        if a.dtype not in PRECISIONS or a.size == 0:
            return False
    return True


class BlockCache(NamedTuple):
    """What convolution by blocks of images keeps for its backward pass."""

    images: Any  # x as (N, H, W, C_in)
    W: Any
    u_shape: tuple[int, ...]
    padding: Pair


class PoolCache(NamedTuple):
    """What max pooling keeps for its backward pass where the channels are last in memory."""

    values: Any  # of the pixels at each place in the window: (kh * kw, N, H', W', C)
    largest: Any  # y as (N, H', W', C)
    size: Pair


# --- Images -------------------------------------------------------------------------------


def in_blocks(x: Any, W: Any, b: Any, *, stride: int | Pair = 1, padding: int | Pair = 0) -> bool:
    """Windows one pixel after the other, every pixel of the padded images in one, finite filters.

    The gradient of the images multiplies the filters by zeros around du, which must stay zeros.
    """
    if not precise(x, W, b) or not x.ndim == W.ndim == 4 or pair(stride) != (1, 1):
        return False
    C_out, C_in, kh, kw = W.shape
    if x.shape[1] != C_in or b.shape != (C_out,):
        return False
    rows, columns = pair(padding)
    inside = 0 <= rows < kh and 0 <= columns < kw
    fits = inside and x.shape[2] + 2 * rows >= kh and x.shape[3] + 2 * columns >= kw
    return bool(fits and np.isfinite(W).all())


def by_blocks(du: Any, cache: Any) -> bool:
    """Gradient of an output that was computed so."""
    return isinstance(cache, BlockCache)


def side_by_side(x: Any, *, size: int | Pair, stride: int | Pair | None = None) -> bool:
    """Windows that cover the images once, and several channels, last in memory."""
    if not precise(x) or x.ndim != 4 or x.shape[1] == 1:
        return False
    if not x.transpose(0, 2, 3, 1).flags.c_contiguous:
        return False
    kh, kw = size = pair(size)
    apart = min(size) > 0 and pair(size if stride is None else stride) == size
    return apart and x.shape[2] % kh == 0 and x.shape[3] % kw == 0


def pooled(dy: Any, cache: Any) -> bool:
    """Gradient of an output that was computed so."""
    return isinstance(cache, PoolCache)


# --- Wide matrices, where NumPy has no BLAS -----------------------------------------------


def wide(x: Any, W: Any, b: Any) -> bool:
    """Rows and a wide matrix."""
    fits = precise(x, W, b) and x.ndim == W.ndim == 2 and x.shape[1] == W.shape[0]
    return fits and b.shape == W.shape[1:] and W.shape[1] >= WIDE


def wide_backward(du: Any, cache: Any) -> bool:
    """Gradient of their product."""
    x, W = cache
    fits = precise(du, x, W) and du.ndim == 2 and du.shape == (x.shape[0], W.shape[1])
    return fits and W.shape[1] >= WIDE


# --- Steps of an optimizer ----------------------------------------------------------------


def large_step(w: Any, dw: Any, *others: Any, **_: Any) -> bool:
    """A parameter of more than one block, its gradient and the states; Adam's ``t`` comes last."""
    if not isinstance(w, np.ndarray) or w.size <= LARGE:
        return False
    states = [a for a in others if hasattr(a, "shape")]
    fits = precise(w, dw, *states) and all(a.shape == w.shape for a in (dw, *states))
    return fits and all(t >= 1 for t in others[len(states) :])
