"""Softmax followed by cross-entropy, as one function of the scores (S1, S2, S3)."""

from course_lib.backend import Array, array_namespace
from course_lib.functional.probabilities import log_softmax
from course_lib.shapes import require_shapes


def softmax_cross_entropy(u: Array, target: Array) -> tuple[float, Array]:
    """Loss ``L = -(1/N) sum_n sum_k t[n, k] log y[n, k]`` with ``y = softmax(u)``.

    Its gradient is ``du = (y - t) / N``.  A label stands for the row t with a 1 in its place.

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
        If the batch is empty, the shapes do not fit, a label is out of range or the rows are no
        probabilities.
    TypeError
        If labels (N,) are not integers.
    """
    require_shapes("softmax_cross_entropy", u=(u, "N K"), target=(target, "N ..."))
    N = u.shape[0]
    if N == 0:
        raise ValueError("softmax_cross_entropy: the batch is empty (N = 0), so it has no mean")
    xp = array_namespace(u, target)
    t = _rows_of_labels(u, target) if target.ndim == 1 else _checked_rows(u, target)
    log_y = log_softmax(u)
    value = -float(xp.sum(t * log_y)) / N
    return value, (xp.exp(log_y) - t) / N


def _rows_of_labels(u: Array, labels: Array) -> Array:
    """One row per label, 1 in the label's place."""
    xp = array_namespace(u, labels)
    if not xp.isdtype(labels.dtype, "integral"):
        raise TypeError(
            f"softmax_cross_entropy: target of shape (N,) has dtype {labels.dtype}; labels must be "
            "integers, and probabilities must have shape (N, K)"
        )
    K = u.shape[1]
    lowest, highest = int(xp.min(labels)), int(xp.max(labels))
    if lowest < 0 or highest >= K:
        raise ValueError(
            f"softmax_cross_entropy: labels run from {lowest} to {highest}, but u has {K} columns; "
            f"labels must lie in 0 … {K - 1}"
        )
    classes = xp.arange(K, dtype=xp.int64, device=labels.device)
    return xp.astype(xp.astype(labels, xp.int64)[:, None] == classes[None, :], u.dtype)


def _checked_rows(u: Array, t: Array) -> Array:
    xp = array_namespace(u, t)
    require_shapes("softmax_cross_entropy", u=(u, "N K"), target=(t, "N K"))
    t = xp.astype(t, u.dtype, copy=False)
    lowest, highest = float(xp.min(t)), float(xp.max(t))
    if not (lowest >= 0.0 and highest <= 1.0):  # written so that nan is refused, too
        raise ValueError(
            f"softmax_cross_entropy: target has values from {lowest:g} to {highest:g}; rows of "
            "probabilities lie in [0, 1]"
        )
    furthest = float(xp.max(xp.abs(xp.sum(t, axis=1) - 1.0)))
    if furthest > 1e-3:  # room for rounding in low precision, far below any real mistake
        raise ValueError(
            f"softmax_cross_entropy: a row of target misses the sum 1 by {furthest:g}; divide each "
            "row by its sum"
        )
    return t
