"""Classification by scores: cross-entropy behind softmax, and the binary one (S1, S2, S3)."""

from numbers import Real
from typing import Any

from course_lib.averages import averaged_over
from course_lib.backend import Array, array_namespace
from course_lib.functional.rows import in_rows
from course_lib.habits import helpful
from course_lib.losses.mean_over_samples import mean_over_samples, of_positions
from course_lib.requirements import (
    require_distributions,
    require_floating,
    require_labels,
    require_probabilities,
    require_samples,
    require_share,
)
from course_lib.settings import require_not_negative
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, in_main_memory, number


@helpful
def softmax_cross_entropy(
    u: Array,
    target: Array,
    *,
    weight: Array | None = None,
    ignore: int | None = None,
    label_smoothing: float = 0.0,
    sample_weight: Array | None = None,
) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n sum_k t[n, k] log y[n, k]`` with ``y = softmax(u)`` (S1, S2, S3).

    Its gradient is ``du = (y - t) / N``.  A label stands for its one-hot row t. Of sequences or
    images of scores (N, …, K), every position counts as a sample.

    Parameters
    ----------
    u : (N, …, K) scores (logits)
    target : (N, …) integer labels in 0 … K-1, or (N, …, K) rows of probabilities that sum to 1
    weight : (K,) weights of the classes, for labels. Sample n then counts ``w[n] = weight[label]``
        times, and N becomes ``sum_n w[n]``.
    ignore : a label, such as -1, of samples that do not count: their w is 0
    label_smoothing : a, in [0, 1]; t becomes ``(1 - a) * t + a / K``, and with weights, as in
        PyTorch, class k of this sum counts ``weight[k]`` times
    sample_weight : (N,) or (N, …), which multiplies w of each sample, or of each position

    Returns
    -------
    value : float, sum over the K outputs and mean over the N samples; 0 if none counts
    du : shape of u

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range, the rows are not
        probabilities, a weight is negative, or label_smoothing is not in [0, 1].
    TypeError
        If u is not floating point or labels are not integers.
    """
    labels = getattr(target, "ndim", 1) < getattr(u, "ndim", 2)
    axes = "N ..." if labels else "N ... K"
    require_shapes("softmax_cross_entropy", u=(u, "N ... K"), target=(target, axes))
    if label_smoothing != 0.0:
        require_share("softmax_cross_entropy", label_smoothing=label_smoothing)
    shape = tuple(u.shape)
    u, target = in_rows(u), in_rows(target, 1 if labels else 2)
    require_samples("softmax_cross_entropy", u=u)
    N, K = u.shape
    xp = array_namespace(u, target)
    counts = None
    if not (weight is None and ignore is None and sample_weight is None):
        if sample_weight is not None:
            sample_weight = of_positions("softmax_cross_entropy", sample_weight, shape[:-1], u)
        target, counts = _counts(u, target, labels, weight, ignore, sample_weight)
    else:  # minibatches of sequences may differ in the number of positions
        averaged_over(N)
    if labels:
        require_labels("softmax_cross_entropy", target, K, f"u has {K} columns")
    else:
        target = xp.astype(target, u.dtype, copy=False)
        require_distributions("softmax_cross_entropy", target=target)
    # The logarithm of y is u - log(sum_k exp(u)), with the row's maximum taken off u.
    u = u - xp.max(u, axis=1, keepdims=True)
    y = xp.exp(u)
    total = (y @ xp.ones(K, dtype=u.dtype, device=u.device))[:, None]  # faster than a sum
    if labels and counts is None and not label_smoothing:
        y *= (1.0 / N) / total  # softmax, divided by N
        value = number(xp.sum(xp.log(total)) - xp.sum(at_labels(u, target))) / N
        return value, xp.reshape(add_at_labels(y, target, -1.0 / N), shape)
    t = _in_shares(u, target, counts, weight, float(label_smoothing))
    terms = xp.where(t > 0, t * (xp.log(total) - u), xp.zeros_like(t))  # a share of 0 adds 0
    y *= xp.sum(t, axis=1, keepdims=True) / total
    return number(xp.sum(terms)), xp.reshape(y - t, shape)


def _counts(
    u: Array,
    target: Array,
    labels: bool,
    weight: Array | None,
    ignore: int | None,
    sample_weight: Array | None,
) -> tuple[Array, Array]:
    """Labels, 0 in place of the ignored one, and how often each sample counts in its class."""
    xp = array_namespace(u, target)
    if not labels and not (weight is None and ignore is None):
        raise ValueError(
            "softmax_cross_entropy: weight and ignore are for labels (N,); multiply rows of "
            "probabilities yourself"
        )
    if weight is not None:
        require_shapes("softmax_cross_entropy", u=(u, "N K"), weight=(weight, "K"))
        require_floating("softmax_cross_entropy", weight=weight)
        if in_main_memory(weight) and not (weight >= 0).all():
            raise ValueError("softmax_cross_entropy: a weight is negative or nan")
    counts = xp.ones(target.shape[0], dtype=u.dtype, device=u.device)
    if sample_weight is not None:
        counts = sample_weight
    if ignore is None:
        return target, counts
    known = target != ignore
    return xp.where(known, target, xp.zeros_like(target)), counts * xp.astype(known, u.dtype)


def _in_shares(
    u: Array, target: Array, counts: Array | None, weight: Array | None, smoothing: float
) -> Array:
    """Targets (N, K): the share of each sample and class in the mean."""
    xp = array_namespace(u, target)
    N, K = u.shape
    t = target if target.ndim == 2 else xp.astype(label_rows(target, K), u.dtype)
    if smoothing:
        t = (1.0 - smoothing) * t + smoothing / K
    if counts is None:
        return t / N
    often = counts
    if weight is not None:
        weight = xp.astype(weight, u.dtype, copy=False)
        often = counts * xp.take(weight, target, axis=0)
        t = t * weight
    averaged_over(often)
    whole = xp.sum(often)
    return t * (counts / xp.where(whole > 0, whole, xp.ones_like(whole)))[:, None]


@helpful
def bce_with_logits(
    u: Array, t: Array, *, pos_weight: float | Array = 1.0, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n sum_k (p t log y + (1 - t) log(1 - y))`` with ``y = sigmoid(u)``.

    Usually p is 1, and the gradient is ``du = (y - t) / N``.  Each element is computed as
    ``max(u, 0) - u t + log(1 + exp(-|u|))``, which is the same and stays finite for scores of any
    size (S3).

    Parameters
    ----------
    u : (N, …) scores (logits); each output is a separate yes-or-no classification
    t : shape of u, targets 0 and 1 or probabilities between them
    pos_weight : p, how often a positive target counts; not negative. A number, or an array (K,)
        with one for each place of the last axis.
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    du : shape of u

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, a target lies outside [0, 1], or pos_weight is
        negative or has another length than the last axis.
    TypeError
        If u is not floating point.
    """
    require_shapes("bce_with_logits", u=(u, "N ..."), t=(t, "N ..."))
    require_samples("bce_with_logits", u=u)
    xp = array_namespace(u, t)
    t = xp.astype(t, u.dtype, copy=False)
    require_probabilities("bce_with_logits", t=t)
    e = xp.exp(-xp.abs(u))
    losses = xp.maximum(u, 0.0) - u * t + xp.log1p(e)
    y = xp.maximum(e, xp.astype(u >= 0, e.dtype)) / (1.0 + e)  # as in sigmoid_forward
    du = y - t
    if not isinstance(pos_weight, Real) or pos_weight != 1.0:
        more = _beyond_one(u, pos_weight) * t  # how often a target counts, beyond once
        losses = losses + more * (xp.maximum(-u, 0.0) + xp.log1p(e))
        du = du + more * (y - 1.0)
    return mean_over_samples("bce_with_logits", losses, du, sample_weight)


