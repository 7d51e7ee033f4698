"""``conv2d_fast_forward(x, W, b, *, stride, padding) -> (u, cache)``: one matrix product."""

import numpy as np

from grader.checking.contract import Case, form_step, function, slips, step, values
from grader.exercises.ps14.conv2d_forward import (
    BOTH,
    CHANNELS,
    OBLONG,
    ONE,
    PADDED,
    PADDING,
    STRIDE,
    cases,
    images,
)
from grader.exercises.windows import PADDING_ON_ONE_SIDE, count_mistakes

PLAIN, WITH = "stride 1, no padding", "stride and padding"
VALUES = (PLAIN, WITH, OBLONG)


def conv2d_fast_forward(x, W, b, *, stride, padding):
    N, C_in, height, width = x.shape
    C_out, _, kh, kw = W.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (height + 2 * padding - kh) // stride + 1
    columns = (width + 2 * padding - kw) // stride + 1
    i = stride * np.arange(rows)[:, None] + np.arange(kh)
    j = stride * np.arange(columns)[:, None] + np.arange(kw)
    windows = padded[:, :, i[:, None, :, None], j[None, :, None, :]]
    places = windows.transpose(0, 2, 3, 1, 4, 5)
    matrix = places.reshape(N * rows * columns, C_in * kh * kw)
    flat = W.reshape(C_out, C_in * kh * kw)
    product = matrix @ flat.T + b
    u = product.reshape(N, rows, columns, C_out).transpose(0, 3, 1, 2)
    return u, matrix


def growing(rng: np.random.Generator, n: int) -> Case:
    """As many images as rows of pixels: a loop over either of them shows."""
    return images(rng, "growing", (n, 1, n, 2), (1, 2, 2))


exercise = function(
    conv2d_fast_forward,
    returns="u, cache",
    points=1,
    cases=cases,
    judge=[
        values("u", weight=3, cases=(ONE, CHANNELS), title=PLAIN),
        values("u", weight=2, cases=(PADDING, STRIDE, BOTH), title=WITH),
        values("u", weight=1, cases=OBLONG),
    ],
    answers=("course_lib.functional.conv2d:conv2d_forward",),
    hints=(
        step(
            """Write the windows below each other, each as one row of a matrix, and the filters as
            rows of another one. Which product of the two holds all outputs?""",
            *VALUES,
        ),
        step(
            """A smaller example: the image [[1, 2, 3], [4, 5, 6]] and a filter of 2 x 2 pixels
            give the matrix [[1, 2, 4, 5], [2, 3, 5, 6]]. The filter [[1, 0], [0, 2]] is the row
            [1, 0, 0, 2], so the outputs are 11 and 14, plus the bias.""",
            *VALUES,
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    grows=growing,
    mistakes=(
        *slips("""
product = matrix @ flat.T
    The bias is missing. Every filter adds its own number to all of its outputs.
u = product.reshape(N, C_out, rows, columns)
    The rows of the product are places, its columns are filters. `reshape` alone does not move the
    filters to the second axis: write the shape in the order in which the numbers stand, then move
    the axis.
u = product.reshape(N, rows, columns, C_out)
    Your channels stand last. `u` is (N, C_out, H', W'), in the order of the images.
u = product.reshape(N, rows, columns, C_out).transpose(0, 3, 2, 1)
    Rows and columns of `u` are exchanged.
places = windows
    A row of the matrix holds pixels of several windows. Before `reshape` the axes of the places
    have to stand first, and behind them channel, row and column inside of the window.
places = windows.transpose(0, 2, 3, 4, 5, 1)
    In your rows the channel is the last index of a pixel. `W` has the channels before rows and
    columns, so its numbers meet the wrong pixels.
places = windows.transpose(0, 2, 3, 1, 5, 4)
    In your rows the columns of a window come before its rows. The filters are the other way round.
places = windows.transpose(2, 3, 0, 1, 4, 5)
    In your matrix the places come before the images, but the last `reshape` expects the images
    first.
places = windows.transpose(0, 3, 2, 1, 4, 5)
    In your matrix the places stand column by column, but the last `reshape` expects them row by
    row.
flat = W.reshape(C_in * kh * kw, C_out).T
    `reshape` with exchanged sizes does not transpose: it mixes the filters. Give each filter one
    row, then use `.T`.
flat = W.T.reshape(kw * kh * C_in, C_out).T
    `W.T` reverses the order of all four axes: your filters are column by column, and the channel is
    the last index. In which order stand the pixels in a row of your matrix?
flat = W[:, :, ::-1, ::-1].reshape(C_out, C_in * kh * kw)
    You flip the filter. Here the first entry of the filter multiplies the first pixel of the
    window.
flat = W.swapaxes(2, 3).reshape(C_out, C_in * kh * kw)
    Rows and columns of the filters are exchanged.
flat = W
    `W` has four axes. A matrix product needs each filter as one row.
product = matrix @ flat
    The filters are the rows of your second factor. In the product they have to be its columns.
product = matrix @ flat.T + b[:, None]
    You add `b` as a column, one number for each window. It has one number for each filter, and the
    filters are the columns of the product.
padding = 0
    `padding` is not used.
stride = 1
    `stride` is not used: your windows are one pixel apart.
i = np.arange(rows)[:, None] + np.arange(kh)
j = np.arange(columns)[:, None] + np.arange(kw)
    The stride is missing in the places of the windows. In which row does window r begin?
return u
    You return `u` alone. The last line has to be `return u, cache`, as in `conv2d_forward`.
return matrix, u
    The first result is your matrix. In which order are `u` and the cache returned?
"""),
        *count_mistakes(output="u", inside=PADDED, filter=("kh", "kw")),
        *PADDING_ON_ONE_SIDE,
    ),
)
