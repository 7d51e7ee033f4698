"""The smallest and the largest curvature: they decide how fast a quadratic can be descended."""

import math

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def curvature_range(where: str, curvatures: Array) -> tuple[float, float]:
    """Smallest and largest of the curvatures (D,); raise unless all are positive and finite.

    ``where`` is the function that was called, the first word of the messages.
    """
    require_shapes(where, curvatures=(curvatures, "D"))
    if curvatures.shape[0] == 0:
        raise ValueError(f"{where}: curvatures is empty, expected 1 or more of them")
    xp = array_namespace(curvatures)
    lowest, highest = float(xp.min(curvatures)), float(xp.max(curvatures))
    if not 0.0 < lowest <= highest < math.inf:
        raise ValueError(
            f"{where}: curvatures run from {lowest:g} to {highest:g}, expected positive numbers, "
            "the eigenvalues of the Hessian at a minimum"
        )
    return lowest, highest
