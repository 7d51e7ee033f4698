"""The hinge loss of two classes, which is 0 only beyond a margin (S3, S4)."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_samples, require_signs
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def binary_hinge(f: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n max(0, 1 - t[n] f[n])``.

    Its gradient is ``df = -t / N`` where ``t f < 1``, else 0; at the kink ``t f = 1`` this one
    takes 0.

    Parameters
    ----------
    f : (N, …) outputs; the sign is the class
    t : shape of f, targets -1 and +1

    Returns
    -------
    value : float, sum over the outputs and mean over the N samples
    df : shape of f

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or a target is neither -1 nor +1.
    TypeError
        If f is not floating point.
    """
    require_shapes("binary_hinge", f=(f, "N ..."), t=(t, "N ..."))
    require_samples("binary_hinge", f=f)
    N = f.shape[0]
    xp = array_namespace(f, t)
    t = xp.astype(t, f.dtype, copy=False)
    require_signs("binary_hinge", t=t)
    short = 1.0 - t * f  # by how much the output misses the margin
    return number(xp.sum(xp.maximum(short, 0.0))) / N, -t * xp.astype(short > 0, f.dtype) / N
