"""Shearing of images: they slant like italic letters (S2)."""

from course_lib.augmentation.sample import sample
from course_lib.augmentation.sampling import centred_positions, uniform_symmetric
from course_lib.backend import Array, Generator, array_namespace
from course_lib.requirements import require_images


def shear(images: Array, max_shear: float, rng: Generator) -> Array:
    """Shift the rows of each image sideways, in proportion to their distance from the centre.

    The pixel at (r, c), counted from the centre, is read (bilinearly, zero outside) at
    ``(r, c - s * r)`` with s uniform in ±max_shear.

    Parameters
    ----------
    images : (N, C, H, W), floating point
    max_shear : largest shift per row, in pixels, 0 or more
    rng : source of randomness

    Returns
    -------
    sheared : (N, C, H, W)

    Raises
    ------
    ValueError
        If max_shear is negative, or images is not a batch of images.
    TypeError
        If the images are integers.
    """
    require_images("shear", "N C H W", images=images)
    if not max_shear >= 0.0:
        raise ValueError(f"shear: max_shear is {max_shear}, expected 0 or more")
    xp = array_namespace(images)
    _, _, H, W = images.shape
    s = uniform_symmetric(rng, max_shear, images)
    r, c = centred_positions(images)
    columns = c - s * r
    rows = xp.zeros_like(columns) + r
    return sample(images, rows + (H - 1) / 2, columns + (W - 1) / 2)
