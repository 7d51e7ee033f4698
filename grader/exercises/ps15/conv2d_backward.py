"""``conv2d_backward(du, cache) -> (dx, dW, db)``: what every place gives to one filter."""

import numpy as np

from grader.checking.contract import form_step, mistake, pair, slip, slips, step, values
from grader.exercises.ps15.conv2d_forward import (
    BOTH,
    CHANNELS,
    OBLONG,
    ONE,
    PADDING,
    STRIDE,
    cases,
    conv2d_forward,
)

DB, DW, DW_STRIDE = "values of db", "dW at stride 1", "dW at larger strides"
DX, DX_PADDED = "dx without padding", "dx with padding"
DW_OBLONG, DX_OBLONG = "dW that is not square", "dx that is not square"
VALUES = (DB, DW, DW_STRIDE, DX, DX_PADDED, DW_OBLONG, DX_OBLONG)


def conv2d_backward(du, cache):
    padded, W, stride, padding = cache
    dpadded, dW = np.zeros_like(padded), np.zeros_like(W)
    db = du.sum(axis=(0, 2, 3))
    _, _, kh, kw = W.shape
    rows, columns = du.shape[2:]
    for r in range(rows):
        for s in range(columns):
            top, left = r * stride, s * stride
            window = padded[:, :, top : top + kh, left : left + kw]
            here = du[:, :, r, s, None, None, None]
            dW += (here * window[:, None]).sum(axis=0)
            there = dpadded[:, :, top : top + kh, left : left + kw]  # a view
            gradient = (here * W).sum(axis=1)
            there[...] += gradient
    bottom, right = padded.shape[2] - padding, padded.shape[3] - padding
    dx = dpadded[:, :, padding:bottom, padding:right]
    return dx, dW, db


def one_entry_of_the_filter_after_another(du, cache):
    """Each entry of the filter overwrites what another one left in `dx`. A pixel meets several
    entries, one in each window that contains it, and their gradients are added: `+=`.
    """
    padded, W, stride, padding = cache
    _dx, dW, db = conv2d_backward(du, cache)
    dpadded = np.zeros_like(padded)
    down, across = (stride * (n - 1) + 1 for n in du.shape[2:])
    for i, j in np.ndindex(W.shape[2:]):
        gradient = np.einsum("norc,oi->nirc", du, W[:, :, i, j])
        dpadded[:, :, i : i + down : stride, j : j + across : stride] = gradient
    bottom, right = padded.shape[2] - padding, padded.shape[3] - padding
    return dpadded[:, :, padding:bottom, padding:right], dW, db


def entries_with_height_and_width_exchanged(du, cache):
    """Your loops over the filter exchange its height and its width. `W` is (C_out, C_in, kh, kw):
    up to which number does i count its rows, and up to which one does j count its columns?
    """
    padded, W, stride, _padding = cache
    dW = np.zeros_like(W)
    down, across = (stride * (n - 1) + 1 for n in du.shape[2:])
    kh, kw = W.shape[2:]
    for i, j in np.ndindex(kw, kh):
        pixels = padded[:, :, i : i + down : stride, j : j + across : stride]
        dW[:, :, i, j] = np.einsum("nors,ncrs->oc", du, pixels)
    return conv2d_backward(du, cache)


def only_what_windows_reach(du, cache):
    """`dx` is too small where windows leave a row or a column over. No window uses it, so its
    gradient is 0, but it is there: `dx` has the shape of `x`.
    """
    padded, W, stride, padding = cache
    dx, dW, db = conv2d_backward(du, cache)
    used = (stride * (n - 1) + k - padding for n, k in zip(du.shape[2:], W.shape[2:], strict=True))
    rows, columns = used
    return dx[:, :, :rows, :columns], dW, db


def without_zeros_between(du, cache):
    """`dx` is a convolution of the padded `du` at stride 1. At a larger stride the windows of the
    forward pass are farther apart: how many zeros have to stand between the entries of `du`?
    """
    padded, W, _stride, padding = cache
    _dx, dW, db = conv2d_backward(du, cache)
    bottom, right = (n + k - 1 for n, k in zip(du.shape[2:], W.shape[2:], strict=True))
    beside = np.zeros((*padded.shape[:2], bottom, right), du.dtype)
    dpadded = conv2d_backward(du, (beside, W, 1, 0))[0]
    return dpadded[:, :, padding : bottom - padding, padding : right - padding], dW, db


def filter_gradient_without_zeros_between(du, cache):
    """`dW` is a convolution of the padded image with `du` at stride 1, so its shape is wrong. At a
    larger stride the windows of the forward pass are farther apart: which pixels did W[o, c, i, j]
    meet?
    """
    padded, _W, _stride, _padding = cache
    dx, _dW, db = conv2d_backward(du, cache)
    windows = np.lib.stride_tricks.sliding_window_view(padded, du.shape[2:], axis=(2, 3))
    return dx, np.einsum("nchwij,noij->ochw", windows, du), db


