"""Rotation of images about their centre (S2)."""

import math

from course_lib.augmentation.sample import sample
from course_lib.augmentation.sampling import centred_positions, uniform_symmetric
from course_lib.backend import Array, Generator, array_namespace
from course_lib.requirements import require_images


def rotate(images: Array, max_degrees: float, rng: Generator) -> Array:
    """Rotate each image about its centre by a random angle, uniform in ±max_degrees.

    The pixel at (r, c), counted from the centre, is read (bilinearly, zero outside) at
    ``(r cos a + c sin a, c cos a - r sin a)``; a positive angle a rotates counterclockwise.

    Parameters
    ----------
    images : (N, C, H, W), floating point
    max_degrees : largest angle in degrees, 0 or more
    rng : source of randomness

    Returns
    -------
    rotated : (N, C, H, W)

    Raises
    ------
    ValueError
        If max_degrees is negative, or images is not a batch of images.
    TypeError
        If the images are integers.
    """
    require_images("rotate", "N C H W", images=images)
    if not max_degrees >= 0.0:
        raise ValueError(f"rotate: max_degrees is {max_degrees}, expected 0 or more")
    xp = array_namespace(images)
    _, _, H, W = images.shape
    a = uniform_symmetric(rng, math.radians(max_degrees), images)
    r, c = centred_positions(images)
    rows = r * xp.cos(a) + c * xp.sin(a)
    columns = c * xp.cos(a) - r * xp.sin(a)
    return sample(images, rows + (H - 1) / 2, columns + (W - 1) / 2)
