"""Classification by scores: cross-entropy behind softmax, and the binary one (S1, S2, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.activations import sigmoid_forward
from course_lib.losses.averaged_over import averaged_over, mean_over_samples, shares
from course_lib.requirements import (
    require_distributions,
    require_floating,
    require_labels,
    require_probabilities,
    require_samples,
)
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, in_main_memory, number

# --- Softmax followed by cross-entropy (S1, S2, S3) -----------------------------------------------


def softmax_cross_entropy(
    u: Array,
    target: Array,
    *,
    weight: Array | None = None,
    ignore: int | None = None,
    sample_weight: Array | None = None,
) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n sum_k t[n, k] log y[n, k]`` with ``y = softmax(u)``.

    Its gradient is ``du = (y - t) / N``.  A label stands for its one-hot row t.

    Parameters
    ----------
    u : (N, K) scores (logits)
    target : (N,) integer labels in 0 … K-1, or (N, K) rows of probabilities that sum to 1
    weight : (K,) weights of the classes, for labels. Sample n then counts ``w[n] = weight[label]``
        times, and N becomes ``sum_n w[n]``.
    ignore : a label, such as -1, of samples that do not count: their w is 0
    sample_weight : (N,), for labels; w of each sample is multiplied by it

    Returns
    -------
    value : float, sum over the K outputs and mean over the N samples; 0 if none counts
    du : (N, K)

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range, the rows are not
        probabilities, or a weight is negative.
    TypeError
        If u is not floating point or labels (N,) are not integers.
    """
    require_shapes("softmax_cross_entropy", u=(u, "N K"), target=(target, "N ..."))
    require_samples("softmax_cross_entropy", u=u)
    N, K = u.shape
    xp = array_namespace(u, target)
    labels = target.ndim == 1
    counts = None
    if weight is not None or ignore is not None or sample_weight is not None:
        target, counts = _counts(u, target, weight, ignore, sample_weight)
    if labels:
        require_labels("softmax_cross_entropy", target, K, f"u has {K} columns")
    else:
        require_shapes("softmax_cross_entropy", u=(u, "N K"), target=(target, "N K"))
        target = xp.astype(target, u.dtype, copy=False)
        require_distributions("softmax_cross_entropy", target=target)
    # The logarithm of y is u - log(sum_k exp(u)), with the row's maximum taken off u.
    u = u - xp.max(u, axis=1, keepdims=True)
    y = xp.exp(u)
    total = (y @ xp.ones(K, dtype=u.dtype, device=u.device))[:, None]  # faster than a sum
    if counts is not None:
        if weight is not None:
            counts = counts * xp.take(xp.astype(weight, u.dtype, copy=False), target, axis=0)
        averaged_over(counts)
        share = shares(counts)[:, None]
        terms = (xp.log(total)[:, 0] - at_labels(u, target)) * share[:, 0]
        return number(xp.sum(terms)), add_at_labels(y / total, target, -1.0) * share
    y *= 1.0 / (N * total)  # softmax, divided by N
    of_targets = at_labels(u, target) if labels else u * target
    value = number(xp.sum(xp.log(total)) - xp.sum(of_targets)) / N
    du = add_at_labels(y, target, -1.0 / N) if labels else y - target / N
    return value, du


def _counts(
    u: Array,
    target: Array,
    weight: Array | None,
    ignore: int | None,
    sample_weight: Array | None,
) -> tuple[Array, Array]:
    """Labels, 0 in place of the ignored one, and how often each sample counts in its class."""
    xp = array_namespace(u, target)
    if target.ndim != 1:
        raise ValueError(
            "softmax_cross_entropy: weight, ignore and sample_weight are for labels (N,); multiply "
            "rows of probabilities yourself"
        )
    if weight is not None:
        require_shapes("softmax_cross_entropy", u=(u, "N K"), weight=(weight, "K"))
        require_floating("softmax_cross_entropy", weight=weight)
        if in_main_memory(weight) and not (weight >= 0).all():
            raise ValueError("softmax_cross_entropy: a weight is negative or nan")
    counts = xp.ones(target.shape[0], dtype=u.dtype, device=u.device)
    if sample_weight is not None:
        require_shapes("softmax_cross_entropy", u=(u, "N K"), sample_weight=(sample_weight, "N"))
        counts = xp.astype(sample_weight, u.dtype)
    if ignore is None:
        return target, counts
    known = target != ignore
    return xp.where(known, target, xp.zeros_like(target)), counts * xp.astype(known, u.dtype)


# --- Binary cross-entropy (S3) --------------------------------------------------------------------


def bce_with_logits(
    u: Array, t: Array, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n sum_k (t log y + (1 - t) log(1 - y))`` with ``y = sigmoid(u)``.

    Its gradient is ``du = (y - t) / N``.  Each element is computed as
    ``max(u, 0) - u t + log(1 + exp(-|u|))``, which is the same and stays finite for scores of any
    size.

    Parameters
    ----------
    u : (N, …) scores (logits); each output is a separate yes-or-no classification
    t : shape of u, targets 0 and 1 or probabilities between them
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    du : shape of u

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or a target lies outside [0, 1].
    TypeError
        If u is not floating point.
    """
    require_shapes("bce_with_logits", u=(u, "N ..."), t=(t, "N ..."))
    require_samples("bce_with_logits", u=u)
    xp = array_namespace(u, t)
    t = xp.astype(t, u.dtype, copy=False)
    require_probabilities("bce_with_logits", t=t)
    terms = xp.maximum(u, 0.0) - u * t + xp.log1p(xp.exp(-xp.abs(u)))
    y, _ = sigmoid_forward(u)
    return mean_over_samples("bce_with_logits", terms, y - t, sample_weight)


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
