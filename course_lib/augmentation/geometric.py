"""Geometric changes of images: rotation, shear, random size and random crop (S2)."""

import math

from course_lib.augmentation.sampling import (
    centred_positions,
    pixels_at,
    random_integers,
    sample,
    uniform_symmetric,
)
from course_lib.backend import Array, Generator, array_namespace, clip, to_numpy
from course_lib.requirements import require_images
from course_lib.settings import require_not_negative
from course_lib.shapes import require_shapes


def rotate(images: Array, max_degrees: float, rng: Generator) -> Array:
    """Rotate each image about its centre by a random angle, uniform in ±max_degrees (S2).

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
    require_not_negative("rotate", max_degrees=max_degrees)
    xp = array_namespace(images)
    a = uniform_symmetric(rng, math.radians(max_degrees), images)
    r, c = centred_positions(images)
    rows = r * xp.cos(a) + c * xp.sin(a)
    columns = c * xp.cos(a) - r * xp.sin(a)
    return _from_centre(images, rows, columns)


def shear(images: Array, max_shear: float, rng: Generator) -> Array:
    """Shift the rows of each image sideways, in proportion to their distance from the centre (S2).

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
    require_not_negative("shear", max_shear=max_shear)
    xp = array_namespace(images)
    s = uniform_symmetric(rng, max_shear, images)
    r, c = centred_positions(images)
    columns = c - s * r
    rows = xp.zeros_like(columns) + r
    return _from_centre(images, rows, columns)


def _from_centre(images: Array, rows: Array, columns: Array) -> Array:
    """`sample` at positions that are counted from the centre of the images."""
    _, _, H, W = images.shape
    return sample(images, rows + (H - 1) / 2, columns + (W - 1) / 2)


def random_scale(images: Array, short_sides: tuple[int, int], rng: Generator) -> list[Array]:
    """Resize each image so that its shorter side gets a random length; proportions are kept.

    The augmentation of ResNet is
    ``random_crop(random_scale(images, (256, 480), rng), 224, rng, 0)``. Pixels are squares that
    cover the image. The centre of the new pixel i (of h) is at ``(i + 1/2) * H / h - 1/2``, counted
    in the H old pixels. Its value is interpolated between the two nearest old pixels in each
    direction (bilinear); the outermost pixel continues to the edge (S2; He et al. 2016).

    Parameters
    ----------
    images : (N, C, H, W), floating point
    short_sides : (lowest, highest) length of the shorter side in pixels, both included
    rng : source of randomness

    Returns
    -------
    scaled : list of N images (C, H_i, W_i); the longer side is rounded to whole pixels

    Raises
    ------
    ValueError
        If not 1 <= lowest <= highest, or images is not a batch of images.
    TypeError
        If the images are integers.
    """
    require_images("random_scale", "N C H W", images=images)
    lowest, highest = short_sides
    if not 1 <= lowest <= highest:
        raise ValueError(
            f"random_scale: short_sides is {short_sides}, expected (lowest, highest) with "
            "1 <= lowest <= highest"
        )
    N, _, H, W = images.shape
    drawn = random_integers(rng, lowest, highest, N, like=images)
    sides = to_numpy(drawn).tolist()  # one transfer: sizes have to be known in main memory
    scaled = []
    for n, side in enumerate(sides):
        h, w = (round(length * side / min(H, W)) for length in (H, W))
        scaled.append(_resized(_resized(images[n, ...], h, axis=1), w, axis=2))
    return scaled


def _resized(image: Array, length: int, axis: int) -> Array:
    """Image (C, H, W) with a new length along one axis."""
    xp = array_namespace(image)
    old = image.shape[axis]
    new = xp.arange(length, dtype=image.dtype, device=image.device)
    place = clip((new + 0.5) * (old / length) - 0.5, 0.0, float(old - 1))
    first = xp.floor(place)
    i = xp.astype(first, xp.int64)
    share = xp.reshape(place - first, (1, -1, 1) if axis == 1 else (1, 1, -1))
    here = xp.take(image, i, axis=axis)
    there = xp.take(image, clip(i + 1, 0, old - 1), axis=axis)
    return (1.0 - share) * here + share * there


def random_crop(
    images: Array | list[Array] | tuple[Array, ...], size: int, rng: Generator, pad: int
) -> Array:
    """Cut a square out of each image, at a random position (S2; He et al. 2016 with padding).

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
        "random_crop", **{f"images[{i}]": (image, f"C H{i} W{i}") for i, image in enumerate(images)}
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
