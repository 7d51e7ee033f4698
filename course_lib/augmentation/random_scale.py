"""Images of random size; with a random crop, the augmentation of ResNet (S2; He et al. 2016)."""

from course_lib.augmentation.sampling import random_integers
from course_lib.backend import Array, Generator, array_namespace, clip, to_numpy
from course_lib.requirements import require_images


def random_scale(images: Array, short_sides: tuple[int, int], rng: Generator) -> list[Array]:
    """Resize each image so that its shorter side gets a random length; proportions are kept.

    The augmentation of ResNet is
    ``random_crop(random_scale(images, (256, 480), rng), 224, rng, 0)``. Pixels are squares that
    cover the image. The centre of the new pixel i (of h) is at ``(i + 1/2) * H / h - 1/2``, counted
    in the H old pixels. Its value is interpolated between the two nearest old pixels in each
    direction (bilinear); the outermost pixel continues to the edge.

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
