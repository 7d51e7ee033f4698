"""How fast momentum converges on a quadratic (Polyak 1964)."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.descent.curvature_range import curvature_range


def spectral_radius(lr: float, mu: float, curvatures: Array) -> float:
    """Largest absolute eigenvalue of :func:`momentum_matrix` over all curvatures.

    In the long run a step multiplies the distance from the minimum by this number: below 1 the
    iteration converges, above 1 it diverges. The two eigenvalues for a curvature c solve
    ``s**2 - (1 + mu - lr * c) * s + mu = 0``. If ``(1 - sqrt(mu))**2 < lr * c <
    (1 + sqrt(mu))**2``, they are complex and both have the absolute value ``sqrt(mu)``: w
    oscillates. Otherwise they are real, and the larger one in size is at least ``sqrt(mu)``.

    At the ends of that interval the eigenvalue is double, so a relative error of 1e-16 in an
    argument changes it by about 1e-8. The computation is therefore in double precision.

    Parameters
    ----------
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)
    curvatures : (D,), positive: the eigenvalues of a Hessian

    Returns
    -------
    radius : float

    Raises
    ------
    ValueError
        If mu is not in [0, 1), or if there is no curvature, or one that is not positive or not
        finite.
    """
    if not 0.0 <= mu < 1.0:
        raise ValueError(f"spectral_radius: mu is {mu}, expected 0 <= mu < 1")
    curvature_range("spectral_radius", curvatures)
    xp = array_namespace(curvatures)
    decrease = float(lr) * xp.astype(curvatures, xp.float64)
    root_mu = math.sqrt(mu)
    # The discriminant (1 + mu - lr c)^2 - 4 mu as a product, which keeps its digits near 0.
    discriminant = ((1.0 - root_mu) ** 2 - decrease) * ((1.0 + root_mu) ** 2 - decrease)
    real = (xp.abs(1.0 + float(mu) - decrease) + xp.sqrt(xp.maximum(discriminant, 0.0))) / 2.0
    return max(root_mu, float(xp.max(real)))
