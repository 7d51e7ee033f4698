"""Max pooling: the largest value of every window (Ranzato et al. 2007)."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.slide import slide, slide_backward
from course_lib.requirements import require_images
from course_lib.shapes import Pair, pair, require_shapes

Cache = tuple[Array, tuple[int, ...], Pair]  # chosen, shape of x, stride


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
    windows = slide("max_pool2d_forward", x, size, stride)
    xp = array_namespace(x)
    pixels = xp.reshape(windows, (*windows.shape[:4], size[0] * size[1]))
    first_largest = xp.expand_dims(xp.argmax(pixels, axis=4), axis=4)
    positions = xp.arange(size[0] * size[1], dtype=first_largest.dtype, device=x.device)
    chosen = xp.reshape(positions == first_largest, windows.shape)
    return xp.max(pixels, axis=4), (chosen, tuple(x.shape), stride)


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
    chosen, shape, stride = cache
    require_shapes("max_pool2d_backward", windows=(chosen, "N C H' W' kh kw"), dy=(dy, "N C H' W'"))
    xp = array_namespace(dy, chosen)
    dwindows = xp.astype(chosen, dy.dtype) * dy[:, :, :, :, None, None]
    return slide_backward(dwindows, shape, stride)
