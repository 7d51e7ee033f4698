"""Changes that move or erase whole pixels: flips, translations and cutout (S2)."""

from course_lib.augmentation.sampling import pixels_at, random_integers
from course_lib.backend import Array, Generator, array_namespace, uniform
from course_lib.requirements import require_generator
from course_lib.shapes import require_shapes


def horizontal_flip(images: Array, rng: Generator, p: float) -> Array:
    """Flip each image horizontally with probability p (S2).

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


def translate(images: Array, max_shift: int, rng: Generator) -> Array:
    """Shift each image by whole pixels, down and to the right; new pixels at the edges are zero.

    Both shifts of an image are drawn independently and uniformly from -max_shift … max_shift (S2).

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


def cutout(images: Array, size: int, rng: Generator) -> Array:
    """Set a square of size × size pixels to zero in each image, in all channels.

    The centre (r, c) of the square is a pixel, drawn uniformly from all pixels of the image. The
    square covers the rows ``r - size // 2`` to ``r - size // 2 + size - 1`` and the columns
    ``c - size // 2`` to ``c - size // 2 + size - 1``. An odd square is therefore symmetric about
    its centre; an even one reaches one pixel further up and to the left. What lies beyond the
    border of the image is clipped, so fewer than size**2 pixels may be erased (DeVries and Taylor
    2017).

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
