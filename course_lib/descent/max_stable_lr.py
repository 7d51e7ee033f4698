"""The largest stable learning rate (S1, which sets no limit)."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def max_stable_lr(H: Array) -> float:
    """Learning rate ``2 / lambda_max`` up to which gradient descent on a quadratic converges.

    On ``L(w) = 1/2 w^T H w`` a step multiplies w by ``1 - lr * lambda`` along each eigenvector;
    below this rate none of the factors exceeds 1 in size, above it the component along the
    eigenvector of the largest eigenvalue grows.

    Parameters
    ----------
    H : (D, D), the second derivatives: symmetric, without negative eigenvalues

    Returns
    -------
    lr : float; infinite if H is zero

    Raises
    ------
    ValueError
        If H is not square or not symmetric, or has a negative eigenvalue: along its eigenvector the
        loss has no minimum, so gradient descent diverges at every rate.
    TypeError
        If H is not floating point.
    """
    require_shapes("max_stable_lr", H=(H, "D D"))
    require_floating("max_stable_lr", H=H)
    xp = array_namespace(H)
    rounding = 100.0 * float(xp.finfo(H.dtype).eps) * float(xp.max(xp.abs(H)))
    skew = float(xp.max(xp.abs(H - H.T)))
    if skew > rounding:
        raise ValueError(
            f"max_stable_lr: H differs from its transpose by {skew:g}; second derivatives are "
            "symmetric"
        )
    lam = xp.linalg.eigvalsh(H)
    if float(lam[0]) < -H.shape[0] * rounding:
        raise ValueError(
            f"max_stable_lr: H has the negative eigenvalue {float(lam[0]):g}; along its "
            "eigenvector the loss has no minimum, so no rate is stable"
        )
    return 2.0 / float(lam[-1]) if float(lam[-1]) > 0.0 else math.inf
