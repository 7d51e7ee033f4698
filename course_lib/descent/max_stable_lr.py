"""The largest stable learning rate (S1, which sets no limit)."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.descent.symmetric_eigenvalues import symmetric_eigenvalues


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
    lam = symmetric_eigenvalues("max_stable_lr", H)
    lowest, highest = float(lam[0]), float(lam[-1])
    rounding = 100.0 * float(array_namespace(H).finfo(H.dtype).eps) * H.shape[0]
    if lowest < -rounding * max(-lowest, highest):
        raise ValueError(
            f"max_stable_lr: H has the negative eigenvalue {lowest:g}; along its eigenvector the "
            "loss has no minimum, so no rate is stable"
        )
    return 2.0 / highest if highest > 0.0 else math.inf
