"""Metrics of a classifier: accuracy and confusion matrix."""

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import require_labels
from course_lib.shapes import require_shapes


def accuracy(y: Array, target: Array) -> float:
    """Share of rows whose largest output is in the column of the target.

    Parameters
    ----------
    y : (N, K) scores or probabilities
    target : (N,) integer labels, or (N, K) rows of probabilities, whose largest entry counts

    Returns
    -------
    share : in [0, 1]

    Raises
    ------
    ValueError
        If there are no rows, or if the shapes do not fit.
    """
    return float(count_correct(y, target)) / int(y.shape[0])


def count_correct(y: Array, target: Array) -> Array:
    """Number of rows that `accuracy` counts as correct, an array without axes."""
    letters = "N" if getattr(target, "ndim", 1) == 1 else "N K"
    require_shapes("accuracy", y=(y, "N K"), target=(target, letters))
    if y.shape[0] == 0:
        raise ValueError("accuracy: there are no rows (N = 0)")
    xp = array_namespace(y, target)
    labels = target if target.ndim == 1 else xp.argmax(target, axis=1)
    return xp.count_nonzero(xp.argmax(y, axis=1) == labels)


def confusion_matrix(y: Array, target: Array) -> Array:
    """Counts of true and predicted classes: entry [i, j] counts samples of class i predicted as j.

    The diagonal counts the correct predictions; its sum divided by N is the accuracy.

    Parameters
    ----------
    y : (N, K) scores or probabilities; the largest entry of a row is the predicted class
    target : (N,) integer labels in 0 … K-1, or (N, K) rows of probabilities

    Returns
    -------
    counts : (K, K) integers, a row for each true class and a column for each predicted one

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If there are no rows, the shapes do not fit, or a label is not in 0 … K-1.
    """
    letters = "N" if getattr(target, "ndim", 1) == 1 else "N K"
    require_shapes("confusion_matrix", y=(y, "N K"), target=(target, letters))
    N, K = y.shape
    if N == 0:
        raise ValueError("confusion_matrix: there are no rows (N = 0)")
    xp = array_namespace(y, target)
    labels = target if target.ndim == 1 else xp.argmax(target, axis=1)
    require_labels("confusion_matrix", to_numpy(labels), K, f"y has {K} columns")
    classes = xp.arange(K, device=y.device)
    true = xp.astype(labels[:, None] == classes[None, :], xp.int64)
    called = xp.astype(xp.argmax(y, axis=1)[:, None] == classes[None, :], xp.int64)
    return true.T @ called
