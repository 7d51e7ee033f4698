"""The learning rate at which gradient descent on a quadratic converges fastest (Polyak 1964)."""

from course_lib.backend import Array, array_namespace
from course_lib.descent.symmetric_eigenvalues import symmetric_eigenvalues


def best_lr(H: Array) -> float:
    """Learning rate ``2 / (lambda_min + lambda_max)``, which minimises the slowest factor.

    On ``L(w) = 1/2 w^T H w`` a step multiplies w by ``1 - lr * lambda`` along each eigenvector. At
    this rate the factors of the smallest and of the largest eigenvalue have the same size,
    ``(kappa - 1) / (kappa + 1)`` with the condition number ``kappa = lambda_max / lambda_min``, and
    every other rate makes one of the two larger.

    Parameters
    ----------
    H : (D, D), the second derivatives: symmetric and positive definite

    Returns
    -------
    lr : float

    Raises
    ------
    ValueError
        If H is not square or not symmetric, or has an eigenvalue that is negative, or zero up to
        rounding: along its eigenvector gradient descent does not converge to 0 at any rate.
    TypeError
        If H is not floating point.
    """
    lam = symmetric_eigenvalues("best_lr", H)
    lowest, highest = float(lam[0]), float(lam[-1])
    rounding = H.shape[0] * float(array_namespace(H).finfo(H.dtype).eps) * abs(highest)
    if lowest <= rounding:
        raise ValueError(
            f"best_lr: the smallest eigenvalue of H is {lowest:g}, expected a positive one; along "
            "a direction without positive curvature no rate is best"
        )
    return 2.0 / (lowest + highest)
