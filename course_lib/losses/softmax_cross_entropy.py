"""Softmax followed by cross-entropy, as one function of the scores (S1, S2, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.label_rows import add_at_labels, at_labels
from course_lib.requirements import require_distributions, require_labels, require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def softmax_cross_entropy(u: Array, target: Array) -> tuple[Number, Array]:
    """Loss ``L = -(1/N) sum_n sum_k t[n, k] log y[n, k]`` with ``y = softmax(u)``.

    Its gradient is ``du = (y - t) / N``.  A label stands for its one-hot row t.

    Parameters
    ----------
    u : (N, K) scores (logits)
    target : (N,) integer labels in 0 … K-1, or (N, K) rows of probabilities that sum to 1

    Returns
    -------
    value : float, sum over the K outputs and mean over the N samples
    du : (N, K)

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range or the rows are not
        probabilities.
    TypeError
        If u is not floating point or labels (N,) are not integers.
    """
    require_shapes("softmax_cross_entropy", u=(u, "N K"), target=(target, "N ..."))
    require_samples("softmax_cross_entropy", u=u)
    N, K = u.shape
    xp = array_namespace(u, target)
    labels = target.ndim == 1
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
    y *= 1.0 / (N * total)  # softmax, divided by N
    of_targets = at_labels(u, target) if labels else u * target
    value = number(xp.sum(xp.log(total)) - xp.sum(of_targets)) / N
    du = add_at_labels(y, target, -1.0 / N) if labels else y - target / N
    return value, du
