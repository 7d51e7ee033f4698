"""Pixels of images at given positions, and the random numbers for these positions.

A position is a row and a column, counted in pixel centres: (0, 0) is the middle of the first pixel,
and ((H - 1) / 2, (W - 1) / 2) the centre of the image. Outside its edges an image is zero.
"""

from course_lib.backend import Array, Generator, array_namespace, clip, uniform


def pixels_at(images: Array, rows: Array, columns: Array) -> Array:
    """Pixels (N, C, h, w) of images (N, C, H, W) at integer positions, zero outside.

    Parameters
    ----------
    images : (N, C, H, W)
    rows, columns : integers, together of shape (N, h, w), or (1, h, w) for all images alike
    """
    xp = array_namespace(images, rows, columns)
    N, C, H, W = images.shape
    n = xp.reshape(xp.arange(N, dtype=rows.dtype, device=images.device), (N, 1, 1))
    inside = (rows >= 0) & (rows < H) & (columns >= 0) & (columns < W)
    place = (n * H + clip(rows, 0, H - 1)) * W + clip(columns, 0, W - 1)
    channels_last = xp.reshape(xp.permute_dims(images, (0, 2, 3, 1)), (N * H * W, C))
    taken = xp.take(channels_last, xp.reshape(place, (-1,)), axis=0)
    pixels = xp.permute_dims(xp.reshape(taken, (*place.shape, C)), (0, 3, 1, 2))
    return xp.where(inside[:, None, ...], pixels, xp.zeros_like(pixels))


def centred_positions(images: Array) -> tuple[Array, Array]:
    """Rows (1, H, 1) and columns (1, 1, W) of all pixels, counted from the centre."""
    xp = array_namespace(images)
    _, _, H, W = images.shape
    r = xp.arange(H, dtype=images.dtype, device=images.device) - (H - 1) / 2
    c = xp.arange(W, dtype=images.dtype, device=images.device) - (W - 1) / 2
    return r[None, :, None], c[None, None, :]


def random_integers(rng: Generator, low: int, high: int, n: int, like: Array) -> Array:
    """Uniform integers from low to high, both included: (n,), int64."""
    xp = array_namespace(like)
    double = xp.zeros(0, dtype=xp.float64, device=like.device)  # many more levels than integers
    low, high = int(low), int(high)
    return low + xp.astype(xp.floor((high - low + 1) * uniform(rng, (n,), double)), xp.int64)


def uniform_symmetric(rng: Generator, largest: float, images: Array) -> Array:
    """Uniform numbers in [-largest, largest), one per image: (N, 1, 1)."""
    return float(largest) * (2.0 * uniform(rng, (images.shape[0], 1, 1), like=images) - 1.0)
