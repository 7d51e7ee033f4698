"""Images as the rows of a matrix: every position of every image is a sample of its channels.

Between these two functions, an operation on columns acts on the channels of images.
"""

import math

from course_lib.backend import Array, array_namespace


def channels_to_columns(x: Array) -> Array:
    """From (N, C, …) to (N · positions, C)."""
    xp = array_namespace(x)
    N, C, *positions = x.shape
    last = xp.permute_dims(x, (0, *range(2, x.ndim), 1))
    return xp.reshape(last, (N * math.prod(positions), C))


def columns_to_channels(rows: Array, shape: tuple[int, ...]) -> Array:
    """Undo :func:`channels_to_columns` for images of this shape (N, C, …)."""
    xp = array_namespace(rows)
    N, C, *positions = shape
    last = xp.reshape(rows, (N, *positions, C))
    return xp.permute_dims(last, (0, len(shape) - 1, *range(1, len(shape) - 1)))
