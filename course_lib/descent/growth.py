"""How fast momentum converges, or leaves a saddle, along one direction (Polyak 1964)."""

import math


def growth(lr: float, mu: float, curvature: float) -> float:
    """Factor by which a step of momentum multiplies the distance in the long run.

    On the loss ``1/2 * curvature * w**2`` momentum is ``w_next = c * w - mu * w_before`` with
    ``c = 1 + mu - lr * curvature``. The factor is the largest absolute value of the two roots of
    ``r**2 - c * r + mu = 0``. Below 1 the iteration converges, above 1 it diverges; with a negative
    curvature it is above 1, and w leaves the maximum.

    If ``(1 - sqrt(mu))**2 < lr * curvature < (1 + sqrt(mu))**2``, the roots are complex and both
    have the absolute value ``sqrt(mu)``: w oscillates. Otherwise they are real, and the larger one
    in size is at least ``sqrt(mu)``. At the ends of that interval the root is double, so a relative
    error of 1e-16 in an argument changes it by about 1e-8.

    Parameters
    ----------
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)
    curvature : the second derivative; an eigenvalue of the Hessian, along its eigenvector

    Returns
    -------
    factor : float

    Raises
    ------
    ValueError
        If mu is not in [0, 1).
    """
    if not 0.0 <= mu < 1.0:
        raise ValueError(f"growth: mu is {mu}, expected 0 <= mu < 1")
    decrease, root_mu = float(lr) * float(curvature), math.sqrt(mu)
    # The discriminant (1 + mu - lr c)^2 - 4 mu as a product, which keeps its digits near 0.
    discriminant = ((1.0 - root_mu) ** 2 - decrease) * ((1.0 + root_mu) ** 2 - decrease)
    if discriminant < 0.0:
        return root_mu
    return (abs(1.0 + float(mu) - decrease) + math.sqrt(discriminant)) / 2.0
