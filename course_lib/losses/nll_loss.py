"""The negative log-likelihood of labels, given logarithms of probabilities (S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.label_rows import label_rows
from course_lib.requirements import (
    require_labels,
    require_log_probabilities,
    require_samples,
)
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def nll_loss(log_p: Array, labels: Array) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n log_p[n, labels[n]]``.

    Its gradient is ``-1/N`` at the labels, else 0. With ``log_p = log_softmax(u)`` it is
    :func:`softmax_cross_entropy` in two steps.

    Parameters
    ----------
    log_p : (N, K) logarithms of probabilities
    labels : (N,) integers in 0 … K-1

    Returns
    -------
    value : float, mean over the N samples; infinite if a label has probability 0
    dlog_p : (N, K)

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range or log_p is positive.
    TypeError
        If log_p is not floating point or labels are not integers.
    """
    require_shapes("nll_loss", log_p=(log_p, "N K"), labels=(labels, "N"))
    require_samples("nll_loss", log_p=log_p)
    N, K = log_p.shape
    require_labels("nll_loss", labels, K, f"log_p has {K} columns")
    require_log_probabilities("nll_loss", log_p=log_p)
    xp = array_namespace(log_p, labels)
    chosen = label_rows(labels, K)
    # Not a product with 0 and 1: a probability of 0 elsewhere would give 0 * -inf, which is nan.
    value = -number(xp.sum(xp.where(chosen, log_p, xp.zeros_like(log_p)))) / N
    return value, -xp.astype(chosen, log_p.dtype) / N
