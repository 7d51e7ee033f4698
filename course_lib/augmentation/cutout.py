"""Cutout: a square of each image is erased (DeVries and Taylor 2017)."""

from course_lib.augmentation.sampling import random_integers
from course_lib.backend import Array, Generator, array_namespace
from course_lib.requirements import require_generator
from course_lib.shapes import require_shapes


def cutout(images: Array, size: int, rng: Generator) -> Array:
    """Set a square of size × size pixels to zero in each image, in all channels.

    The centre (r, c) of the square is a pixel, drawn uniformly from all pixels of the image. The
    square covers the rows ``r - size // 2`` to ``r - size // 2 + size - 1`` and the columns
    ``c - size // 2`` to ``c - size // 2 + size - 1``. An odd square is therefore symmetric about
    its centre; an even one reaches one pixel further up and to the left. What lies beyond the
    border of the image is clipped, so fewer than size**2 pixels may be erased.

    Parameters
    ----------
    images : (N, C, H, W), of any data type. Zero should be the mean value: standardise first, or
        the squares are black.
    size : side of the squares in pixels, 1 or more; it may exceed H or W
    rng : source of randomness

    Returns
    -------
    erased : (N, C, H, W)

    Raises
    ------
    ValueError
        If size is less than 1, or images is not a batch of images.
    TypeError
        If rng is not a generator.
    """
    require_shapes("cutout", images=(images, "N C H W"))
    if size < 1:
        raise ValueError(f"cutout: size is {size}, expected 1 pixel or more")
    require_generator("cutout", rng)
    xp = array_namespace(images)
    N, _, H, W = images.shape
    top = random_integers(rng, 0, H - 1, N, like=images) - int(size) // 2
    left = random_integers(rng, 0, W - 1, N, like=images) - int(size) // 2
    rows = xp.arange(H, dtype=top.dtype, device=images.device)[None, :] - top[:, None]
    columns = xp.arange(W, dtype=left.dtype, device=images.device)[None, :] - left[:, None]
    erased_rows = (rows >= 0) & (rows < int(size))
    erased_columns = (columns >= 0) & (columns < int(size))
    erased = erased_rows[:, None, :, None] & erased_columns[:, None, None, :]
    return xp.where(erased, xp.zeros_like(images), images)
