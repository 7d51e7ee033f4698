"""The learning rate and momentum that converge fastest on a quadratic (Polyak 1964)."""

import math

from course_lib.backend import Array
from course_lib.descent.curvature_range import curvature_range


def best_momentum(curvatures: Array) -> tuple[float, float]:
    """Learning rate and momentum with the smallest :func:`spectral_radius`.

    With the roots ``a = sqrt(lambda_max)`` and ``b = sqrt(lambda_min)`` of the extreme curvatures::

        lr = (2 / (a + b))**2,    mu = ((a - b) / (a + b))**2

    The spectral radius is then ``sqrt(mu) = (sqrt(kappa) - 1) / (sqrt(kappa) + 1)`` with the
    condition number ``kappa = lambda_max / lambda_min``; without momentum, at :func:`best_lr`, it
    is ``(kappa - 1) / (kappa + 1)``.

    Parameters
    ----------
    curvatures : (D,), positive: the eigenvalues of a Hessian

    Returns
    -------
    lr, mu : floats; ``1 / lambda`` and 0 if all curvatures are equal

    Raises
    ------
    ValueError
        If there is no curvature, or one that is not positive or not finite.
    """
    lowest, highest = curvature_range("best_momentum", curvatures)
    a, b = math.sqrt(highest), math.sqrt(lowest)
    return (2.0 / (a + b)) ** 2, ((a - b) / (a + b)) ** 2
