"""Max pooling: the largest value of every window (Ranzato et al. 2007)."""

from functools import reduce

from course_lib.backend import Array, array_namespace
from course_lib.functional.slide import offsets, slices, window_count
from course_lib.requirements import require_images
from course_lib.shapes import Pair, pair, require_shapes

Cache = tuple[Array, Array, Pair, Pair]  # x, y, size, stride


def max_pool2d_forward(
    x: Array, *, size: int | Pair, stride: int | Pair | None = None
) -> tuple[Array, Cache]:
    """Largest value of every window of kh x kw pixels, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W), floating point
    size : height and width of the windows, one number or (kh, kw)
    stride : distance of neighbouring windows, one number or (vertical, horizontal); size if left
        out, so that they do not overlap

    Returns
    -------
    y : (N, C, H', W') with ``H' = (H - kh) // stride + 1``, the same for W'
    cache : passed unchanged to :func:`max_pool2d_backward`

    Raises
    ------
    TypeError
        If the images are integers.
    ValueError
        If x does not have four axes, if the windows are larger than the images, or if size or
        stride is less than 1.
    """
    require_images("max_pool2d_forward", "N C H W", x=x)
    size, stride = pair(size), pair(size if stride is None else stride)
    count = window_count("max_pool2d_forward", x.shape[2:], size, stride)
    xp = array_namespace(x)
    rows, columns = (slices(*of_axis) for of_axis in zip(count, size, stride, strict=True))
    tallest = reduce(xp.maximum, [x[:, :, i, :] for i in rows])  # of every column of a window
    y = reduce(xp.maximum, [tallest[:, :, :, j] for j in columns])
    return +y, (x, y, size, stride)


def max_pool2d_backward(dy: Array, cache: Cache) -> Array:
    """Gradient of :func:`max_pool2d_forward`: all of dy goes to the pixel that was the largest.

    If several pixels are equally large, the first one in reading order gets it, which is one of the
    subgradients.

    Parameters
    ----------
    dy : (N, C, H', W'), gradient of the loss with respect to y
    cache : from :func:`max_pool2d_forward`

    Returns
    -------
    dx : (N, C, H, W)

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    x, y, size, stride = cache
    require_shapes("max_pool2d_backward", y=(y, "N C H' W'"), dy=(dy, "N C H' W'"))
    xp = array_namespace(dy, x)
    dx = xp.zeros_like(x, dtype=dy.dtype)
    apart = stride[0] >= size[0] and stride[1] >= size[1]  # no pixel is in two windows
    left = dy  # what no pixel of a window has got yet
    for _, _, rows, columns in offsets(y.shape[2:], size, stride):
        share = left * xp.astype(x[:, :, rows, columns] == y, dy.dtype)
        dx[:, :, rows, columns] = share if apart else dx[:, :, rows, columns] + share
        left = left - share
    return dx
