"""Average pooling: the mean of every window (LeCun et al. 1989)."""

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
    """Mean of every window of kh x kw pixels, channel by channel.

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
