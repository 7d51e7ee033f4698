"""Rows along the last axis: those of a matrix, or the steps of sequences."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.functional.column_sums import column_sums
from course_lib.shapes import require_shapes


def axes_of_rows(x: Array) -> str:
    """What `require_shapes` expects of x: (N, T, D) if it has three axes, otherwise (N, D)."""
    return "N T D" if getattr(x, "ndim", 2) == 3 else "N D"


def require_rows(function: str, x: Array, **vectors: Array) -> None:
    """Refuse rows without values, and vectors that do not have an entry for each column."""
    require_shapes(function, x=(x, axes_of_rows(x)), **{n: (v, "D") for n, v in vectors.items()})
    if x.shape[-1] == 0:
        raise ValueError(
            f"{function}: x has shape {tuple(x.shape)}, and a row without values has no "
            "mean; D must be 1 or more"
        )


def sum_over_rows(x: Array) -> Array:
    """The sum over every axis but the last: from (N, D) or (N, T, D) to (D,)."""
    xp = array_namespace(x)
    *rows, D = x.shape
    return column_sums(xp.reshape(x, (math.prod(rows), D)))


def dot_of_rows(x: Array, v: Array) -> Array:
    """The dot product of every row of x with v (D,): from (N, D) or (N, T, D) to (N,) or (N, T).

    One matrix product; a GPU would compute ``x @ v`` of sequences in many small ones.
    """
    xp = array_namespace(x, v)
    *rows, D = x.shape
    return xp.reshape(xp.reshape(x, (math.prod(rows), D)) @ v, tuple(rows))
