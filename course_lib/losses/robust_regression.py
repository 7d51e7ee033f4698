"""Losses of robust regression: outliers count less than in the squared error."""

from course_lib.backend import Array, array_namespace, clip, sign
from course_lib.habits import helpful
from course_lib.losses.mean_over_samples import mean_over_samples
from course_lib.requirements import require_samples
from course_lib.settings import require_positive
from course_lib.shapes import require_shapes
from course_lib.transfers import Number


@helpful
def mean_absolute_error(
    y: Array, t: Array, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k |y[n, k] - t[n, k]|``; gradient ``dy = sign(y - t) / N`` (S3).

    At ``y = t`` any factor between -1 and 1 is a subgradient; this one takes 0.

    Parameters
    ----------
    y : (N, …) outputs
    t : shape of y, targets
    sample_weight : (N,), how often each sample counts in the mean; once if left out

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
    xp = array_namespace(y, t)
    r = y - xp.astype(t, y.dtype, copy=False)
    return mean_over_samples("mean_absolute_error", xp.abs(r), sign(r), sample_weight)


@helpful
def huber(
    y: Array, t: Array, delta: float, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k h(y[n, k] - t[n, k])``; gradient ``dy = clip(y - t) / N``.

    ``h(r) = r**2 / 2`` where ``|r| <= delta``, else ``delta * |r| - delta**2 / 2``: its derivative
    is r, clipped to ``[-delta, delta]``, which limits the influence of outliers (Huber 1964).

    Parameters
    ----------
    y : (N, …) outputs
    t : shape of y, targets
    delta : where the parabola ends, positive
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    dy : shape of y

    Raises
    ------
    ValueError
        If delta is not positive, the batch is empty or the shapes differ.
    TypeError
        If y is not floating point.
    """
    require_shapes("huber", y=(y, "N ..."), t=(t, "N ..."))
    require_samples("huber", y=y)
    require_positive("huber", delta=delta)
    xp = array_namespace(y, t)
    r = y - xp.astype(t, y.dtype, copy=False)
    delta = float(delta)
    slope = clip(r, -delta, delta)
    # With slope = clip(r), one formula covers the parabola and the straight lines.
    return mean_over_samples("huber", slope * (r - 0.5 * slope), slope, sample_weight)
