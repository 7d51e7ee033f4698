"""Convolution of images (LeCun et al. 1989): the same small affine map at every position."""

import math

from course_lib.backend import Array, array_namespace, windows
from course_lib.functional.rows import column_sums
from course_lib.functional.slide import offsets, window_count
from course_lib.requirements import require_images
from course_lib.shapes import Pair, pair, require_shapes

Shape = tuple[int, ...]
Cache = tuple[Array, Array, Shape, Shape, Pair, Pair]
"""rows (one for each window), W, shapes of x and of u, stride, padding."""


def conv2d_forward(
    x: Array, W: Array, b: Array, *, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[Array, Cache]:
    """Multiply every window of the images with every filter, and add its bias.

    ``u[n, o, r, s] = b[o] + sum_{c,i,j} W[o, c, i, j] * x[n, c, r*stride + i, s*stride + j]`` where
    x has ``padding`` rows and columns of zeros around it. The filter is not flipped: mathematics
    calls this operation cross-correlation, the field calls it convolution.

    Parameters
    ----------
    x : (N, C_in, H, W), floating point
    W : (C_out, C_in, kh, kw)
    b : (C_out,)
    stride : distance of neighbouring windows, 1 or more; one number or (vertical, horizontal)
    padding : rows and columns of zeros added on each side, one number or (rows, columns);
        ``kh // 2`` keeps the size of the images if kh = kw is odd and stride 1

    Returns
    -------
    u : (N, C_out, H', W') with ``H' = (H + 2 * padding - kh) // stride + 1``, the same for W'
    cache : passed unchanged to :func:`conv2d_backward`

    Raises
    ------
    TypeError
        If the images are integers.
    ValueError
        If the shapes do not fit together, the filters are larger than the padded images, stride is
        less than 1 or padding less than 0.
    """
    require_images("conv2d_forward", "N C H W", x=x)
    require_shapes("conv2d_forward", x=(x, "N C_in H W"), W=(W, "C_out C_in kh kw"), b=(b, "C_out"))
    stride, padding = pair(stride), pair(padding)
    if min(padding) < 0:
        raise ValueError(
            f"conv2d_forward: padding is {padding[0]} x {padding[1]}, expected 0 or more"
        )
    C_out, C_in, *size = W.shape
    kh, kw = size
    N, _, height, width = x.shape
    padded_size = height + 2 * padding[0], width + 2 * padding[1]
    count = window_count("conv2d_forward", padded_size, (kh, kw), stride)
    # An affine map: every window is a row, every filter a column.
    xp = array_namespace(x, W, b)
    rows = _rows(windows(padded_images(x, padding), (kh, kw), stride))
    u = xp.reshape(rows @ _columns(W), (N * count[0], count[1] * C_out))
    u += xp.tile(b, (count[1],))  # once per row of an image, faster than once per window
    u = xp.permute_dims(xp.reshape(u, (N, *count, C_out)), (0, 3, 1, 2))
    return u, (rows, W, tuple(x.shape), tuple(u.shape), stride, padding)


def padded_images(x: Array, padding: Pair) -> Array:
    """The images with zeros around them, as (N, H, W, C): a window's pixels are in one piece."""
    xp = array_namespace(x)
    N, C, H, W = x.shape
    rows, columns = padding
    shape = (N, H + 2 * rows, W + 2 * columns, C)
    padded = xp.zeros(shape, dtype=x.dtype, device=x.device)
    padded[:, rows : rows + H, columns : columns + W, :] = xp.permute_dims(x, (0, 2, 3, 1))
    return padded


def _rows(every_window: Array) -> Array:
    """The windows (N, H', W', kh, kw, C_in) as a matrix (N * H' * W', kh * kw * C_in)."""
    xp = array_namespace(every_window)
    *places, kh, kw, C_in = every_window.shape
    shape = (math.prod(places), kh * kw * C_in)
    if C_in >= 4:
        return xp.reshape(every_window, shape)
    # With few channels it is faster to copy one pixel of all windows than one window after another.
    pixels = xp.permute_dims(every_window, (3, 4, 5, 0, 1, 2))
    return xp.reshape(pixels, shape[::-1]).T


def _columns(W: Array) -> Array:
    """The filters as a matrix (kh * kw * C_in, C_out)."""
    xp = array_namespace(W)
    return xp.reshape(xp.permute_dims(W, (2, 3, 1, 0)), (math.prod(W.shape[1:]), W.shape[0]))


def conv2d_backward(du: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`conv2d_forward`.

    As for an affine map whose rows of x are the windows: ``dW`` is the sum of du times the window
    over all images and positions, and ``db`` is the sum of du. A pixel of ``dx`` is the sum of its
    gradients from all windows that contain it.

    Parameters
    ----------
    du : (N, C_out, H', W'), gradient of the loss with respect to u
    cache : from :func:`conv2d_forward`

    Returns
    -------
    dx : (N, C_in, H, W)
    dW : (C_out, C_in, kh, kw)
    db : (C_out,)

    Raises
    ------
    ValueError
        If du does not have the shape of u.
    """
    du_rows, dW, db = _parameter_gradients(du, cache)
    _, W, (N, C_in, height, width), u_shape, stride, (top, left) = cache
    _, _, kh, kw = W.shape
    xp = array_namespace(du, W)
    count = u_shape[2:]
    dwindows = xp.reshape(du_rows @ _columns(W).T, (N, *count, kh, kw, C_in))
    shape = (N, height + 2 * top, width + 2 * left, C_in)
    dpadded = xp.zeros(shape, dtype=du.dtype, device=du.device)
    for i, j, rows, columns in offsets(count, (kh, kw), stride):
        dpadded[:, rows, columns, :] += dwindows[:, :, :, i, j, :]
    dx = dpadded[:, top : top + height, left : left + width, :]
    return xp.permute_dims(dx, (0, 3, 1, 2)), dW, db


def conv2d_parameter_gradients(du: Array, cache: Cache) -> tuple[Array, Array]:
    """dW and db of :func:`conv2d_backward`: all that a first layer needs."""
    _, dW, db = _parameter_gradients(du, cache)
    return dW, db


def _parameter_gradients(du: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """du with one row for each window, dW, db."""
    rows, W, _, u_shape, _, _ = cache
    require_shape_of_u(du, u_shape)
    xp = array_namespace(du, W)
    C_out, C_in, kh, kw = W.shape
    du_rows = xp.reshape(xp.permute_dims(du, (0, 2, 3, 1)), (-1, C_out))
    dcolumns = xp.reshape(rows.T @ du_rows, (kh, kw, C_in, C_out))
    return du_rows, xp.permute_dims(dcolumns, (3, 2, 0, 1)), column_sums(du_rows)


def require_shape_of_u(du: Array, u_shape: Shape) -> None:
    """Raise unless a gradient has the shape of the output."""
    require_shapes("conv2d_backward", du=(du, "N C_out H' W'"))
    if tuple(du.shape) != u_shape:
        raise ValueError(f"conv2d_backward: du has shape {tuple(du.shape)}, expected {u_shape}")
