"""Max pooling of images with the channels of a pixel side by side in memory.

NumPy computes along pieces that lie together in memory, and to begin one takes longer than to
compute the few channels of a pixel. So the pixels are copied, each as one piece, into one array for
each place in the window.
"""

from functools import reduce
from typing import Any

import numpy as np

from course_lib.fast.conditions import PoolCache
from course_lib.shapes import Pair, pair, require_shapes


def max_pool2d_forward(x: Any, *, size: int | Pair, stride: Any = None) -> tuple[Any, PoolCache]:
    """As the definition, for windows side by side."""
    N, C, H, W = x.shape
    kh, kw = pair(size)
    values = _by_place(x.transpose(0, 2, 3, 1), (kh, kw)).copy()
    values = values.view(x.dtype).reshape(kh * kw, N, H // kh, W // kw, C)
    largest = reduce(np.maximum, values)
    return +largest.transpose(0, 3, 1, 2), PoolCache(values, largest, (kh, kw))


def max_pool2d_backward(dy: Any, cache: Any) -> Any:
    """As the definition."""
    values, largest, size = cache
    y = largest.transpose(0, 3, 1, 2)
    require_shapes("max_pool2d_backward", y=(y, "N C H' W'"), dy=(dy, "N C H' W'"))
    N, H, W, C = largest.shape
    shares = (values == largest).astype(dy.dtype)
    left = dy.transpose(0, 2, 3, 1).copy()  # what no pixel of a window has got yet
    for share in shares:
        share *= left
        left -= share
    dx = np.empty((N, H * size[0], W * size[1], C), dy.dtype)
    to = _by_place(dx, size)
    to[...] = shares.view(to.dtype).reshape(to.shape)
    return dx.transpose(0, 3, 1, 2)


def _by_place(images: Any, size: Pair) -> Any:
    """Row and column in the window, then the windows: a view of images (N, H, W, C)."""
    N, H, W, C = images.shape
    pixels = images.reshape(-1).view(np.dtype((np.void, C * images.itemsize)))
    return pixels.reshape(N * H // size[0], size[0], W // size[1], size[1]).transpose(1, 3, 0, 2)
