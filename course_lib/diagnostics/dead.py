"""Units that never fire (S2)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def dead_fraction(z: Array) -> float:
    """Share of units (columns) that are not above 0 for any sample of the batch.

    A ReLU like that hands no gradient back, so on these samples it learns nothing.

    Parameters
    ----------
    z : (N, D), ReLU activations, or what goes into the ReLU; not empty

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
