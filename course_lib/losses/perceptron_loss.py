"""The perceptron loss, which is 0 for correctly classified samples (S4; Rosenblatt 1958)."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_samples, require_signs
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def perceptron_loss(f: Array, t: Array) -> tuple[Number, Array]:
    """Loss ``L = (1/N) sum_n max(0, -t[n] f[n])``.

    Its gradient is ``df = -t / N`` where ``t f < 0`` and 0 where ``t f > 0``; at the kink ``f = 0``
    this one takes ``-t / N``, because with 0 a perceptron with zero weights would never change.

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
    require_shapes("perceptron_loss", f=(f, "N ..."), t=(t, "N ..."))
    require_samples("perceptron_loss", f=f)
    N = f.shape[0]
    xp = array_namespace(f, t)
    t = xp.astype(t, f.dtype, copy=False)
    require_signs("perceptron_loss", t=t)
    wrong = -t * f
    return number(xp.sum(xp.maximum(wrong, 0.0))) / N, -t * xp.astype(wrong >= 0, f.dtype) / N
