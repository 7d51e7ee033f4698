"""Gradient clipping by the common norm of all gradients (Pascanu et al. 2013)."""

import math
from collections.abc import Sequence

import numpy as np

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.settings import require_number
from course_lib.transfers import Number, in_main_memory


def clip_by_norm(gradients: Sequence[Array], max_norm: float) -> tuple[list[Array], Number]:
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
    gradients : list of arrays with the same shapes; the given arrays if norm <= max_norm, on a GPU
        equal ones
    norm : float, before clipping; of gradients on a GPU an array without axes, so that nothing is
        transferred

    Raises
    ------
    ValueError
        If max_norm is not positive.
    FloatingPointError
        If the norm is not finite: no factor makes such gradients useful. On a GPU this is not known
        here, and all gradients become nan.
    """
    require_number("clip_by_norm", max_norm=max_norm)
    if not max_norm > 0.0:
        raise ValueError(f"clip_by_norm: max_norm is {max_norm}, expected more than 0")
    if not all(map(in_main_memory, gradients)):
        return _clip_on_device(gradients, float(max_norm))
    with np.errstate(over="ignore"):
        norm = math.hypot(*(float(array_namespace(g).linalg.vector_norm(g)) for g in gradients))
    if not 1e-15 < norm < 1e15:  # squares of single precision may have become 0 or infinite
        norm = math.hypot(*(float(_norm_in_double(g)) for g in gradients))
    if not math.isfinite(norm):
        raise FloatingPointError(
            f"clip_by_norm: the norm of the gradients is {norm}; they have nan or inf, or numbers "
            "whose squares overflow. Look for the first loss that is not finite; try a lower "
            "learning rate or smaller initial weights"
        )
    if norm <= max_norm:
        return list(gradients), norm
    return [g * (float(max_norm) / norm) for g in gradients], norm


def _norm_in_double(g: Array) -> Array:
    """Norm in double precision: the squares of all numbers of single precision fit in there."""
    xp = array_namespace(g)
    return xp.linalg.vector_norm(xp.astype(g, xp.float64, copy=False))


def _clip_on_device(gradients: Sequence[Array], max_norm: float) -> tuple[list[Array], Array]:
    """The same with a factor that stays on the GPU: 1 if nothing is to be clipped."""
    xp = array_namespace(*gradients)
    norm = xp.linalg.vector_norm(xp.stack([_norm_in_double(g) for g in gradients]))
    if math.isinf(max_norm):
        return list(gradients), in_precision_of(gradients[0], norm)
    factor = max_norm / xp.maximum(norm, max_norm)
    factor = xp.where(xp.isfinite(norm), factor, xp.full_like(norm, math.nan))
    clipped = [g * xp.astype(factor, g.dtype) for g in gradients]
    return clipped, in_precision_of(gradients[0], norm)
