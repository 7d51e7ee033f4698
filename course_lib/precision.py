"""What lasts over training steps keeps its precision, whatever a step computes in.

One batch in double precision must not make running statistics, optimizer states or gradients double
for the rest of the training.
"""

from course_lib.backend import Array, array_namespace


def in_precision_of(like: Array, x: Array) -> Array:
    """x in the data type of ``like``; x itself if it has it already."""
    return x if x.dtype == like.dtype else array_namespace(x).astype(x, like.dtype)
