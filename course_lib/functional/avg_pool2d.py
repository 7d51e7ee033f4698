"""Average pooling: the mean of every window, or of all pixels of a channel."""

import math
from functools import reduce
from operator import add

from course_lib.backend import Array, array_namespace
from course_lib.functional.slide import slices, window_count
from course_lib.requirements import require_images
from course_lib.shapes import Pair, pair, require_shapes

Cache = tuple[Array, Array, Pair, Pair]  # x for its shape and order in memory, y, size, stride


def avg_pool2d_forward(
    x: Array, *, size: int | Pair, stride: int | Pair | None = None
) -> tuple[Array, Cache]:
    """Mean of every window of kh x kw pixels, channel by channel (LeCun et al. 1989).

    Parameters
    ----------
    x : (N, C, H, W), floating point
    size : height and width of the windows, one number or (kh, kw)
    stride : distance of neighbouring windows, one number or (vertical, horizontal); size if left
        out, so that they do not overlap

    Returns
    -------
    y : (N, C, H', W') with ``H' = (H - kh) // stride + 1``, the same for W'
    cache : passed unchanged to :func:`avg_pool2d_backward`

    Raises
    ------
    TypeError
        If the images are integers.
    ValueError
        If x does not have four axes, if the windows are larger than the images, or if size or
        stride is less than 1.
    """
    require_images("avg_pool2d_forward", "N C H W", x=x)
    size, stride = pair(size), pair(size if stride is None else stride)
    count = window_count("avg_pool2d_forward", x.shape[2:], size, stride)
    rows, columns = (slices(*of_axis) for of_axis in zip(count, size, stride, strict=True))
    tall = reduce(add, [x[:, :, i, :] for i in rows])  # the sum of every column of a window
    y = reduce(add, [tall[:, :, :, j] for j in columns]) / (size[0] * size[1])
    return y, (x, y, size, stride)


def avg_pool2d_backward(dy: Array, cache: Cache) -> Array:
    """Gradient of :func:`avg_pool2d_forward`: every pixel of a window gets ``dy / (kh kw)``.

    Parameters
    ----------
    dy : (N, C, H', W'), gradient of the loss with respect to y
    cache : from :func:`avg_pool2d_forward`

    Returns
    -------
    dx : (N, C, H, W)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x, y, size, stride = cache
    require_shapes("avg_pool2d_backward", y=(y, "N C H' W'"), dy=(dy, "N C H' W'"))
    xp = array_namespace(dy)
    rows, columns = (slices(*of_axis) for of_axis in zip(y.shape[2:], size, stride, strict=True))
    dx = xp.zeros_like(x, dtype=dy.dtype)  # with the pixels in memory as those of x
    dtall = xp.zeros_like(dx[:, :, : y.shape[2], :])
    for j in columns:
        dtall[:, :, :, j] += dy / (size[0] * size[1])
    for i in rows:
        dx[:, :, i, :] += dtall
    return dx


def global_avg_pool_forward(x: Array) -> tuple[Array, tuple[int, ...]]:
    """Mean of all pixels, channel by channel: rows of C numbers from images of any size.

    Source: Lin et al. 2014.

    Parameters
    ----------
    x : (N, C, …), floating point, for instance images (N, C, H, W) of one pixel or more

    Returns
    -------
    y : (N, C)
    cache : passed unchanged to :func:`global_avg_pool_backward`

    Raises
    ------
    TypeError
        If the images are integers.
    ValueError
        If x has no axis of channels, or if the images have no pixels.
    """
    require_images("global_avg_pool_forward", "N C ...", x=x)
    if 0 in x.shape[2:]:
        raise ValueError(f"global_avg_pool_forward: x has shape {tuple(x.shape)}, without pixels")
    return array_namespace(x).mean(x, axis=tuple(range(2, x.ndim))), tuple(x.shape)


def global_avg_pool_backward(dy: Array, cache: tuple[int, ...]) -> Array:
    """Gradient of :func:`global_avg_pool_forward`: every pixel gets dy divided by their number.

    Parameters
    ----------
    dy : (N, C), gradient of the loss with respect to y
    cache : from :func:`global_avg_pool_forward`

    Returns
    -------
    dx : shape of x

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    N, C, *positions = cache
    if tuple(dy.shape) != (N, C):
        raise ValueError(
            f"global_avg_pool_backward: dy has shape {tuple(dy.shape)}, expected {(N, C)}"
        )
    xp = array_namespace(dy)
    pixels = xp.ones(tuple(positions), dtype=dy.dtype, device=dy.device)
    return xp.reshape(dy / math.prod(positions), (N, C, *(1 for _ in positions))) * pixels
