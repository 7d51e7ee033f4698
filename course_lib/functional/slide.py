"""Sliding windows over images, used by convolution and pooling."""

from collections.abc import Iterator, Sequence

from course_lib.shapes import Pair

Offset = tuple[int, int, slice, slice]


def window_count(where: str, image: Sequence[int], size: Pair, stride: Pair) -> Pair:
    """How many windows of kh x kw pixels fit at these strides: H' x W'.

    ``H' = (H - kh) // stride + 1`` and the same for W': the rows and columns left over at the end
    are in no window.

    Parameters
    ----------
    where : the function that was called
    image : (H, W), padding included
    size : (kh, kw)
    stride : vertical and horizontal

    Raises
    ------
    ValueError
        If stride or the window is less than 1, or if the window is larger than the images.
    """
    (H, W), (kh, kw) = image, size
    if min(*stride, kh, kw) < 1:
        raise ValueError(
            f"{where}: the stride is {stride[0]} x {stride[1]} and the window {kh} x {kw}, "
            "expected 1 or more"
        )
    if kh > H or kw > W:
        raise ValueError(
            f"{where}: the window is {kh} x {kw}, but the images, with their padding, are only "
            f"{H} x {W}"
        )
    return (H - kh) // stride[0] + 1, (W - kw) // stride[1] + 1


def offsets(count: Sequence[int], size: Pair, stride: Pair) -> Iterator[Offset]:
    """Row i and column j inside the windows, and where all windows have that pixel.

    ``x[:, :, rows, columns]`` is element (i, j) of every window, of shape (N, C, H', W'). No two
    windows have the same pixel there.
    """
    rows, columns = (slices(*of_axis) for of_axis in zip(count, size, stride, strict=True))
    for i, of_rows in enumerate(rows):
        for j, of_columns in enumerate(columns):
            yield i, j, of_rows, of_columns


def slices(count: int, size: int, stride: int) -> list[slice]:
    """Along one axis: where the windows have their first pixel, their second, and so on."""
    return [slice(i, i + stride * (count - 1) + 1, stride) for i in range(size)]
