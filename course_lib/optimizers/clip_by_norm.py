"""Gradient clipping by the common norm of all gradients (Pascanu et al. 2013)."""

import math
from collections.abc import Sequence

from course_lib.backend import Array, array_namespace


def clip_by_norm(gradients: Sequence[Array], max_norm: float) -> tuple[list[Array], float]:
    """Shorten all gradients by one factor so that their common norm is at most max_norm.

    The common norm is ``norm = sqrt(sum over all arrays of sum(g**2))``. If it is larger than
    max_norm, every array becomes ``g * (max_norm / norm)``. One factor for all keeps the direction
    of the step; clipping each array by itself would change it.

    Parameters
    ----------
    gradients : list of arrays of any shapes
    max_norm : positive

    Returns
    -------
    gradients : list of arrays with the same shapes; the given arrays if norm <= max_norm
    norm : float, before clipping

    Raises
    ------
    ValueError
        If max_norm is not positive.
    FloatingPointError
        If the norm is not finite: no factor makes such gradients useful.
    """
    if not max_norm > 0.0:
        raise ValueError(f"clip_by_norm: max_norm is {max_norm}, expected more than 0")
    norm = math.hypot(*(float(array_namespace(g).linalg.vector_norm(g)) for g in gradients))
    if not math.isfinite(norm):
        raise FloatingPointError(
            f"clip_by_norm: the norm of the gradients is {norm}; they have nan or inf, or numbers "
            "whose squares overflow. Look for the first loss that is not finite; try a lower "
            "learning rate or smaller initial weights"
        )
    if norm <= max_norm:
        return list(gradients), norm
    return [g * (float(max_norm) / norm) for g in gradients], norm
