"""The relative error between two gradients."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def relative_error(a: Array, b: Array) -> float:
    """Distance relative to size: ``|a - b| / max(|a| + |b|, 1e-12)`` with Euclidean norms.

    Parameters
    ----------
    a, b : the same shape, any number of axes

    Returns
    -------
    error : 0 for equal arrays, at most 1; two arrays of zeros agree

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    require_shapes("relative_error", a=(a, "..."), b=(b, "..."))
    xp = array_namespace(a, b)

    def norm(v: Array) -> float:
        return math.sqrt(float(xp.sum(v * v)))

    return norm(a - b) / max(norm(a) + norm(b), 1e-12)
