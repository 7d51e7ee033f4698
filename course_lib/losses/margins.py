"""Losses of margins: the perceptron loss, and the hinge losses, which ask for a margin (S3, S4)."""

from course_lib.backend import Array, array_namespace
from course_lib.habits import helpful
from course_lib.losses.classification import label_rows
from course_lib.requirements import require_labels, require_samples, require_signs
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


@helpful
def perceptron_loss(f: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n max(0, -t[n] f[n])`` (S4; Rosenblatt 1958).

    Its gradient is ``df = -t / N`` where ``t f < 0`` and 0 where ``t f > 0``; at the kink ``f = 0``
    this one takes ``-t / N``, because with 0 a perceptron with zero weights would never change.

    Parameters
    ----------
    f : (N, …) outputs; the sign is the class
    t : shape of f, targets -1 and +1

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
    require_shapes("perceptron_loss", f=(f, "N ..."), t=(t, "N ..."))
    require_samples("perceptron_loss", f=f)
    N = f.shape[0]
    xp = array_namespace(f, t)
    t = xp.astype(t, f.dtype, copy=False)
    require_signs("perceptron_loss", t=t)
    wrong = -t * f
    return number(xp.sum(xp.maximum(wrong, 0.0))) / N, -t * xp.astype(wrong >= 0, f.dtype) / N


@helpful
def binary_hinge(f: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n max(0, 1 - t[n] f[n])`` (S3, S4).

    Its gradient is ``df = -t / N`` where ``t f < 1``, else 0; at the kink ``t f = 1`` this one
    takes 0.

    Parameters
    ----------
    f : (N, …) outputs; the sign is the class
    t : shape of f, targets -1 and +1

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
    require_shapes("binary_hinge", f=(f, "N ..."), t=(t, "N ..."))
    require_samples("binary_hinge", f=f)
    N = f.shape[0]
    xp = array_namespace(f, t)
    t = xp.astype(t, f.dtype, copy=False)
    require_signs("binary_hinge", t=t)
    short = 1.0 - t * f  # by how much the output misses the margin
    return number(xp.sum(xp.maximum(short, 0.0))) / N, -t * xp.astype(short > 0, f.dtype) / N


@helpful
def multiclass_hinge(scores: Array, labels: Array, margin: float) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_{k != l} max(0, margin + scores[n, k] - scores[n, l])``.

    ``l = labels[n]`` is the right class.  Each class whose score is less than the margin below the
    right one gets the gradient ``1/N``, and the right class gets ``-1/N`` for each of them (S4;
    Weston and Watkins 1999).

    Parameters
    ----------
    scores : (N, K)
    labels : (N,) integers in 0 … K-1
    margin : by how much the right score has to exceed every other one, not negative

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
    N, K = scores.shape
    require_labels("multiclass_hinge", labels, K, f"scores has {K} columns")
    if not margin >= 0.0:
        raise ValueError(f"multiclass_hinge: margin is {margin}, expected 0 or more")
    xp = array_namespace(scores, labels)
    right = xp.astype(label_rows(labels, K), scores.dtype)
    right_score = xp.sum(right * scores, axis=1, keepdims=True)
    short = (1.0 - right) * xp.maximum(float(margin) + scores - right_score, 0.0)
    near = xp.astype(short > 0, scores.dtype)
    return number(xp.sum(short)) / N, (near - right * xp.sum(near, axis=1, keepdims=True)) / N
