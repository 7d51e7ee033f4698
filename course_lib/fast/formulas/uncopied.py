"""Convolution with stride 1 without copied windows, where the rows of a window are long.

The images of a block, with zeros around them, stand in memory as one row of pixels; neighbours
share their zeros. Cut after every kw pixels, it is a matrix whose rows are rows of windows. Cut kw
times, each time one pixel later, it has all rows of windows, and nothing is copied. So u is a sum
of kh times kw matrix products. Windows across the end of a row of an image are among them; what
comes of these is left out.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_lib.shapes import Pair

PRODUCTS = 1_000_000
"""Multiplications of one matrix product; OpenBLAS copies the factors of larger ones first."""

Block = tuple[slice, list[list[Any]], Callable[[Any], Any]]
"""Which images, their cuts ``[row of the window][first pixel]``, and the pixels of u in a row."""


def correlate(images: Any, W: Any, b: Any, padding: Pair) -> Any:
    """All windows of images (N, H, W, C_in) times all filters, plus b: (N, H', W', C_out)."""
    C_out, C_in, kh, kw = W.shape
    filters = W.transpose(2, 3, 1, 0).reshape(kh, kw * C_in, C_out)
    u = np.empty((len(images), *_places(images, W, padding), C_out), np.result_type(images, W))
    b_of_row = np.tile(b, u.shape[2]).reshape(u.shape[2], C_out)
    for block, cuts, pixels in _blocks(images, W, padding):
        total, product = np.empty((2, len(cuts[0][0]), kw, C_out), u.dtype)
        for i, factor in enumerate(filters):
            for k, cut in enumerate(cuts[i]):
                np.matmul(cut, factor, out=product[:, k] if i else total[:, k])
            if i:
                total += product
        np.add(pixels(total), b_of_row, out=u[block])
    return u


def filter_gradient(images: Any, du: Any, W: Any, padding: Pair) -> Any:
    """The sum of du (N, H', W', C_out) times the windows, in the shape of W."""
    C_out, C_in, kh, kw = W.shape
    dW = np.zeros((kh, C_out, kw * C_in), du.dtype)
    for block, cuts, pixels in _blocks(images, W, padding):
        row = np.zeros((len(cuts[0][0]), kw, C_out), du.dtype)
        pixels(row)[...] = du[block]
        for i, cuts_of_row in enumerate(cuts):
            dW[i] += sum(row[:, k].T @ cut for k, cut in enumerate(cuts_of_row))
    return dW.reshape(kh, C_out, kw, C_in).transpose(1, 3, 0, 2)


def _blocks(images: Any, W: Any, padding: Pair) -> Iterator[Block]:
    """Some images at a time; the next block overwrites their cuts."""
    (N, H, width, _), (C_out, C_in, kh, kw), (above, left) = images.shape, W.shape, padding
    rows, columns = H + above, width + left
    places = _places(images, W, padding)
    count = min(N, max(1, PRODUCTS // (rows * columns * C_in * C_out)))
    memory = np.zeros((((count + 1) * rows + kh) * columns + 2 * kw) * C_in, images.dtype)
    inside = memory[: count * rows * columns * C_in].reshape(count, rows, columns, C_in)
    for start in range(0, N, count):
        here = images[start : start + count]
        inside[: len(here), above:, left:] = here
        used = len(here) * rows * columns
        length = -(-used // kw)  # rows of windows in a cut

        def cut(i: int, k: int, length: int = length) -> Any:
            first = (i * columns + k) * C_in
            return memory[first : first + length * kw * C_in].reshape(length, kw * C_in)

        def pixels(row: Any, used: int = used) -> Any:
            images_of = row.reshape(-1, C_out)[:used].reshape(-1, rows, columns, C_out)
            return images_of[:, : places[0], : places[1]]

        cuts = [[cut(i, k) for k in range(kw)] for i in range(kh)]
        yield slice(start, start + len(here)), cuts, pixels


def _places(images: Any, W: Any, padding: Pair) -> Pair:
    """Height and width of u."""
    (_, H, width, _), (_, _, kh, kw), (above, left) = images.shape, W.shape, padding
    return H + 2 * above - kh + 1, width + 2 * left - kw + 1
