"""Convolution with 3 x 3 filters in fewer multiplications (Winograd 1980; Lavin and Gray 2016).

Two neighbouring outputs of a filter (w0, w1, w2) on (d0, d1, d2, d3) take 6 multiplications::

    u0 = d0 w0 + d1 w1 + d2 w2        u1 = d1 w0 + d2 w1 + d3 w2

The same numbers take 4, because sums of the w are needed once per filter and not once per image::

    m0 = (d0 - d2) w0                   m1 = (d1 + d2) (w0 + w1 + w2) / 2
    m2 = (d2 - d1) (w0 - w1 + w2) / 2   m3 = (d1 - d3) w2
    u0 = m0 + m1 + m2                   u1 = m1 - m2 - m3

In two directions, 2 x 2 outputs take 16 multiplications instead of 36. Over all channels they are
16 matrix products, one for each place in a tile of 4 x 4 pixels.

The functions take and return what those of `course_lib.functional.conv2d` do, but for the cache.
Images are divided into *phases*, the pixels with even and with odd row and column, of shape
``(2, 2, N, rows, columns, C)``: the pixels d0, d1, d2, d3 of all tiles are then slices. Where a
pixel is nan or infinite, all outputs of its tiles are nan.
"""

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_lib.backend import Array
from course_lib.functional.column_sums import column_sums
from course_lib.functional.conv2d import require_shape_of_u
from course_lib.shapes import Pair, pair

NumpyArray: TypeAlias = np.ndarray[Any, Any]

BLOCK = 1 << 18
"""Numbers in the tiles of a block of images: they stay in the processor's cache."""

PHASES = (0, 0), (0, 1), (1, 0), (1, 1)

SUMS_OF_W = np.asarray([[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.0, 0.0, 1.0]])
IN_BOTH_DIRECTIONS = np.einsum("ai,bj->ijba", SUMS_OF_W, SUMS_OF_W).reshape(9, 16)


class Sums(NamedTuple):
    """The sums on both sides of the products; ``compiled/winograd.py`` has others."""

    input_tiles: Callable[[NumpyArray, slice, NumpyArray], object]
    outputs: Callable[[NumpyArray, NumpyArray], object]
    gradient_tiles: Callable[[NumpyArray, slice, NumpyArray], object]


class WinogradCache(NamedTuple):
    """What the backward pass needs."""

    phases: NumpyArray  # of the padded x
    W: NumpyArray
    u_shape: tuple[int, ...]
    padding: Pair
    sums: Sums


def conv2d_forward(
    x: Any, W: Any, b: Any, *, stride: int | Pair = 1, padding: int | Pair = 0
) -> tuple[NumpyArray, WinogradCache]:
    """As `conv2d_forward` with stride 1."""
    return forward_by(IN_NUMPY, x, W, b, pair(padding))


def forward_by(
    sums: Sums, x: Any, W: Any, b: Any, padding: Pair
) -> tuple[NumpyArray, WinogradCache]:
    """The same by these sums."""
    u, phases = _correlate(x, W, padding, b, sums)
    return u, WinogradCache(phases, W, u.shape, padding, sums)


def conv2d_backward(du: Any, cache: WinogradCache) -> tuple[Array, Array, Array]:
    """As `conv2d_backward`.

    A pixel of u got a pixel of x times w0, its neighbour times w1 and the next one times w2. So dx
    is the convolution of du with the filters turned around, from C_out to C_in channels.
    """
    require_shape_of_u(du, cache.u_shape)
    du = _as_computed(du, cache)
    turned = cache.W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    padding = 2 - cache.padding[0], 2 - cache.padding[1]
    no_bias = np.zeros(turned.shape[0], turned.dtype)
    dx, padded = _correlate(du, turned, padding, no_bias, cache.sums)
    du_phases = _without_padding(padded, padding, _tiles(du.shape[2:]))
    return dx, *_sums_over_windows(du_phases, cache)


def conv2d_parameter_gradients(du: Any, cache: WinogradCache) -> tuple[Array, Array]:
    """As `conv2d_parameter_gradients`."""
    require_shape_of_u(du, cache.u_shape)
    du = _as_computed(du, cache)
    return _sums_over_windows(_phases(du, (0, 0), _tiles(du.shape[2:]), border=0), cache)


