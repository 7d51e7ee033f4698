"""``conv2d_backward(du, cache) -> (dx, dW, db)``: what every place gives to one kernel."""

import numpy as np

from grader.checking.contract import pair, values
from grader.exercises.ps16.conv2d_forward import (
    BOTH,
    CHANNELS,
    ONE,
    PADDING,
    STRIDE,
    cases,
    conv2d_forward,
)


def conv2d_backward(du, cache):
    padded, W, stride, padding = cache
    dpadded, dW = np.zeros_like(padded), np.zeros_like(W)
    db = du.sum(axis=(0, 2, 3))
    kh, kw = W.shape[2:]
    rows, columns = du.shape[2:]
    for r in range(rows):
        for s in range(columns):
            top, left = r * stride, s * stride
            window = padded[:, :, top : top + kh, left : left + kw]
            here = du[:, :, r, s]
            dW += np.tensordot(here, window, axes=(0, 0))
            dpadded[:, :, top : top + kh, left : left + kw] += np.tensordot(here, W, axes=(1, 0))
    bottom, right = padded.shape[2] - padding, padded.shape[3] - padding
    dx = dpadded[:, :, padding:bottom, padding:right]
    return dx, dW, db


exercise = pair(
    conv2d_forward,
    conv2d_backward,
    returns="dx, dW, db",
    points=5,
    cases=cases,
    judge=[
        values("db", weight=2),
        values("dW", weight=3, cases=(ONE, CHANNELS, PADDING), title="dW at stride 1"),
        values("dW", weight=2, cases=(STRIDE, BOTH), title="dW at larger strides"),
        values("dx", weight=3, cases=(ONE, CHANNELS, STRIDE), title="dx without padding"),
        values("dx", weight=3, cases=(PADDING, BOTH), title="dx with padding"),
    ],
    answers=("course_lib.functional.conv2d",),
    hints="""
    Take one output u[n, o, r, s]. It is a sum of products of one window and one filter, plus one
    bias. Which entries of x, W and b does it use, and what is its derivative in each of them?

    Every entry of W is used at all places and for all images, and an entry of x in all windows that
    contain it. The gradients of all uses are added: start with zeros and use `+=`.
    """,
)

exercise.slips("""
dW = np.tensordot(here, window, axes=(0, 0))
    `dW` is that of the last place alone. The kernel is used at all places: add with `+=`.
""")
