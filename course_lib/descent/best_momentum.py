"""The learning rate and momentum that converge fastest on a quadratic (Polyak 1964)."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def best_momentum(curvatures: Array) -> tuple[float, float]:
    """Learning rate and momentum with the smallest :func:`growth` over all curvatures.

    With the roots ``a = sqrt(lambda_max)`` and ``b = sqrt(lambda_min)`` of the extreme curvatures::

        lr = (2 / (a + b))**2,    mu = ((a - b) / (a + b))**2

    The largest growth is then ``sqrt(mu) = (sqrt(kappa) - 1) / (sqrt(kappa) + 1)`` with the
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
    require_shapes("best_momentum", curvatures=(curvatures, "D"))
    if curvatures.shape[0] == 0:
        raise ValueError("best_momentum: curvatures is empty, expected 1 or more of them")
    xp = array_namespace(curvatures)
    lowest, highest = float(xp.min(curvatures)), float(xp.max(curvatures))
    if not 0.0 < lowest <= highest < math.inf:
        raise ValueError(
            f"best_momentum: curvatures run from {lowest:g} to {highest:g}, expected positive "
            "numbers, the eigenvalues of the Hessian at a minimum"
        )
    a, b = math.sqrt(highest), math.sqrt(lowest)
    return (2.0 / (a + b)) ** 2, ((a - b) / (a + b)) ** 2