def _beyond_one(u: Array, pos_weight: Any) -> float | Array:
    if not getattr(pos_weight, "shape", ()):  # a number, of Python or NumPy
        require_not_negative("bce_with_logits", pos_weight=pos_weight)
        return float(pos_weight) - 1.0
    require_shapes("bce_with_logits", u=(u, "... K"), pos_weight=(pos_weight, "K"))
    if in_main_memory(pos_weight) and not (pos_weight >= 0).all():
        raise ValueError("bce_with_logits: pos_weight has a number that is negative or nan")
    more: Array = array_namespace(u, pos_weight).astype(pos_weight, u.dtype) - 1.0
    return more


# --- Labels as places in rows: the score of the right class ---------------------------------------


def label_rows(labels: Array, n_classes: int) -> Array:
    """Truth values (N, n_classes), True in row n and column ``labels[n]``."""
    xp = array_namespace(labels)
    classes = xp.arange(n_classes, dtype=xp.int64, device=labels.device)
    return xp.astype(labels, xp.int64)[:, None] == classes[None, :]


def at_labels(x: Array, labels: Array) -> Array:
    """Values (N,): from row n of x the one in column ``labels[n]``."""
    xp = array_namespace(x, labels)
    if hasattr(xp, "lib"):  # NumPy and CuPy have a shorter way
        return x[xp.arange(x.shape[0]), labels]
    return xp.take_along_axis(x, xp.astype(labels, xp.int64)[:, None], axis=1)[:, 0]


def add_at_labels(x: Array, labels: Array, amount: float) -> Array:
    """Add ``amount`` in row n and column ``labels[n]``; NumPy and CuPy write into x."""
    xp = array_namespace(x, labels)
    if not hasattr(xp, "lib"):  # the array API standard has no such assignment
        return x + amount * xp.astype(label_rows(labels, x.shape[1]), x.dtype)
    x[xp.arange(x.shape[0]), labels] += amount
    return x
