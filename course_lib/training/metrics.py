"""How good a prediction is, in numbers one can explain."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def accuracy(y: Array, target: Array) -> float:
    """Share of rows whose largest output stands at the target.

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
    letters = "N" if getattr(target, "ndim", 1) == 1 else "N K"
    require_shapes("accuracy", y=(y, "N K"), target=(target, letters))
    if y.shape[0] == 0:
        raise ValueError("accuracy: there are no rows (N = 0)")
    xp = array_namespace(y, target)
    labels = target if target.ndim == 1 else xp.argmax(target, axis=1)
    hits = xp.argmax(y, axis=1) == labels
    return int(xp.count_nonzero(hits)) / int(y.shape[0])
