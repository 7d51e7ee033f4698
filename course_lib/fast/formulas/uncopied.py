"""Convolution with stride 1 without copied windows, where the rows of a window are long.

The images of a block, with zeros around them, stand in memory as one row of pixels; neighbours
share their zeros. Cut after every kw pixels, it is a matrix whose rows are rows of windows. Cut kw
times, each time one pixel later, it has all rows of windows, and nothing is copied. So u is a sum
of kh times kw matrix products. Windows across the end of a row of an image are among them; what
comes of these is left out.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_lib.shapes import Pair

LONG = 48
"""Numbers in a row of a window, at least; shorter products take longer than copying the windows."""

PRODUCTS = 1_000_000
"""Multiplications of a matrix product, about; OpenBLAS copies the factors of a larger one first."""

TALL = 300
"""Rows of windows in a matrix product, at least."""


class Row:
    """The images of a block as one row of pixels, and where a convolution finds its windows there.

    Parameters
    ----------
    images : (N, H, W, C_in)
    W : filters (C_out, C_in, kh, kw)
    padding : zeros above and below, and to the left and right of the images
    """

    def __init__(self, images: Any, W: Any, padding: Pair) -> None:
        self.N, H, width, C_in = map(int, images.shape)
        self.C_out, _, self.kh, self.kw = map(int, W.shape)
        self.images, self.padding, (above, left) = images, padding, padding
        self.places = H + 2 * above - self.kh + 1, width + 2 * left - self.kw + 1  # of u
        self.rows, self.columns = H + above, width + left
        self.area = self.rows * self.columns
        self.count = min(self.N, max(1, PRODUCTS // (self.area * C_in * self.C_out)))
        self.length = self.kw * C_in  # of a row of a window

    def suits(self) -> bool:
        """Whether this is faster than with copies: long rows, many of them, and most of use."""
        used = self.places[0] * self.places[1]
        tall = self.count * self.area >= TALL * self.kw
        return self.length >= LONG and tall and 2 * used >= self.area

    def blocks(self) -> Iterator[tuple[slice, list[list[Any]]]]:
        """Which images, and their matrices ``[row of a window][first pixel]``.

        The next block overwrites the numbers of the matrices.
        """
        above, left = self.padding
        C_in = self.images.shape[3]
        size = (self.count * self.rows + self.kh) * self.columns + 2 * self.kw
        memory = np.zeros(size * C_in, self.images.dtype)
        grid = memory[: self.count * self.area * C_in]
        inside = grid.reshape(-1, self.rows, self.columns, C_in)[:, above:, left:]
        for start in range(0, self.N, self.count):
            here = self.images[start : start + self.count]
            inside[: len(here)] = here
            matrices: list[list[Any]] = [[] for _ in range(self.kh)]
            for i in range(self.kh):
                for k in range(self.kw):
                    pixels = memory[(i * self.columns + k) * C_in :]
                    cut = pixels[: self.cuts(len(here)) * self.length]
                    matrices[i].append(cut.reshape(-1, self.length))
            yield slice(start, start + len(here)), matrices

    def cuts(self, count: int) -> int:
        """How many pieces of kw pixels this number of images has."""
        return -(-count * self.area // self.kw)

    def pixels(self, values: Any, count: int) -> Any:
        """What belongs to a window inside an image: a view (count, H', W', C_out) of all values."""
        grid = values.reshape(-1, self.C_out)[: count * self.area]
        height, width = self.places
        return grid.reshape(count, self.rows, self.columns, -1)[:, :height, :width]


def correlate(row: Row, W: Any, b: Any) -> Any:
    """All windows of the images times all filters, plus b: (N, H', W', C_out)."""
    factors = W.transpose(2, 3, 1, 0).reshape(row.kh, row.length, row.C_out)
    u = np.empty((row.N, *row.places, row.C_out), np.result_type(row.images, W))
    b_of_row = np.tile(b, row.places[1]).reshape(-1, row.C_out)
    for block, matrices in row.blocks():
        count = block.stop - block.start
        total, product = np.empty((2, row.cuts(count), row.kw, row.C_out), u.dtype)
        for i, factor in enumerate(factors):
            for k, matrix in enumerate(matrices[i]):
                np.matmul(matrix, factor, out=product[:, k] if i else total[:, k])
            if i:
                total += product
        np.add(row.pixels(total, count), b_of_row, out=u[block])
    return u


def filter_gradient(row: Row, du: Any) -> Any:
    """The sum of du (N, H', W', C_out) times the windows: (C_out, C_in, kh, kw).

    Not finite if a pixel is not, because windows across an end are multiplied by 0.
    """
    dW = np.zeros((row.kh, row.C_out, row.length), du.dtype)
    for block, matrices in row.blocks():
        count = block.stop - block.start
        values = np.zeros((row.cuts(count), row.kw, row.C_out), du.dtype)
        row.pixels(values, count)[...] = du[block]
        with np.errstate(invalid="ignore"):
            for i, of_row in enumerate(matrices):
                dW[i] += sum(values[:, k].T @ matrix for k, matrix in enumerate(of_row))
    return dW.reshape(row.kh, row.C_out, row.kw, -1).transpose(1, 3, 0, 2)
