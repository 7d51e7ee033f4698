"""Dead units: a ReLU whose output is zero for every sample (S2)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def dead_fraction(z: Array) -> float:
    """Share of units (columns) that are not above 0 for any sample of the batch.

    The gradient through such a ReLU is zero, so this batch gives its weights no gradient.

    Parameters
    ----------
    z : (N, D), ReLU activations, or pre-activations; not empty

    Returns
    -------
    share : in [0, 1]

    Raises
    ------
    ValueError
        If there are no samples or no units.
    """
    require_shapes("dead_fraction", z=(z, "N D"))
    if 0 in z.shape:
        raise ValueError(f"dead_fraction: z of shape {tuple(z.shape)} has no activations")
    xp = array_namespace(z)
    dead = xp.all(z <= 0, axis=0)
    return float(xp.mean(xp.astype(dead, xp.float64)))