def _as_computed(du: Any, cache: WinogradCache) -> NumpyArray:
    """du in at least the precision of the forward pass, in this machine's order of bytes."""
    return np.asarray(du, np.result_type(du, cache.phases))


def _sums_over_windows(du_phases: NumpyArray, cache: WinogradCache) -> tuple[Array, Array]:
    """dW, by the transposed sums in the opposite order, and db."""
    phases = cache.phases
    C_out, C_in = cache.W.shape[:2]
    dsums = np.zeros((16, C_in, C_out), phases.dtype)
    for block in _blocks(phases, C_out):
        places = du_phases[0, 0, block].shape[:3]
        tiles = _scratch("tiles", (4, 4, *places, C_in), phases.dtype)
        dtiles = _scratch("gradients", (4, 4, *places, C_out), du_phases.dtype)
        cache.sums.input_tiles(phases, block, tiles)
        cache.sums.gradient_tiles(du_phases, block, dtiles)
        dsums += tiles.reshape(16, -1, C_in).transpose(0, 2, 1) @ dtiles.reshape(16, -1, C_out)
    dW = dsums.transpose(2, 1, 0) @ IN_BOTH_DIRECTIONS.T.astype(dsums.dtype)
    return dW.reshape(C_out, C_in, 3, 3), column_sums(du_phases.reshape(-1, C_out))


def _correlate(x: Any, W: Any, padding: Pair, b: Any, sums: Sums) -> tuple[NumpyArray, NumpyArray]:
    """All windows of x times all filters, plus b, and the phases of the padded x."""
    C_out, C_in = W.shape[:2]
    N = x.shape[0]
    height, width = (x.shape[2 + axis] + 2 * padding[axis] - 2 for axis in (0, 1))
    rows, columns = _tiles((height, width))
    phases = _phases(x, padding, (rows, columns), border=1)
    filters = W.reshape(C_out * C_in, 9) @ IN_BOTH_DIRECTIONS.astype(W.dtype)
    filters = np.ascontiguousarray(filters.reshape(C_out, C_in, 16).transpose(2, 1, 0))
    u = np.empty((N, rows, 2, columns, 2, C_out), x.dtype)
    for block in _blocks(phases, C_out):
        tiles = _scratch("tiles", (4, 4, len(u[block]), rows, columns, C_in), u.dtype)
        sums.input_tiles(phases, block, tiles)
        products = _scratch("products", (*tiles.shape[:5], C_out), u.dtype)
        np.matmul(tiles.reshape(16, -1, C_in), filters, out=products.reshape(16, -1, C_out))
        products[1, 1] += b  # which is in all four outputs of a tile once
        sums.outputs(products, u[block])
    images = u.reshape(N, 2 * rows, 2 * columns, C_out)[:, :height, :width]
    return images.transpose(0, 3, 1, 2), phases


def _tiles(size: tuple[int, ...]) -> Pair:
    """Numbers of tiles of 2 x 2 outputs that cover outputs of this height and width."""
    return (size[0] + 1) // 2, (size[1] + 1) // 2


