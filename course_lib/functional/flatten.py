"""Flatten images to rows, for instance between a convolution and a linear layer."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes

Cache = tuple[Array, tuple[int, ...]]  # y, shape of x


def flatten_forward(x: Array) -> tuple[Array, Cache]:
    """All values of a sample in one row, the last axis running fastest.

    Parameters
    ----------
    x : (N, …)

    Returns
    -------
    y : (N, D), D the product of all lengths but N
    cache : passed unchanged to :func:`flatten_backward`
    """
    require_shapes("flatten_forward", x=(x, "N ..."))
    D = math.prod(x.shape[1:])
    xp = array_namespace(x)
    y = xp.asarray(xp.reshape(x, (x.shape[0], D)), copy=True)
    return y, (y, tuple(x.shape))


def flatten_backward(dy: Array, cache: Cache) -> Array:
    """Gradient of :func:`flatten_forward`: the same numbers in the shape of x.

    Parameters
    ----------
    dy : (N, D)
    cache : from :func:`flatten_forward`

    Returns
    -------
    dx : shape of x

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    y, shape = cache
    require_shapes("flatten_backward", y=(y, "N D"), dy=(dy, "N D"))
    xp = array_namespace(dy)
    return xp.asarray(xp.reshape(dy, shape), copy=True)
