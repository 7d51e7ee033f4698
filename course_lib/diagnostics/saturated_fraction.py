"""Activations at the flat ends of a sigmoid or tanh (S2)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def saturated_fraction(z: Array, low: float, high: float) -> float:
    """Share of activations with ``z <= low`` or ``z >= high``, where the derivative is almost 0.

    Parameters
    ----------
    z : any shape, not empty
    low, high : where the flat ends begin, for instance 0.05 and 0.95 for a sigmoid

    Returns
    -------
    share : in [0, 1]

    Raises
    ------
    ValueError
        If there are no activations or low is not below high.
    """
    require_shapes("saturated_fraction", z=(z, "..."))
    if not low < high:
        raise ValueError(f"saturated_fraction: low is {low} and high {high}, expected low < high")
    if 0 in z.shape:
        raise ValueError(f"saturated_fraction: z of shape {tuple(z.shape)} has no activations")
    xp = array_namespace(z)
    flat = (z <= low) | (z >= high)
    return float(xp.mean(xp.astype(flat, xp.float64)))