def _blocks(phases: NumpyArray, C_out: int) -> Iterator[slice]:
    """A few images at a time."""
    _, _, N, rows, columns, C_in = phases.shape
    images = max(1, BLOCK // (16 * rows * columns * max(C_in, C_out)))
    for start in range(0, N, images):
        yield slice(start, start + images)


def _phases(x: NumpyArray, padding: Pair, tiles: Pair, border: int) -> NumpyArray:
    """The padded images (N, C, H, W) as (2, 2, N, tiles + border, tiles + border, C)."""
    N, C, _, _ = x.shape
    rows, columns = tiles[0] + border, tiles[1] + border
    phases = np.zeros((2, 2, N, rows, columns, C), x.dtype)
    images = _channels_last(x)
    for i, j in PHASES:
        row, column = (i + padding[0]) % 2, (j + padding[1]) % 2  # of the first pixel of x here
        top, left = (row + padding[0] - i) // 2, (column + padding[1] - j) // 2  # and its place
        pixels = images[:, row::2, column::2][:, : rows - top, : columns - left]
        height, width = pixels.shape[1:3]
        phases[i, j, :, top : top + height, left : left + width] = pixels
    return phases


def _without_padding(phases: NumpyArray, padding: Pair, tiles: Pair) -> NumpyArray:
    """The phases of the same images without zeros above them and to their left."""
    _, _, N, _, _, C = phases.shape
    moved = np.empty((2, 2, N, *tiles, C), phases.dtype)
    for i, j in PHASES:
        top, down = divmod(i + padding[0], 2)
        left, right = divmod(j + padding[1], 2)
        moved[i, j] = phases[down, right, :, top : top + tiles[0], left : left + tiles[1]]
    return moved


def _channels_last(x: NumpyArray) -> NumpyArray:
    """(N, H, W, C) in this order in memory; a view where that is the order of x."""
    images = x.transpose(0, 2, 3, 1)
    if images.flags.c_contiguous:
        return images
    copy = np.empty(images.shape, x.dtype)
    for c in range(0, x.shape[1], 16):  # three times faster than all channels together, because
        copy[..., c : c + 16] = images[..., c : c + 16]  # they are far from each other in memory
    return copy


class _Kept(threading.local):
    """Memory by name and data type, for each thread its own."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[str, np.dtype[Any]], NumpyArray] = {}


_kept = _Kept()


def _scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NumpyArray:
    """An array for the numbers of one block, with any values in it.

    Its memory is used again by the next call in the same thread: to get new memory from the system
    would take longer than the sums. So nothing that a caller keeps may be a view of it. An array
    for one very large image is not kept.
    """
    size = math.prod(shape)
    if size > 4 * BLOCK:
        return np.empty(shape, dtype)
    memory = _kept.arrays.get((name, dtype))
    if memory is None or memory.size < size:
        memory = _kept.arrays[name, dtype] = np.empty(size, dtype)
    return memory[:size].reshape(shape)


def input_tiles(phases: NumpyArray, block: slice, tiles: NumpyArray) -> None:
    """The sums of d in both directions: (4, 4, n, rows, columns, C), the first axis for columns."""
    images = phases[:, :, block]
    _, _, n, rows, columns, C = images.shape
    vertical = _scratch("vertical", (4, 2, n, rows - 1, columns, C), phases.dtype)
    even, odd = images
    _sums_of_d(even[:, :, :-1], odd[:, :, :-1], even[:, :, 1:], odd[:, :, 1:], vertical)
    even, odd = vertical[:, 0], vertical[:, 1]
    _sums_of_d(even[..., :-1, :], odd[..., :-1, :], even[..., 1:, :], odd[..., 1:, :], tiles)


def _sums_of_d(d0: Any, d1: Any, d2: Any, d3: Any, out: NumpyArray) -> None:
    np.subtract(d0, d2, out=out[0])
    np.add(d1, d2, out=out[1])
    np.subtract(d2, d1, out=out[2])
    np.subtract(d1, d3, out=out[3])


def outputs(products: NumpyArray, u: NumpyArray) -> None:
    """From the products (4, 4, n, rows, columns, C) to u (n, rows, 2, columns, 2, C)."""
    horizontal = _scratch("horizontal", (2, *products.shape[1:]), products.dtype)
    _sums_of_m(products, horizontal)
    _sums_of_m(horizontal.swapaxes(0, 1), u.transpose(2, 4, 0, 1, 3, 5))


def _sums_of_m(m: NumpyArray, u: NumpyArray) -> None:
    np.add(m[1], m[2], out=u[0])
    u[0] += m[0]
    np.subtract(m[1], m[2], out=u[1])
    u[1] -= m[3]


def gradient_tiles(du_phases: NumpyArray, block: slice, tiles: NumpyArray) -> None:
    """Gradients of the products (4, 4, n, rows, columns, C) from the phases of du."""
    du = du_phases[:, :, block]
    vertical = _scratch("vertical", (4, 2, *du.shape[2:]), du.dtype)
    _gradients_of_m(du, vertical)
    _gradients_of_m(vertical.swapaxes(0, 1), tiles)


def _gradients_of_m(du: NumpyArray, dm: NumpyArray) -> None:
    dm[0] = du[0]
    np.add(du[0], du[1], out=dm[1])
    np.subtract(du[0], du[1], out=dm[2])
    np.negative(du[1], out=dm[3])


IN_NUMPY = Sums(input_tiles, outputs, gradient_tiles)
