"""The divergence of one distribution from another (Kullback and Leibler 1951)."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import (
    require_distributions,
    require_log_probabilities,
    require_samples,
)
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def kl_divergence(log_q: Array, p: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k p[n, k] * (log p[n, k] - log_q[n, k])``.

    Its gradient is ``dlog_q = -p / N``.  The loss is the cross-entropy of p and q minus the entropy
    of p; it is 0 if q equals p.

    Parameters
    ----------
    log_q : (N, K) logarithms of the model's probabilities
    p : (N, K) target, rows of probabilities that sum to 1; an entry of 0 contributes 0

    Returns
    -------
    value : float, sum over the K outcomes and mean over the N samples; infinite if q is 0 where p
        is not
    dlog_q : (N, K)

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, log_q is positive or rows of p are not
        probabilities.
    TypeError
        If log_q is not floating point.
    """
    require_shapes("kl_divergence", log_q=(log_q, "N K"), p=(p, "N K"))
    require_samples("kl_divergence", log_q=log_q)
    require_log_probabilities("kl_divergence", log_q=log_q)
    N = log_q.shape[0]
    xp = array_namespace(log_q, p)
    p = xp.astype(p, log_q.dtype, copy=False)
    require_distributions("kl_divergence", p=p)
    possible = p > 0
    log_p = xp.log(xp.where(possible, p, xp.ones_like(p)))
    gap = xp.where(possible, log_p - log_q, xp.zeros_like(p))
    return number(xp.sum(p * gap)) / N, -p / N
