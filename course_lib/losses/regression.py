"""Losses of regression: half the squared error of numbers, and the Poisson loss of counts."""

from course_lib.backend import Array, array_namespace
from course_lib.habits import helpful
from course_lib.losses.mean_over_samples import mean_over_samples
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number


@helpful
def squared_error(
    y: Array, t: Array, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n 1/2 sum_k (y[n, k] - t[n, k])**2``; gradient ``dy = (y - t) / N``.

    Source: S0, S1, S3, S4.

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
        If the batch is empty or the shapes differ: (N,) and (N, 1) would broadcast to (N, N).
    TypeError
        If y is not floating point.
    """
    require_shapes("squared_error", y=(y, "N ..."), t=(t, "N ..."))
    require_samples("squared_error", y=y)
    xp = array_namespace(y, t)
    r = y - xp.astype(t, y.dtype, copy=False)
    value, dy = mean_over_samples("squared_error", r * r, r, sample_weight)
    return 0.5 * value, dy


# --- Counts: the negative log-likelihood of the Poisson distribution ------------------------------


@helpful
def poisson_loss(u: Array, t: Array, *, sample_weight: Array | None = None) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k (exp(u[n, k]) - t[n, k] u[n, k])``.

    Its gradient is ``du = (exp(u) - t) / N``. A count t with the mean ``m = exp(u)`` has the
    probability ``m**t exp(-m) / t!``. The term ``log t!`` does not depend on u and is left out, so
    the value may be negative.

    Parameters
    ----------
    u : (N, …) logarithms of the means
    t : shape of u, counts
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    du : shape of u

    Raises
    ------
    ValueError
        If the batch is empty or the shapes differ.
    TypeError
        If u is not floating point.
    """
    require_shapes("poisson_loss", u=(u, "N ..."), t=(t, "N ..."))
    require_samples("poisson_loss", u=u)
    xp = array_namespace(u, t)
    t = xp.astype(t, u.dtype, copy=False)
    mean = xp.exp(u)
    return mean_over_samples("poisson_loss", mean - t * u, mean - t, sample_weight)
