"""Losses of predicted distributions, and label smoothing, which makes target distributions."""

from course_lib.averages import averaged_over
from course_lib.backend import Array, array_namespace
from course_lib.functional.rows import in_rows
from course_lib.habits import helpful
from course_lib.losses.classification import label_rows
from course_lib.losses.mean_over_samples import mean_over_samples, of_positions
from course_lib.requirements import (
    require_distributions,
    require_labels,
    require_log_probabilities,
    require_samples,
    require_share,
)
from course_lib.shapes import require_shapes
from course_lib.transfers import Number


@helpful
def nll_loss(
    log_p: Array, labels: Array, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n log_p[n, labels[n]]`` (S3).

    Its gradient is ``-1/N`` at the labels, else 0. With ``log_p = log_softmax(u)`` it is
    :func:`softmax_cross_entropy` in two steps.

    Parameters
    ----------
    log_p : (N, …, K) logarithms of probabilities
    labels : (N, …) integers in 0 … K-1
    sample_weight : (N,) or (N, …), how often each sample, or each position, counts in the mean

    Returns
    -------
    value : float, mean over all labels; infinite if a label has probability 0
    dlog_p : shape of log_p

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range or log_p is positive.
    TypeError
        If log_p is not floating point or labels are not integers.
    """
    require_shapes("nll_loss", log_p=(log_p, "N ... K"), labels=(labels, "N ..."))
    shape = tuple(log_p.shape)
    log_p, labels = in_rows(log_p), in_rows(labels, 1)
    require_samples("nll_loss", log_p=log_p)
    K = log_p.shape[1]
    require_labels("nll_loss", labels, K, f"log_p has {K} columns")
    require_log_probabilities("nll_loss", log_p=log_p)
    xp = array_namespace(log_p, labels)
    chosen = label_rows(labels, K)
    # Not a product with 0 and 1: a probability of 0 elsewhere would give 0 * -inf, which is nan.
    terms = -xp.where(chosen, log_p, xp.zeros_like(log_p))
    slopes = -xp.astype(chosen, log_p.dtype)
    return _mean_over_positions("nll_loss", terms, slopes, sample_weight, shape)


@helpful
def kl_divergence(
    log_q: Array, p: Array, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_k p[n, k] * (log p[n, k] - log_q[n, k])``.

    Its gradient is ``dlog_q = -p / N``.  The loss is the cross-entropy of p and q minus the entropy
    of p; it is 0 if q equals p (Kullback and Leibler 1951).

    Parameters
    ----------
    log_q : (N, …, K) logarithms of the model's probabilities
    p : shape of log_q, target, rows of probabilities that sum to 1; an entry of 0 contributes 0
    sample_weight : (N,) or (N, …), how often each sample, or each position, counts in the mean

    Returns
    -------
    value : float, sum over the K outcomes and mean over all rows; infinite if q is 0 where p is
        not
    dlog_q : shape of log_q

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, log_q is positive or rows of p are not
        probabilities.
    TypeError
        If log_q is not floating point.
    """
    require_shapes("kl_divergence", log_q=(log_q, "N ... K"), p=(p, "N ... K"))
    shape = tuple(log_q.shape)
    log_q, p = in_rows(log_q), in_rows(p)
    require_samples("kl_divergence", log_q=log_q)
    require_log_probabilities("kl_divergence", log_q=log_q)
    xp = array_namespace(log_q, p)
    p = xp.astype(p, log_q.dtype, copy=False)
    require_distributions("kl_divergence", p=p)
    possible = p > 0
    log_p = xp.log(xp.where(possible, p, xp.ones_like(p)))
    gap = xp.where(possible, log_p - log_q, xp.zeros_like(p))
    return _mean_over_positions("kl_divergence", p * gap, -p, sample_weight, shape)


def _mean_over_positions(
    where: str, terms: Array, slopes: Array, sample_weight: Array | None, shape: tuple[int, ...]
) -> tuple[Number, Array]:
    """Value and gradient of this shape (N, …, K), from rows for each position."""
    if sample_weight is None:  # minibatches of sequences may differ in the number of positions
        averaged_over(terms.shape[0])
    else:
        sample_weight = of_positions(where, sample_weight, shape[:-1], terms)
    value, gradient = mean_over_samples(where, terms, slopes, sample_weight)
    return value, array_namespace(gradient).reshape(gradient, shape)


def smooth_labels(labels: Array, n_classes: int, amount: float) -> Array:
    """One-hot rows mixed with the uniform distribution: ``(1 - amount) * one_hot + amount / K``.

    The label's class gets the probability ``1 - amount + amount / K``, every other class
    ``amount / K``. With these targets the softmax cross-entropy is smallest at finite scores. With
    one-hot targets it falls as long as the score of the right class grows (Szegedy et al. 2016).

    Parameters
    ----------
    labels : (N,) integers in 0 … n_classes-1
    n_classes : K, 1 or more
    amount : share of the uniform distribution, in [0, 1]; 0 gives one-hot rows, 0.1 is customary

    Returns
    -------
    t : (N, K), double precision; every row sums to 1

    Raises
    ------
    ValueError
        If n_classes is less than 1, a label is out of range or amount is not in [0, 1].
    TypeError
        If labels are not integers.
    """
    require_shapes("smooth_labels", labels=(labels, "N"))
    if n_classes < 1:
        raise ValueError(f"smooth_labels: n_classes is {n_classes}, expected 1 or more")
    require_labels("smooth_labels", labels, n_classes, f"n_classes is {n_classes}")
    require_share("smooth_labels", amount=amount)
    xp = array_namespace(labels)
    amount = float(amount)
    one_hot = xp.astype(label_rows(labels, n_classes), xp.float64)
    return (1.0 - amount) * one_hot + amount / int(n_classes)
