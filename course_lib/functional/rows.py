"""Rows of a matrix and of sequences: sums and dot products; and images as rows, and back."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def column_sums(x: Array) -> Array:
    """``sum_n x[n, d]`` (D,), as a product of a row of ones with x (N, D): faster than a sum."""
    xp = array_namespace(x)
    return xp.ones(x.shape[0], dtype=x.dtype, device=x.device) @ x


def in_rows(x: Array, axes: int = 2) -> Array:
    """From (N, …, D) to one row for each position; with 1 axis, from (N, …) to one number."""
    if x.ndim <= axes:
        return x
    last = x.shape[x.ndim - axes + 1 :]
    return array_namespace(x).reshape(x, (math.prod(x.shape[: x.ndim - axes + 1]), *last))


def require_rows(function: str, x: Array, **vectors: Array) -> None:
    """Refuse rows without values, and vectors that do not have an entry for each column."""
    require_shapes(function, x=(x, "N ... D"), **{n: (v, "D") for n, v in vectors.items()})
    if x.shape[-1] == 0:
        raise ValueError(
            f"{function}: x has shape {tuple(x.shape)}, and a row without values has no "
            "mean; D must be 1 or more"
        )


def sum_over_rows(x: Array) -> Array:
    """The sum over every axis but the last: from (N, …, D) to (D,)."""
    return column_sums(in_rows(x))


def dot_of_rows(x: Array, v: Array) -> Array:
    """The dot product of every row of x with v (D,): from (N, …, D) to (N, …).

    One matrix product; a GPU would compute ``x @ v`` of sequences in many small ones.
    """
    return array_namespace(x, v).reshape(in_rows(x) @ v, tuple(x.shape[:-1]))


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
