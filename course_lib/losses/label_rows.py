"""Labels as places in rows: the score of the right class."""

from course_lib.backend import Array, array_namespace


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
