"""The absolute error, which is less sensitive to outliers than the squared error (S3)."""

from course_lib.backend import Array, array_namespace, sign
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def mean_absolute_error(y: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k |y[n, k] - t[n, k]|``; gradient ``dy = sign(y - t) / N``.

    At ``y = t`` any factor between -1 and 1 is a subgradient; this one takes 0.

    Parameters
    ----------
    y : (N, …) outputs
    t : shape of y, targets

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    dy : shape of y

    Raises
    ------
    ValueError
        If the batch is empty or the shapes differ.
    TypeError
        If y is not floating point.
    """
    require_shapes("mean_absolute_error", y=(y, "N ..."), t=(t, "N ..."))
    require_samples("mean_absolute_error", y=y)
    N = y.shape[0]
    xp = array_namespace(y, t)
    r = y - xp.astype(t, y.dtype, copy=False)
    return number(xp.sum(xp.abs(r))) / N, sign(r) / N
