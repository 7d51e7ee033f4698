"""The sums of `course_lib.fast.winograd`, each number read and written once.

The pixels of a row of tiles and their channels are one long run in memory, so C stands for
columns times channels here, and the next column is ``step`` numbers further.
"""

from typing import Any

import numpy as np

from course_lib.fast.formulas.compiled.kernel import kernel
from course_lib.fast.winograd import Sums, WinogradCache, forward_by
from course_lib.shapes import Pair, pair

# The sums of d are d[first] + sign * d[second], the gradients of m a * du[0] + b * du[1].
FIRST, SECOND, SIGN = (0, 1, 2, 1), (2, 2, 1, 3), (-1, 1, -1, -1)
A, B = (1, 1, 1, 0), (0, 1, -1, -1)


def conv2d_forward(
    x: Any, W: Any, b: Any, *, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[Any, WinogradCache]:
    """As `course_lib.fast.winograd.conv2d_forward`."""
    return forward_by(COMPILED, x, W, b, pair(padding))


def input_tiles(phases: Any, block: slice, tiles: Any) -> None:
    """As `course_lib.fast.winograd.input_tiles`."""
    _, _, N, rows, columns, C = phases.shape
    tile_rows = tiles.reshape(4, 4, -1, rows - 1, (columns - 1) * C)
    _input_tiles(phases.reshape(2, 2, N, rows, columns * C), block.start, tile_rows, C)


def outputs(products: Any, u: Any) -> None:
    """As `course_lib.fast.winograd.outputs`."""
    _, _, n, rows, columns, C = products.shape
    _outputs(
        products.reshape(4, 4, n, rows, columns * C), u, np.empty((2, 4, columns * C), u.dtype)
    )


def gradient_tiles(du: Any, block: slice, tiles: Any) -> None:
    """As `course_lib.fast.winograd.gradient_tiles`."""
    _, _, N, rows, columns, C = du.shape
    tile_rows = tiles.reshape(4, 4, -1, rows, columns * C)
    _gradient_tiles(du.reshape(2, 2, N, rows, columns * C), block.start, tile_rows)


@kernel
def _input_tiles(phases: Any, start: int, tiles: Any, step: int) -> None:
    _, _, N, rows, C = tiles.shape
    for n in range(N):
        for r in range(rows):
            for j in range(4):
                first, second = FIRST[j], SECOND[j]
                ahead, behind = first // 2 * step, second // 2 * step
                across = phases.dtype.type(SIGN[j])
                for i in range(4):
                    above, below = FIRST[i], SECOND[i]
                    down = phases.dtype.type(SIGN[i])
                    upper, lower = r + above // 2, r + below // 2
                    image = start + n
                    d00 = phases[above % 2, first % 2, image, upper, ahead : ahead + C]
                    d10 = phases[below % 2, first % 2, image, lower, ahead : ahead + C]
                    d01 = phases[above % 2, second % 2, image, upper, behind : behind + C]
                    d11 = phases[below % 2, second % 2, image, lower, behind : behind + C]
                    out = tiles[j, i, n, r]
                    for k in range(C):
                        out[k] = d00[k] + down * d10[k] + across * (d01[k] + down * d11[k])


@kernel
def _outputs(products: Any, u: Any, horizontal: Any) -> None:
    _, _, N, rows, _ = products.shape
    columns, C = u.shape[3], u.shape[5]
    for n in range(N):
        for r in range(rows):
            for i in range(4):
                m0, m1 = products[0, i, n, r], products[1, i, n, r]
                m2, m3 = products[2, i, n, r], products[3, i, n, r]
                u0, u1 = horizontal[0, i], horizontal[1, i]
                for k in range(columns * C):
                    u0[k] = m0[k] + m1[k] + m2[k]
                for k in range(columns * C):
                    u1[k] = m1[k] - m2[k] - m3[k]
            for j in range(2):
                for s in range(columns):
                    m0, m1 = horizontal[j, 0, s * C :], horizontal[j, 1, s * C :]
                    m2, m3 = horizontal[j, 2, s * C :], horizontal[j, 3, s * C :]
                    u0, u1 = u[n, r, 0, s, j], u[n, r, 1, s, j]
                    for k in range(C):
                        u0[k] = m0[k] + m1[k] + m2[k]
                    for k in range(C):
                        u1[k] = m1[k] - m2[k] - m3[k]


@kernel
def _gradient_tiles(du: Any, start: int, tiles: Any) -> None:
    _, _, N, rows, C = tiles.shape
    for n in range(N):
        for r in range(rows):
            d00, d01 = du[0, 0, start + n, r], du[0, 1, start + n, r]
            d10, d11 = du[1, 0, start + n, r], du[1, 1, start + n, r]
            for j in range(4):
                aj, bj = du.dtype.type(A[j]), du.dtype.type(B[j])
                for i in range(4):
                    ai, bi = du.dtype.type(A[i]), du.dtype.type(B[i])
                    out = tiles[j, i, n, r]
                    for k in range(C):
                        out[k] = aj * (ai * d00[k] + bi * d10[k]) + bj * (ai * d01[k] + bi * d11[k])


COMPILED = Sums(input_tiles, outputs, gradient_tiles)
