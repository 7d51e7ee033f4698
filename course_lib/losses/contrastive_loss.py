"""The contrastive loss of pairs (S3; Hadsell, Chopra and LeCun 2006)."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.distance_and_direction import distance_and_direction
from course_lib.requirements import require_probabilities, require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def contrastive_loss(a: Array, b: Array, same: Array, margin: float) -> tuple[Number, Array, Array]:
    """Loss ``L = (1/N) sum_n 1/2 (same d**2 + (1 - same) max(0, margin - d)**2)``, ``d = |a - b|``.

    The loss pulls pairs of the same class together and pushes other pairs apart until their
    distance is at least the margin.

    Parameters
    ----------
    a, b : (N, D), embeddings of the two halves of N pairs
    same : (N,), 1 (or True) for pairs of the same class, 0 for others
    margin : distance beyond which other pairs have loss 0, positive

    Returns
    -------
    value : float, mean over the N pairs
    da, db : (N, D); 0 for a pair at distance 0, which has no direction

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, same lies outside [0, 1] or the margin is not
        positive.
    TypeError
        If a or b is not floating point.
    """
    require_shapes("contrastive_loss", a=(a, "N D"), b=(b, "N D"), same=(same, "N"))
    require_samples("contrastive_loss", a=a, b=b)
    if not margin > 0.0:
        raise ValueError(f"contrastive_loss: margin is {margin}, expected a positive number")
    N = a.shape[0]
    xp = array_namespace(a, b, same)
    same = xp.astype(same, a.dtype, copy=False)
    require_probabilities("contrastive_loss", same=same)
    d, direction = distance_and_direction(a, b)
    short = xp.maximum(float(margin) - d, 0.0)
    value = 0.5 * number(xp.sum(same * d * d + (1.0 - same) * short * short)) / N
    da = (same * d - (1.0 - same) * short)[:, None] * direction / N
    return value, da, -da
