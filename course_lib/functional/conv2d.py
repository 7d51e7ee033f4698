"""Convolution of images (LeCun et al. 1989): the same small affine map at every position."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.slide import pad, slide, slide_backward
from course_lib.requirements import require_images
from course_lib.shapes import Pair, pair, require_shapes

Cache = tuple[Array, Array, tuple[int, ...], Pair, Pair]  # windows, W, shape of x, stride, padding


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
    xp = array_namespace(x, W, b)
    _, _, kh, kw = W.shape
    windows = slide("conv2d_forward", pad(x, padding), (kh, kw), stride)
    u = xp.tensordot(windows, W, axes=((1, 4, 5), (1, 2, 3))) + b  # (N, H', W', C_out)
    return xp.permute_dims(u, (0, 3, 1, 2)), (windows, W, tuple(x.shape), stride, padding)


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
    windows, W, (N, C_in, height, width), stride, padding = cache
    require_shapes(
        "conv2d_backward",
        windows=(windows, "N C_in H' W' kh kw"),
        W=(W, "C_out C_in kh kw"),
        du=(du, "N C_out H' W'"),
    )
    xp = array_namespace(du, W)
    dW = xp.tensordot(du, windows, axes=((0, 2, 3), (0, 2, 3)))
    dwindows = xp.tensordot(du, W, axes=((1,), (0,)))  # (N, H', W', C_in, kh, kw)
    dwindows = xp.permute_dims(dwindows, (0, 3, 1, 2, 4, 5))
    rows, columns = padding
    dpadded = slide_backward(dwindows, (N, C_in, height + 2 * rows, width + 2 * columns), stride)
    dx = dpadded[:, :, rows : rows + height, columns : columns + width]
    return dx, dW, xp.sum(du, axis=(0, 2, 3))
