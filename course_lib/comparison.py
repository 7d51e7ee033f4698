"""Two methods compared on the same splits, seeds or samples."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def paired_error(a: Array, b: Array) -> tuple[float, float]:
    """Mean of the paired differences ``d = a - b``, and the standard error of this mean.

    The error is ``s / sqrt(N)`` with ``s² = 1/(N - 1) sum_n (d_n - mean(d))²``. What makes a split
    hard for both methods cancels in the differences.

    Parameters
    ----------
    a, b : (N,), N at least 2; a[n] and b[n] are results on the same split, seed or sample

    Returns
    -------
    difference : mean of a - b
    error : its standard error

    Raises
    ------
    ValueError
        If a and b have different lengths, or fewer than two pairs.
    TypeError
        If one is not floating point.
    """
    require_shapes("paired_error", a=(a, "N"), b=(b, "N"))
    require_floating("paired_error", a=a, b=b)
    N = a.shape[0]
    if N < 2:
        raise ValueError(f"paired_error: {N} pairs have no standard deviation, expected 2 or more")
    xp = array_namespace(a, b)
    d = a - b
    difference = xp.mean(d)
    variance = xp.sum((d - difference) ** 2) / (N - 1)
    return float(difference), math.sqrt(float(variance) / N)
