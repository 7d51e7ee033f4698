"""Labels as rows: a mask that selects the score of the right class."""

from course_lib.backend import Array, array_namespace


def label_rows(labels: Array, n_classes: int) -> Array:
    """Truth values (N, n_classes), True in row n and column ``labels[n]``."""
    xp = array_namespace(labels)
    classes = xp.arange(n_classes, dtype=xp.int64, device=labels.device)
    return xp.astype(labels, xp.int64)[:, None] == classes[None, :]
