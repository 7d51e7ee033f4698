"""The gradient by central differences, one element after the other (S1, S3)."""

from collections.abc import Callable

import numpy as np

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float) -> Array:
    """Approximate ``df/dx_i`` by ``(f(x + h e_i) - f(x - h e_i)) / (2 h)``.

    The error is of order h**2 from the formula plus rounding of order ``1e-16 |f| / h``: in double
    precision h = 1e-5 is a good compromise; in single precision every h gives a large error.

    Parameters
    ----------
    f : takes an array like x, returns one number
    x : any shape, floating point; not changed
    h : step, positive

    Returns
    -------
    gradient : like x

    Raises
    ------
    ValueError
        If h is not positive.
    TypeError
        If x is not floating point: a step of h would be rounded away.
    """
    if not h > 0.0:
        raise ValueError(f"numerical_gradient: h is {h}, expected a positive step such as 1e-5")
    require_floating("numerical_gradient", x=x)
    xp = array_namespace(x)
    gradient = xp.zeros_like(x)
    moved = xp.asarray(x, copy=True)
    for i in np.ndindex(*x.shape):
        moved[i] = x[i] + h
        above = float(f(moved))
        moved[i] = x[i] - h
        below = float(f(moved))
        moved[i] = x[i]
        gradient[i] = (above - below) / (2.0 * h)
    return gradient
