"""The hinge loss of many classes (S4; Weston and Watkins 1999)."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.label_rows import label_rows
from course_lib.requirements import require_labels, require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def multiclass_hinge(scores: Array, labels: Array, margin: float) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n sum_{k != l} max(0, margin + scores[n, k] - scores[n, l])``.

    ``l = labels[n]`` is the right class.  Each class whose score is less than the margin below the
    right one gets the gradient ``1/N``, and the right class gets ``-1/N`` for each of them.

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
