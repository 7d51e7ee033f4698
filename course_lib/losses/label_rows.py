"""Labels as rows: a mask that selects the score of the right class."""

from course_lib.backend import Array, array_namespace


def label_rows(labels: Array, u: Array) -> Array:
    """Truth values (N, K), True in row n and column ``labels[n]``, for scores u (N, K)."""
    xp = array_namespace(labels, u)
    classes = xp.arange(u.shape[1], dtype=xp.int64, device=labels.device)
    return xp.astype(labels, xp.int64)[:, None] == classes[None, :]
