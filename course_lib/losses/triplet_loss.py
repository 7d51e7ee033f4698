"""The triplet loss (S3; Schroff, Kalenichenko and Philbin 2015, here with plain distances)."""

from course_lib.backend import Array, array_namespace
from course_lib.losses.distance_and_direction import distance_and_direction
from course_lib.requirements import require_samples
from course_lib.shapes import require_shapes
from course_lib.transfers import Number, number


def triplet_loss(
    anchor: Array, positive: Array, negative: Array, margin: float
) -> tuple[Number, Array, Array, Array]:
    """Loss ``L = (1/N) sum_n max(0, |anchor - positive| - |anchor - negative| + margin)``.

    The loss is 0 if the positive is nearer to the anchor than the negative by at least the margin.
    The distances are not squared.

    Parameters
    ----------
    anchor, positive, negative : (N, D), embeddings; the positive has the anchor's class
    margin : how much nearer, not negative

    Returns
    -------
    value : float, mean over the N triplets
    da, dp, dn : (N, D), for anchor, positive, negative; 0 for triplets whose loss is 0. A distance
        of 0 contributes nothing.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or the margin is negative.
    TypeError
        If an array is not floating point.
    """
    require_shapes(
        "triplet_loss",
        anchor=(anchor, "N D"),
        positive=(positive, "N D"),
        negative=(negative, "N D"),
    )
    require_samples("triplet_loss", anchor=anchor, positive=positive, negative=negative)
    if not margin >= 0.0:
        raise ValueError(f"triplet_loss: margin is {margin}, expected 0 or more")
    N = anchor.shape[0]
    xp = array_namespace(anchor, positive, negative)
    d_p, from_positive = distance_and_direction(anchor, positive)
    d_n, from_negative = distance_and_direction(anchor, negative)
    short = d_p - d_n + float(margin)
    value = number(xp.sum(xp.maximum(short, 0.0))) / N
    weight = xp.astype(short > 0, anchor.dtype)[:, None] / N
    return (
        value,
        weight * (from_positive - from_negative),
        -weight * from_positive,
        weight * from_negative,
    )
