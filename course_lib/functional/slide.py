"""Sliding windows over images, used by convolution and pooling."""

from course_lib.backend import Array, array_namespace, windows
from course_lib.shapes import Pair


def pad(x: Array, padding: Pair) -> Array:
    """Images with rows of zeros above and below and columns of zeros on both sides, a new array."""
    xp = array_namespace(x)
    N, C, H, W = x.shape
    rows, columns = padding
    shape = (N, C, H + 2 * rows, W + 2 * columns)
    padded = xp.zeros(shape, dtype=x.dtype, device=x.device)
    padded[:, :, rows : rows + H, columns : columns + W] = x
    return padded


def slide(where: str, x: Array, size: Pair, stride: Pair) -> Array:
    """Every window of kh x kw pixels at these strides, as (N, C, H', W', kh, kw).

    ``H' = (H - kh) // stride + 1`` and the same for W': the rows and columns left over at the end
    are in no window.

    Parameters
    ----------
    where : the function that was called
    x : (N, C, H, W)
    size : (kh, kw)
    stride : vertical and horizontal

    Raises
    ------
    ValueError
        If stride or the window is less than 1, or if the window is larger than the images.
    """
    H, W = x.shape[2:]
    kh, kw = size
    if min(*stride, kh, kw) < 1:
        raise ValueError(
            f"{where}: the stride is {stride[0]} x {stride[1]} and the window {kh} x {kw}, "
            "expected 1 or more"
        )
    if kh > H or kw > W:
        raise ValueError(
            f"{where}: the window is {kh} x {kw}, but the images, with their padding, are only "
            f"{H} x {W}"
        )
    return windows(x, size, stride)


def slide_backward(dwindows: Array, shape: tuple[int, ...], stride: Pair) -> Array:
    """Gradient of :func:`slide`: a pixel gets the sum over all windows that contain it.

    Parameters
    ----------
    dwindows : (N, C, H', W', kh, kw)
    shape : (N, C, H, W) of the images
    stride : as in :func:`slide`
    """
    xp = array_namespace(dwindows)
    dx = xp.zeros(shape, dtype=dwindows.dtype, device=dwindows.device)
    H, W, kh, kw = dwindows.shape[2:]
    down, right = stride
    for i in range(kh):
        for j in range(kw):
            # Element (i, j) of all windows at once: two windows never have it at the same pixel.
            rows = slice(i, i + down * (H - 1) + 1, down)
            columns = slice(j, j + right * (W - 1) + 1, right)
            dx[:, :, rows, columns] += dwindows[:, :, :, :, i, j]
    return dx
