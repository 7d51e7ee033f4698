"""``max_pool2d_backward(dy, cache) -> dx``: the gradient goes to the largest value of a window."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, pair, values
from grader.exercises.ps16.max_pool2d_forward import (
    APART,
    LEFT_OVER,
    OVERLAP,
    groups,
    images,
    max_pool2d_forward,
)

TIES = "several pixels equally large"
ROUNDING = 1e-4  # of shares, in float32 too


def max_pool2d_backward(dy, cache):
    x, size, stride = cache
    dx = np.zeros_like(x)
    rows, columns = dy.shape[2:]
    for r in range(rows):
        for s in range(columns):
            top, left = r * stride, s * stride
            window = x[:, :, top : top + size, left : left + size]
            flat = window.reshape(*x.shape[:2], -1)
            largest = flat.argmax(axis=2)[:, :, None] == np.arange(size * size)
            share = largest * dy[:, :, r, s, None]
            dx[:, :, top : top + size, left : left + size] += share.reshape(window.shape)
    return dx


def tied(rng: np.random.Generator, made: Case, levels: int) -> Case:
    """The case with few different numbers, so that most windows have several largest pixels."""
    return made | {"x": rng.integers(levels, size=made["x"].shape) / 2.0}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    alike = images(rng, "all pixels equally large", (1, 2, 4, 4), size=2, stride=2)
    two = images(rng, "only 0 and 1/2 as pixels", (2, 2, 4, 6), size=2, stride=2)
    three = images(rng, "only 0, 1/2 and 1 as pixels", (2, 1, 6, 7), size=3, stride=3)
    return groups(rng) | {TIES: [tied(rng, alike, 1), tied(rng, two, 2), tied(rng, three, 3)]}


def any_subgradient(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where windows lie apart, a gradient divided among largest pixels counts as the first one's.

    Each of them may get a share from 0 to 1, and the shares of a window add up to 1.
    """
    x, dy, size, stride = case["x"], case["dy"], case["size"], case["stride"]
    dx = np.array(outputs["dx"])
    if stride < size or dx.shape != x.shape or dx.dtype.kind not in "fiu":
        return outputs
    for n, c, r, s in np.ndindex(dy.shape):
        rows = slice(r * stride, r * stride + size)
        columns = slice(s * stride, s * stride + size)
        window, share = x[n, c, rows, columns], dx[n, c, rows, columns] / dy[n, c, r, s]
        largest = window == window.max()
        within = np.all((share >= -ROUNDING) & (share <= largest + ROUNDING))
        if within and abs(share.sum() - 1) <= ROUNDING:
            first = np.arange(size * size).reshape(size, size) == window.argmax()
            dx[n, c, rows, columns] = first * dy[n, c, r, s]
    return {**outputs, "dx": dx}


exercise = pair(
    max_pool2d_forward,
    max_pool2d_backward,
    returns="dx",
    points=4,
    cases=cases,
    observe=any_subgradient,
    judge=[
        values("dx", weight=3, cases=APART),
        values("dx", weight=5, cases=OVERLAP),
        values("dx", weight=1, cases=LEFT_OVER),
        values("dx", weight=2, cases=TIES),
    ],
    answers=("course_lib.functional.max_pool2d",),
    hints="""
    If the largest pixel of a window changes a little, the output changes by the same amount. The
    other pixels of the window change nothing.

    Smaller: the image [[1, 5, 2], [0, 3, 4]] with size 2 and stride 1 gave y = [[5, 5]]. With dy =
    [[10, 1]] the pixel 5, which is the largest of both windows, gets 11.
    """,
)

exercise.slips("""
dx[:, :, top : top + size, left : left + size] = share.reshape(window.shape)
    Each window overwrites what another one left there. A pixel in two windows gets the gradients of
    both: add with `+=`.
""")