exercise = pair(
    conv2d_forward,
    conv2d_backward,
    returns="dx, dW, db",
    points=5,
    cases=cases,
    judge=[
        values(
            "db",
            weight=2,
            cases=(ONE, CHANNELS),
            title=DB,
            help="""A bias is added to every output of its channel: in all images, at all places.
            Over which axes of `du` do you sum?""",
        ),
        values(
            "dW",
            weight=3,
            cases=(ONE, CHANNELS, PADDING),
            title=DW,
            help="""Write u[n, o, r, s] as a sum of products. By which pixel is W[o, c, i, j]
            multiplied there? Add over all n, r and s.""",
        ),
        values(
            "dW",
            weight=2,
            cases=(STRIDE, BOTH),
            title=DW_STRIDE,
            help="Which window did the forward pass use for u[:, :, r, s]? Use the same one here.",
        ),
        values(
            "dx",
            weight=3,
            cases=(ONE, CHANNELS, STRIDE),
            title=DX,
            help="""Each window that contains a pixel passes a gradient to it. What does the window
            of u[n, o, r, s] get from du[n, o, r, s], and how do overlapping windows combine?""",
        ),
        values(
            "dx",
            weight=3,
            cases=(PADDING, BOTH),
            title=DX_PADDED,
            help="""First compute the gradient of the padded image, in its size. Which part of it
            belongs to the image itself?""",
        ),
        values("dW", cases=OBLONG, title=DW_OBLONG, after=DW),
        values(
            "dx",
            cases=OBLONG,
            title=DX_OBLONG,
            after=DX,
            help="""Height and width are two numbers, for the images, for the filters and for `du`.
            Which of your lines uses one of them for both, or exchanges them?""",
        ),
    ],
    answers=("course_lib.functional.conv2d",),
    hints=(
        step(
            """Take one output u[n, o, r, s]. It is a sum of products of one window and one filter,
            plus one bias. Which entries of x, W and b does it use, and what is its derivative
            in each of them?""",
            *VALUES,
        ),
        step(
            """Every entry of W is used at all places and for all images, and an entry of x in all
            windows that contain it. The gradients of all uses are added: start with zeros and
            use `+=`.""",
            *VALUES,
        ),
        form_step("shapes", "float type is kept", "inputs and results stay as they were"),
    ),
    mistakes=(
        *slips("""
du = du.reshape(len(du), *du.shape[2:], du.shape[1]).transpose(0, 3, 1, 2)
    `reshape` alone mixes filters and places: in `du` the filters are axis 1. Which axis has to
    stand last, so that a row of dU belongs to one window?
dW = (here * window[:, None]).sum(axis=0)
    `dW` contains the last place alone. The filter is used at all places, so their gradients are
    added: `+=`.
dW = (here * window[:, None])[-1]
    `dW` contains the last place of the last image alone. The filter is used at all places of all
    images, so their gradients are added: `+=`.
dW += (here * window[:, None])[-1]
    `dW` contains the last image alone. Every image uses the same filters, so their gradients are
    added.
dW += (here * window[:, None]).sum(axis=0) / len(du)
db = du.sum(axis=(0, 2, 3)) / len(du)
    `dW` and `db` are divided by the number of images. The mean over the samples belongs to the
    loss, and `du` already contains it.
dW += (here * window[:, None]).sum(axis=0) / len(du)
    `dW` is divided by the number of images. The mean over the samples belongs to the loss, and `du`
    already contains it.
dW += (here * window[:, None]).sum(axis=0) / (rows * columns)
    `dW` is a mean over the places. Every place affects the loss: `dW` is a sum over them.
dW += (here * window[:, None, :, ::-1, ::-1]).sum(axis=0)
    `dW` is flipped. If the forward pass does not flip the filter, W[o, c, i, j] is multiplied by
    pixel (i, j) of the window, so this pixel is its derivative.
dW += (here * window[:, None].swapaxes(3, 4)).sum(axis=0)
    Rows and columns of `dW` are exchanged.
return dx, dW.swapaxes(0, 1), db
    The channel axes of `dW` are exchanged: it has the shape of `W`, (C_out, C_in, kh, kw).
dW += (here * W).sum(axis=0)
    You compute `dW` from `W`. The derivative of a product with respect to one factor is the other
    one: by which pixel is W[o, c, i, j] multiplied?
for r in range(rows - 1):
for s in range(columns - 1):
    Your loops end one place too early, so the last row and column of `du` are not used.
top, left = r, s
    The stride is missing in the backward pass. Which window did the forward pass use for
    u[:, :, r, s]?
window = padded[:, :, r : r + kh, s : s + kw]
    The stride is missing in `dW`. Which window did the forward pass use for u[:, :, r, s]?
there = dpadded[:, :, r : r + kh, s : s + kw]
    The stride is missing in `dx`. Which window did the forward pass use for u[:, :, r, s]?
there[...] = gradient
    Each window overwrites what another one left in `dx`. A pixel in several windows gets the sum of
    their gradients: `+=`.
gradient = (here * W)[:, -1]
there[...] = gradient
    Each filter and each window overwrites what another one left in `dx`. A pixel gets the sum over
    all filters and over all windows that contain it: `+=`.
gradient = (here * W)[:, -1]
    `dx` contains the last filter alone. A pixel affects the outputs of all filters, so their
    gradients are added.
gradient = (here * W[:, :, ::-1, ::-1]).sum(axis=1)
    In `dx` the filter is flipped once too often or once too few. Pixel (i, j) of a window was
    multiplied by W[o, c, i, j]. If you compute `dx` as a convolution of the padded `du`, which
    entry of the filter meets the first pixel?
gradient = (here * W.swapaxes(2, 3)).sum(axis=1)
    In `dx` the rows and columns of the filter are exchanged.
gradient = (here * W.swapaxes(0, 1)).sum(axis=1)
    In `dx` the channel axes of `W` are exchanged. `du` has C_out channels: over which axis of `W`
    do you sum, and which one is left?
gradient = (here * W).sum(axis=1) / len(du)
    `dx` is divided by the number of images. The mean over the samples belongs to the loss, and `du`
    already contains it.
gradient = window * here.sum(axis=1)
    You compute `dx` from the window. The derivative of a product with respect to the pixel is the
    other factor: which one is it?
dx = dpadded
    `dx` still has the size of the padded image. Which rows and columns belong to `x`?
dx = dpadded[:, :, padding:, padding:]
    You take the padding away above and on the left, but not below and on the right.
dx = dpadded[:, :, : bottom - padding, : right - padding]
    You take twice the padding away below and on the right. The image begins in row and column
    `padding` of the padded one.
dx = dpadded[:, :, padding:-padding, padding:-padding]
    `dx` is empty with padding 0, because `0:-0` is `0:0`. Which end of the slice is right for every
    padding? Count it from the front.
dx = dpadded[:, :, 1:-1, 1:-1]
    You take one row and column away on each side, whatever the padding is.
dx = dpadded[:, :, padding:bottom]
    You take the padding away above and below, but not on the left and on the right.
db = du.sum(axis=(0, 2))
    You do not sum `db` over the columns. Every place uses the same bias.
db = du.sum(axis=(0, 3))
    You do not sum `db` over the rows of places. Every place uses the same bias.
db = du.sum(axis=(2, 3))
    You do not sum `db` over the images. All of them use the same biases.
db = du.sum(axis=0)
    You sum `db` over the images, but not over the places. Every place uses the same bias.
db = du.sum(axis=(1, 2, 3))
    `db` has one number for each image. There is one bias for each output channel: which axis stays?
db = du.sum(axis=(0, 1, 2))
    You sum `db` as if the channels stood last. `du` is (N, C_out, H', W').
db = du.sum()
    `db` is one number. There is one bias for each output channel, so that axis stays.
db = du.mean(axis=(0, 2, 3))
    `db` is a mean over images and places. Each of them affects the loss, so `db` is a sum.
db = du.sum(axis=(2, 3)).mean(axis=0)
    `db` is divided by the number of images. The mean over the samples belongs to the loss, and `du`
    already contains it.
db = du[:, :, -1, -1].sum(axis=0)
    `db` contains the last place alone. Inside a loop over places it is added to: `+=`.
db = du[-1, :, -1, -1]
    `db` contains the last place of the last image alone. Inside of the loops it is added to: `+=`.
db = du[-1].sum(axis=(1, 2))
    `db` contains the last image alone. Inside a loop over images it is added to: `+=`.
return dx, db, dW
    `dW` and `db` are exchanged: return dx, dW, db.
return dW, dx, db
    `dx` and `dW` are exchanged: return dx, dW, db.
return dW, db, dx
    The three results are in the wrong order: return dx, dW, db.
"""),
        slip(
            "_, _, kh, kw = W.shape",
            "_, _, kw, kh = W.shape",
            "You exchange height and width of the filter: `W` is (C_out, C_in, kh, kw).",
        ),
        slip(
            "rows, columns = du.shape[2:]",
            "columns, rows = du.shape[2:]",
            "You exchange rows and columns of `du`. On which axis of (N, C_out, H', W') do "
            "the rows stand?",
        ),
        mistake(one_entry_of_the_filter_after_another),
        mistake(entries_with_height_and_width_exchanged),
        mistake(only_what_windows_reach),
        mistake(without_zeros_between),
        mistake(filter_gradient_without_zeros_between),
    ),
)
