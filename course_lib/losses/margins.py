"""Losses of margins: the perceptron loss, and the hinge losses, which ask for a margin (S3, S4)."""

from course_lib.backend import Array, array_namespace
from course_lib.habits import helpful
from course_lib.losses.classification import label_rows
from course_lib.losses.mean_over_samples import mean_over_samples
from course_lib.requirements import require_labels, require_samples, require_signs
from course_lib.settings import require_not_negative
from course_lib.shapes import require_shapes
from course_lib.transfers import Number


@helpful
def perceptron_loss(
    f: Array, t: Array, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n max(0, -t[n] f[n])`` (S4; Rosenblatt 1958).

    Its gradient is ``df = -t / N`` where ``t f < 0`` and 0 where ``t f > 0``; at the kink ``f = 0``
    this one takes ``-t / N``, because with 0 a perceptron with zero weights would never change.

    Parameters
    ----------
    f : (N, …) outputs; the sign is the class
    t : shape of f, targets -1 and +1
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    df : shape of f

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or a target is neither -1 nor +1.
    TypeError
        If f is not floating point.
    """
    t = _signs("perceptron_loss", f, t)
    xp = array_namespace(f)
    wrong = -t * f
    slopes = -t * xp.astype(wrong >= 0, f.dtype)
    return mean_over_samples("perceptron_loss", xp.maximum(wrong, 0.0), slopes, sample_weight)


@helpful
def binary_hinge(f: Array, t: Array, *, sample_weight: Array | None = None) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n max(0, 1 - t[n] f[n])`` (S3, S4).

    Its gradient is ``df = -t / N`` where ``t f < 1``, else 0; at the kink ``t f = 1`` this one
    takes 0.

    Parameters
    ----------
    f : (N, …) outputs; the sign is the class
    t : shape of f, targets -1 and +1
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    df : shape of f

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or a target is neither -1 nor +1.
    TypeError
        If f is not floating point.
    """
    t = _signs("binary_hinge", f, t)
    xp = array_namespace(f)
    short = 1.0 - t * f  # by how much the output misses the margin
    slopes = -t * xp.astype(short > 0, f.dtype)
    return mean_over_samples("binary_hinge", xp.maximum(short, 0.0), slopes, sample_weight)


def _signs(where: str, f: Array, t: Array) -> Array:
    """Targets of the outputs f, checked, in their precision."""
    require_shapes(where, f=(f, "N ..."), t=(t, "N ..."))
    require_samples(where, f=f)
    t = array_namespace(f, t).astype(t, f.dtype, copy=False)
    require_signs(where, t=t)
    return t


@helpful
def multiclass_hinge(
    scores: Array, labels: Array, margin: float, *, sample_weight: Array | None = None
) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_{k != l} max(0, margin + scores[n, k] - scores[n, l])``.

    ``l = labels[n]`` is the right class.  Each class whose score is less than the margin below the
    right one gets the gradient ``1/N``, and the right class gets ``-1/N`` for each of them (S4;
    Weston and Watkins 1999).

    Parameters
    ----------
    scores : (N, K)
    labels : (N,) integers in 0 … K-1
    margin : by how much the right score has to exceed every other one, not negative
    sample_weight : (N,), how often each sample counts in the mean; once if left out

    Returns
    -------
    value : float, sum over the other classes and mean over the N samples
    dscores : (N, K)

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range or the margin is
        negative.
    TypeError
        If scores are not floating point or labels are not integers.
    """
    require_shapes("multiclass_hinge", scores=(scores, "N K"), labels=(labels, "N"))
    require_samples("multiclass_hinge", scores=scores)
    K = scores.shape[1]
    require_labels("multiclass_hinge", labels, K, f"scores has {K} columns")
    require_not_negative("multiclass_hinge", margin=margin)
    xp = array_namespace(scores, labels)
    right = xp.astype(label_rows(labels, K), scores.dtype)
    right_score = xp.sum(right * scores, axis=1, keepdims=True)
    short = (1.0 - right) * xp.maximum(float(margin) + scores - right_score, 0.0)
    near = xp.astype(short > 0, scores.dtype)
    slopes = near - right * xp.sum(near, axis=1, keepdims=True)
    return mean_over_samples("multiclass_hinge", short, slopes, sample_weight)
