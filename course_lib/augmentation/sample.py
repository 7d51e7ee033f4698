"""Values of images between their pixels: what rotation, shear and zoom are made of."""

from course_lib.augmentation.sampling import pixels_at
from course_lib.backend import Array, array_namespace, clip
from course_lib.requirements import require_floating, require_images
from course_lib.shapes import require_shapes


def sample(images: Array, rows: Array, columns: Array) -> Array:
    """The values of images at real coordinates, by bilinear interpolation.

    The value at a place is the mean of the four pixels around it. In each direction, a pixel at
    the distance d has the weight 1 - d. Pixels outside the image are 0, so the values fade to 0
    within one pixel beyond the outermost pixels.

    Parameters
    ----------
    images : (N, H, W, C), floating point
    rows, columns : (N, h, w), floating point: where each pixel of the results is read, counted in
        pixels from the middle of the first one, which is at (0, 0). With (h, w), all images are
        read at the same places.

    Returns
    -------
    sampled : (N, h, w, C), in the float type of images

    Raises
    ------
    ValueError
        If rows and columns differ in shape, have neither two nor three axes, or belong to another
        number of images.
    TypeError
        If an argument is not floating point.
    """
    require_images("sample", "N H W C", images=images)
    require_floating("sample", rows=rows, columns=columns)
    axes = "h w" if rows.ndim == 2 else "N h w"
    require_shapes("sample", images=(images, "N H W C"), rows=(rows, axes), columns=(columns, axes))
    xp = array_namespace(images, rows, columns)
    _, H, W, _ = images.shape
    # One pixel beyond the outermost ones all values are 0, and they stay 0.
    r, c = clip(rows, -1.0, float(H)), clip(columns, -1.0, float(W))
    if rows.ndim == 2:
        r, c = r[None, ...], c[None, ...]
    top, left = xp.floor(r), xp.floor(c)
    down = xp.astype(r - top, images.dtype, copy=False)[..., None]
    right = xp.astype(c - left, images.dtype, copy=False)[..., None]
    i, j = xp.astype(top, xp.int64), xp.astype(left, xp.int64)
    above = (1.0 - right) * pixels_at(images, i, j) + right * pixels_at(images, i, j + 1)
    below = (1.0 - right) * pixels_at(images, i + 1, j) + right * pixels_at(images, i + 1, j + 1)
    return (1.0 - down) * above + down * below
