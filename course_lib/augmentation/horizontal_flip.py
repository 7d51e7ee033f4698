"""Horizontal flips (S2): the label stays correct for a cat, but not for a digit."""

from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.shapes import require_shapes


def horizontal_flip(images: Array, rng: Generator, p: float) -> Array:
    """Flip each image horizontally with probability p.

    Parameters
    ----------
    images : (N, C, H, W), of any data type
    rng : source of randomness
    p : probability of a flip, in [0, 1]

    Returns
    -------
    flipped : (N, C, H, W)

    Raises
    ------
    ValueError
        If p is not in [0, 1], or images is not a batch of images.
    """
    require_shapes("horizontal_flip", images=(images, "N C H W"))
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"horizontal_flip: p is {p}, expected a probability in [0, 1]")
    xp = array_namespace(images)
    chosen = uniform(rng, (images.shape[0], 1, 1, 1), like=images) < float(p)
    return xp.where(chosen, xp.flip(images, axis=3), images)
