"""Sampling of images: their values at given positions, and random numbers for these positions.

A position is a row and a column, counted in pixel centres: (0, 0) is the middle of the first pixel,
and ((H - 1) / 2, (W - 1) / 2) the centre of the image. Outside its edges an image is zero.
"""

from course_lib.backend import Array, Generator, array_namespace, clip, uniform
from course_lib.requirements import require_floating, require_images
from course_lib.shapes import require_shapes


def sample(images: Array, rows: Array, columns: Array) -> Array:
    """The values of images at real coordinates, by bilinear interpolation.

    The value at a place is the mean of the four pixels around it. In each direction, a pixel at
    the distance d has the weight 1 - d. Pixels outside the image are 0, so the values fade to 0
    within one pixel beyond the outermost pixels.

    Parameters
    ----------
    images : (N, C, H, W), floating point
    rows, columns : (N, h, w), floating point: where each pixel of the results is read, counted in
        pixels from the middle of the first one, which is at (0, 0). With (h, w), all images are
        read at the same places.

    Returns
    -------
    sampled : (N, C, h, w), in the float type of images

    Raises
    ------
    ValueError
        If rows and columns differ in shape, have neither two nor three axes, or belong to another
        number of images.
    TypeError
        If an argument is not floating point.
    """
    require_images("sample", "N C H W", images=images)
    require_floating("sample", rows=rows, columns=columns)
    axes = "h w" if rows.ndim == 2 else "N h w"
    require_shapes("sample", images=(images, "N C H W"), rows=(rows, axes), columns=(columns, axes))
    xp = array_namespace(images, rows, columns)
    N, C, H, W = images.shape
    # One pixel beyond the outermost ones all values are 0, and they stay 0.
    r, c = clip(rows, -1.0, float(H)), clip(columns, -1.0, float(W))
    if rows.ndim == 2:
        r, c = r[None, ...], c[None, ...]
    top, left = xp.floor(r), xp.floor(c)
    down = xp.astype(r - top, images.dtype, copy=False)[..., None]
    right = xp.astype(c - left, images.dtype, copy=False)[..., None]
    # With zeros around the images, all four pixels exist: nothing has to be asked about edges.
    framed = xp.zeros((N, H + 3, W + 3, C), dtype=images.dtype, device=images.device)
    framed[:, 1 : H + 1, 1 : W + 1, :] = xp.permute_dims(images, (0, 2, 3, 1))
    i, j = (xp.astype(whole, xp.int64) + 1 for whole in (top, left))
    n = xp.reshape(xp.arange(N, dtype=xp.int64, device=images.device), (N, 1, 1))
    place = (n * (H + 3) + i) * (W + 3) + j
    shape = (*place.shape, C)
    framed, place = xp.reshape(framed, (-1, C)), xp.reshape(place, (-1,))
    place = clip(place, 0, framed.shape[0] - W - 5)  # a coordinate that is nan has no place
    upper_left, upper_right, lower_left, lower_right = (
        xp.reshape(xp.take(framed, place + beyond, axis=0), shape)
        for beyond in (0, 1, W + 3, W + 4)
    )
    above = (1.0 - right) * upper_left + right * upper_right
    below = (1.0 - right) * lower_left + right * lower_right
    return xp.permute_dims((1.0 - down) * above + down * below, (0, 3, 1, 2))


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
