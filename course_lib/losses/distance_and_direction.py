"""Euclidean distance row by row, and its gradient."""

from course_lib.backend import Array, array_namespace


def distance_and_direction(a: Array, b: Array) -> tuple[Array, Array]:
    """Distance ``d = |a - b|`` (N,) and its gradient ``(a - b) / d`` (N, D) with respect to a.

    The gradient with respect to b is its negative. Where a equals b there is no direction; there
    the gradient is 0, which is one of the subgradients.
    """
    xp = array_namespace(a, b)
    r = a - b
    d = xp.sqrt(xp.sum(r * r, axis=1))
    return d, r / xp.where(d > 0, d, xp.ones_like(d))[:, None]
