"""Sliding windows over images, used by convolution and pooling."""

from course_lib.backend import Array, array_namespace, windows


def pad(x: Array, padding: int) -> Array:
    """Images with ``padding`` rows and columns of zeros on each side, as a new array."""
    xp = array_namespace(x)
    N, C, H, W = x.shape
    shape = (N, C, H + 2 * padding, W + 2 * padding)
    padded = xp.zeros(shape, dtype=x.dtype, device=x.device)
    padded[:, :, padding : padding + H, padding : padding + W] = x
    return padded


def slide(where: str, x: Array, kh: int, kw: int, stride: int) -> Array:
    """Every stride-th window of height kh and width kw, as (N, C, H', W', kh, kw).

    ``H' = (H - kh) // stride + 1`` and the same for W': the rows and columns left over at the end
    are in no window.

    Raises
    ------
    ValueError
        If stride or the window is less than 1, or if the window is larger than the images.
    """
    H, W = x.shape[2:]
    if stride < 1 or kh < 1 or kw < 1:
        raise ValueError(
            f"{where}: the stride is {stride} and the window {kh} x {kw}, expected 1 or more"
        )
    if kh > H or kw > W:
        raise ValueError(
            f"{where}: the window is {kh} x {kw}, but the images, with their padding, are only "
            f"{H} x {W}"
        )
    return windows(x, kh, kw, stride)


def slide_backward(dwindows: Array, shape: tuple[int, ...], stride: int) -> Array:
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
    for i in range(kh):
        for j in range(kw):
            # Element (i, j) of all windows at once: two windows never have it at the same pixel.
            rows = slice(i, i + stride * (H - 1) + 1, stride)
            columns = slice(j, j + stride * (W - 1) + 1, stride)
            dx[:, :, rows, columns] += dwindows[:, :, :, :, i, j]
    return dx
