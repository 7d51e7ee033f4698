"""Translation of images by a few pixels (S2)."""

from course_lib.augmentation.sampling import pixels_at, random_integers
from course_lib.backend import Array, Generator, array_namespace
from course_lib.shapes import require_shapes


def translate(images: Array, max_shift: int, rng: Generator) -> Array:
    """Shift each image by whole pixels, down and to the right; new pixels at the edges are zero.

    Both shifts of an image are drawn independently and uniformly from -max_shift … max_shift.

    Parameters
    ----------
    images : (N, C, H, W), of any data type
    max_shift : largest shift in pixels, 0 or more
    rng : source of randomness

    Returns
    -------
    shifted : (N, C, H, W)

    Raises
    ------
    ValueError
        If max_shift is negative, or images is not a batch of images.
    """
    require_shapes("translate", images=(images, "N C H W"))
    if max_shift < 0:
        raise ValueError(f"translate: max_shift is {max_shift}, expected 0 or more pixels")
    xp = array_namespace(images)
    N, _, H, W = images.shape
    down = random_integers(rng, -max_shift, max_shift, N, like=images)
    right = random_integers(rng, -max_shift, max_shift, N, like=images)
    rows = xp.arange(H, dtype=down.dtype, device=images.device)[None, :] - down[:, None]
    columns = xp.arange(W, dtype=down.dtype, device=images.device)[None, :] - right[:, None]
    return pixels_at(images, rows[:, :, None], columns[:, None, :])
