"""Labels as rows with a single 1."""

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import require_labels
from course_lib.shapes import require_shapes


def one_hot(labels: Array, n_classes: int) -> Array:
    """One row per label: 1 in the label's column, else 0.

    Parameters
    ----------
    labels : (N,) integers in 0 … n_classes-1
    n_classes : K, 1 or more

    Returns
    -------
    t : (N, K), double precision

    Raises
    ------
    ValueError
        If n_classes is less than 1 or a label is out of range.
    TypeError
        If labels are not integers.
    """
    require_shapes("one_hot", labels=(labels, "N"))
    if n_classes < 1:
        raise ValueError(f"one_hot: n_classes is {n_classes}, expected 1 or more")
    require_labels("one_hot", to_numpy(labels), n_classes, f"n_classes is {n_classes}")
    xp = array_namespace(labels)
    classes = xp.arange(n_classes, dtype=xp.int64, device=labels.device)
    return xp.astype(xp.astype(labels, xp.int64)[:, None] == classes[None, :], xp.float64)
