"""Mirror images (S2); right for cats, wrong for digits."""

from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.shapes import require_shapes


def horizontal_flip(images: Array, rng: Generator, p: float) -> Array:
    """Exchange left and right, in each image with probability p.

    Parameters
    ----------
    images : (N, H, W, C), of any data type
    rng : source of randomness
    p : probability of a flip, in [0, 1]

    Returns
    -------
    flipped : (N, H, W, C)

    Raises
    ------
    ValueError
        If p is not in [0, 1], or images is no batch of images.
    """
    require_shapes("horizontal_flip", images=(images, "N H W C"))
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"horizontal_flip: p is {p}, expected a probability in [0, 1]")
    xp = array_namespace(images)
    chosen = uniform(rng, (images.shape[0], 1, 1, 1), like=images) < float(p)
    return xp.where(chosen, xp.flip(images, axis=2), images)
