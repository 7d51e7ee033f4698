"""A shortcut around a block: its input is added to its output (He et al. 2016)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array
from course_lib.shapes import require_shapes

Cache = tuple[Array, Any]  # y, and the cache of the block


def residual_forward(
    x: Array, f_forward: Callable[[Array], tuple[Array, Any]]
) -> tuple[Array, Cache]:
    """Add what a block computes to its input: ``y = x + f(x)``.

    Parameters
    ----------
    x : of any shape
    f_forward : forward pass of the block, ``f_forward(x) -> (z, f_cache)`` with z of the shape of x

    Returns
    -------
    y : shape of x
    cache : passed unchanged to :func:`residual_backward`

    Raises
    ------
    ValueError
        If z does not have the shape of x.
    """
    z, f_cache = f_forward(x)
    require_shapes("residual_forward", x=(x, "..."), z=(z, "..."))
    y = x + z
    return y, (y, f_cache)


def residual_backward(dy: Array, cache: Cache, f_backward: Callable[[Array, Any], Array]) -> Array:
    """Gradient of :func:`residual_forward`: ``dx = dy + f_backward(dy)``.

    x reaches y on two paths, so two gradients add up. The first passes unchanged.

    Parameters
    ----------
    dy : gradient of the loss with respect to y, of the shape of y
    cache : from :func:`residual_forward`
    f_backward : backward pass of the block, ``f_backward(dz, f_cache) -> dx``

    Returns
    -------
    dx : shape of x

    Raises
    ------
    ValueError
        If dy does not have the shape of y.
    """
    y, f_cache = cache
    require_shapes("residual_backward", y=(y, "..."), dy=(dy, "..."))
    return dy + f_backward(dy, f_cache)
