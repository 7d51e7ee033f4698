"""``conv2d_fast_forward(x, W, b, *, stride, padding) -> (u, cache)``: one matrix product."""

import numpy as np

from grader.checking.contract import Case, function, values
from grader.exercises.ps16.conv2d_forward import (
    BOTH,
    CHANNELS,
    ONE,
    PADDING,
    STRIDE,
    cases,
    images,
)


def conv2d_fast_forward(x, W, b, *, stride, padding):
    rim = (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), rim, rim))
    C_out, C_in, kh, kw = W.shape
    rows = (x.shape[2] + 2 * padding - kh) // stride + 1
    columns = (x.shape[3] + 2 * padding - kw) // stride + 1
    i = stride * np.arange(rows)[:, None] + np.arange(kh)
    j = stride * np.arange(columns)[:, None] + np.arange(kw)
    windows = padded[:, :, i[:, None, :, None], j[None, :, None, :]]
    places = windows.transpose(0, 2, 3, 1, 4, 5)
    matrix = places.reshape(len(x) * rows * columns, C_in * kh * kw)
    flat = W.reshape(C_out, C_in * kh * kw)
    product = matrix @ flat.T + b
    u = product.reshape(len(x), rows, columns, C_out).transpose(0, 3, 1, 2)
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
        values("u", weight=3, cases=(ONE, CHANNELS), title="stride 1, no padding"),
        values("u", weight=2, cases=(PADDING, STRIDE, BOTH), title="stride and padding"),
    ],
    answers=("course_lib.functional.conv2d",),
    library_names={"conv2d_fast_forward": "conv2d_forward"},
    hints="""
    Write the windows below each other, each as one row of a matrix, and the filters as rows of
    another one. Which product of the two holds all outputs?

    Smaller: the image [[1, 2, 3], [4, 5, 6]] and a kernel of 2 x 2 pixels give the matrix [[1, 2,
    4, 5], [2, 3, 5, 6]]. The kernel [[1, 0], [0, 2]] is the row [1, 0, 0, 2], so the outputs are 11
    and 14, plus the bias.
    """,
    grows=growing,
)

exercise.slips("""
product = matrix @ flat.T
    The bias is missing. Each filter adds its own number to all of its outputs.
""")
