"""The loss of counts: the negative log-likelihood of the Poisson distribution."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def poisson_loss(u: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k (exp(u[n, k]) - t[n, k] u[n, k])``.

    Its gradient is ``du = (exp(u) - t) / N``. A count t with the mean ``m = exp(u)`` has the
    probability ``m**t exp(-m) / t!``. The term ``log t!`` does not depend on u and is left out, so
    the value may be negative.

    Parameters
    ----------
    u : (N, …) logarithms of the means
    t : shape of u, counts

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
    N = u.shape[0]
    xp = array_namespace(u, t)
    t = xp.astype(t, u.dtype, copy=False)
    mean = xp.exp(u)
    return number(xp.sum(mean - t * u)) / N, (mean - t) / N
