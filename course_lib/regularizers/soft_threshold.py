"""Soft thresholding: the exact step for an L1 penalty (S2; Daubechies et al. 2004)."""

from course_lib.backend import Array, array_namespace, sign
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def soft_threshold(w: Array, amount: float) -> Array:
    """Move every weight towards 0 by amount, but not past it: ``sign(w) * max(|w| - amount, 0)``.

    It is the proximal map of the L1 norm: the result is the z that minimises
    ``1/2 (z - w)**2 + amount * |z|``. In training, take the gradient step on the loss without the
    penalty, then this step with ``amount = lr * lam``. Weights become exactly 0, which steps with
    the gradient of :func:`l1_penalty` do not achieve: they jump over 0.

    Parameters
    ----------
    w : any shape
    amount : how far to move, in the unit of w, not negative

    Returns
    -------
    z : shape of w

    Raises
    ------
    ValueError
        If amount is negative.
    TypeError
        If w is not floating point.
    """
    require_shapes("soft_threshold", w=(w, "..."))
    require_floating("soft_threshold", w=w)
    if not amount >= 0.0:
        raise ValueError(f"soft_threshold: amount is {amount}, expected 0 or more")
    xp = array_namespace(w)
    return sign(w) * xp.maximum(xp.abs(w) - float(amount), 0.0)
