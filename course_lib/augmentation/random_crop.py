"""Random square pieces of images (S2; He et al. 2016 with padding)."""

from course_lib.augmentation.sampling import pixels_at, random_integers
from course_lib.backend import Array, Generator, array_namespace
from course_lib.shapes import require_shapes


def random_crop(
    images: Array | list[Array] | tuple[Array, ...], size: int, rng: Generator, pad: int
) -> Array:
    """Cut a square out of each image, at a random position.

    The image is padded with ``pad`` zeros on each side. All positions at which the square fits are
    equally likely.

    Parameters
    ----------
    images : (N, C, H, W), or a list of (C, H_i, W_i) as `random_scale` returns; any data type
    size : side of the squares, 1 or more
    rng : source of randomness
    pad : number of zeros added on each of the four sides, 0 or more

    Returns
    -------
    crops : (N, C, size, size)

    Raises
    ------
    ValueError
        If a padded image is smaller than the square, the list is empty, the numbers of channels
        differ, or size or pad is out of its range.
    """
    if size < 1 or pad < 0:
        raise ValueError(
            f"random_crop: size is {size} and pad {pad}, expected size >= 1 and pad >= 0"
        )
    if not isinstance(images, list | tuple):
        require_shapes("random_crop", images=(images, "N C H W"))
        return _crops(images, size, rng, pad)
    if not images:
        raise ValueError("random_crop: the list of images is empty")
    require_shapes(
        "random_crop",
        **{f"images[{i}]": (image, f"C H{i} W{i}") for i, image in enumerate(images)},
    )
    xp = array_namespace(*images)
    return xp.concat([_crops(image[None, ...], size, rng, pad) for image in images])


def _crops(images: Array, size: int, rng: Generator, pad: int) -> Array:
    xp = array_namespace(images)
    N, _, H, W = images.shape
    if min(H, W) + 2 * pad < size:
        raise ValueError(
            f"random_crop: an image of {H}×{W} pixels with padding {pad} is too small for a "
            f"square of size {size}; scale it up or pad more"
        )
    top = random_integers(rng, -pad, H + pad - size, N, like=images)
    left = random_integers(rng, -pad, W + pad - size, N, like=images)
    along = xp.arange(size, dtype=top.dtype, device=images.device)
    rows = top[:, None] + along[None, :]
    columns = left[:, None] + along[None, :]
    return pixels_at(images, rows[:, :, None], columns[:, None, :])
