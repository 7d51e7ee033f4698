"""``conv2d_forward(x, W, b, *, stride, padding) -> (u, cache)``: one filter at all places."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    form_step,
    function,
    loop,
    mistake,
    slip,
    slips,
    step,
    values,
)

ONE, CHANNELS = "one image, one channel", "several channels and filters"
PADDING, STRIDE, BOTH = "padding", "stride", "stride and padding together"
OBLONG = "images or filters that are not square"
VALUES = (ONE, CHANNELS, PADDING, STRIDE, BOTH, OBLONG)


def conv2d_forward(x, W, b, *, stride, padding):
    N, C_in, height, width = x.shape
    C_out, _, kh, kw = W.shape
    bottom, right = padding + height, padding + width
    padded = np.zeros((N, C_in, bottom + padding, right + padding), x.dtype)
    padded[:, :, padding:bottom, padding:right] = x
    rows = (height + 2 * padding - kh) // stride + 1
    columns = (width + 2 * padding - kw) // stride + 1
    u = np.zeros((N, C_out, rows, columns), x.dtype)
    for r in range(rows):
        for s in range(columns):
            top, left = r * stride, s * stride
            window = padded[:, :, top : top + kh, left : left + kw]
            products = window[:, None] * W
            u[:, :, r, s] = products.sum(axis=(2, 3, 4)) + b
    return u, (padded, W, stride, padding)


def images(
    rng: np.random.Generator,
    about: str,
    x: tuple[int, int, int, int],
    filters: tuple[int, int, int],
    *,
    stride: int = 1,
    padding: int = 0,
) -> Case:
    """Images (N, C_in, H, W), C_out filters of kh x kw pixels, an upstream gradient."""
    N, C_in, H, W = x
    C_out, kh, kw = filters
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    return case(
        about,
        x=away_from_zero(rng, x),
        W=away_from_zero(rng, (C_out, C_in, kh, kw)),
        b=away_from_zero(rng, (C_out,)),
        stride=stride,
        padding=padding,
        du=away_from_zero(rng, (N, C_out, rows, columns)),
    )


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of either sign and of similar size, so that each of them shows in a sum."""
    numbers: np.ndarray = rng.uniform(0.5, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return numbers


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Square images and filters, except in one group.

    Two cases at the beginning are small enough for finite differences: one with stride and padding,
    and one that is not square.
    """
    stride_and_padding = {"stride": 2, "padding": 1}
    wide = images(rng, "float32", (3, 2, 4, 4), (2, 3, 3), **stride_and_padding)
    return {
        BOTH: [
            images(rng, "stride 2 and padding 1", (2, 2, 2, 2), (3, 2, 2), **stride_and_padding),
            images(rng, "and a row left over", (2, 3, 4, 4), (2, 3, 3), **stride_and_padding),
            images(rng, "stride 4 and padding 3", (1, 1, 6, 6), (1, 3, 3), stride=4, padding=3),
            float32(wide),
        ],
        OBLONG: [
            images(rng, "wide images, wide filters", (1, 2, 3, 4), (3, 2, 3)),
            images(rng, "wide images with padding", (2, 1, 1, 3), (2, 2, 2), padding=1),
            images(rng, "square images, high filters", (2, 2, 3, 3), (2, 3, 2)),
            images(rng, "windows that overlap in columns alone", (1, 2, 4, 5), (2, 2, 3), stride=2),
            images(rng, "windows that overlap in rows alone", (1, 2, 5, 4), (2, 3, 2), stride=2),
        ],
        ONE: [images(rng, "one channel, one filter", (1, 1, 3, 3), (1, 2, 2))],
        CHANNELS: [
            images(rng, "two channels, one filter", (1, 2, 3, 3), (1, 2, 2)),
            images(rng, "one channel, three filters", (2, 1, 3, 3), (3, 2, 2)),
            images(rng, "three channels, two filters", (2, 3, 3, 3), (2, 2, 2)),
            images(rng, "as many filters as channels", (2, 2, 3, 3), (2, 2, 2)),
            images(rng, "a filter of one pixel", (2, 3, 2, 2), (2, 1, 1)),
            images(rng, "filters as large as the images", (2, 2, 3, 3), (3, 3, 3)),
        ],
        PADDING: [
            images(rng, "padding 1, one channel", (1, 1, 2, 2), (1, 3, 3), padding=1),
            images(rng, "padding 1 that keeps the size", (2, 2, 3, 3), (3, 3, 3), padding=1),
            images(
                rng, "padding 2, filters larger than images", (1, 2, 2, 2), (2, 4, 4), padding=2
            ),
        ],
        STRIDE: [
            images(rng, "stride 2, one channel", (1, 1, 5, 5), (1, 3, 3), stride=2),
            images(
                rng, "stride 2, one row and column left over", (2, 2, 6, 6), (3, 3, 3), stride=2
            ),
            images(rng, "stride 3, larger than the filter", (1, 2, 5, 5), (2, 2, 2), stride=3),
        ],
    }


def by_entries(x, W, b, stride, padding, size, entries):
    """Adds what each entry (i, j) of the filters gives; ``size(n, k)`` counts windows."""
    rows = size(x.shape[2] + 2 * padding, W.shape[2])
    columns = size(x.shape[3] + 2 * padding, W.shape[3])
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    u = np.zeros((len(x), len(W), rows, columns), x.dtype)
    down, across = stride * (rows - 1) + 1, stride * (columns - 1) + 1
    for i, j in entries:
        pixels = padded[:, :, i : i + down : stride, j : j + across : stride]
        u += np.einsum("nchw,oc->nohw", pixels, W[:, :, i, j])
    return u + b[:, None, None], (padded, W, stride, padding)


def size_without_the_filter(x, W, b, *, stride, padding):
    """H' and W' are too large, so some of your slices are smaller than `u`. The size of the filter
    is missing in your formula: a window must lie completely inside the padded image.
    """
    entries = np.ndindex(W.shape[2:])
    return by_entries(x, W, b, stride, padding, lambda n, k: n // stride, entries)


def size_without_the_filter_and_one_added(x, W, b, *, stride, padding):
    """H' and W' are too large, so some of your slices are smaller than `u`. Your formula lets the
    last window begin at the end of the padded image. In which row must a window of kh rows begin?
    """
    entries = np.ndindex(W.shape[2:])
    return by_entries(x, W, b, stride, padding, lambda n, k: n // stride + 1, entries)


def size_without_the_stride(x, W, b, *, stride, padding):
    """H' and W' are those of stride 1. With a larger stride your slices are smaller than `u`. How
    many steps of length `stride` fit?
    """
    entries = np.ndindex(W.shape[2:])
    return by_entries(x, W, b, stride, padding, lambda n, k: n - k + 1, entries)


def size_rounded_up(x, W, b, *, stride, padding):
    """H' or W' is rounded up, so some of your slices are smaller than `u`. If the last step does
    not fit into the padded image, there is no window: which division leaves it out?
    """
    entries = np.ndindex(W.shape[2:])
    return by_entries(x, W, b, stride, padding, lambda n, k: -((k - n) // stride) + 1, entries)


def entries_with_height_and_width_exchanged(x, W, b, *, stride, padding):
    """Your loops over the filter exchange its height and its width. `W` is (C_out, C_in, kh, kw):
    up to which number does i count its rows, and up to which one does j count its columns?
    """
    kh, kw = W.shape[2:]
    entries = np.ndindex(kw, kh)
    return by_entries(x, W, b, stride, padding, lambda n, k: (n - k) // stride + 1, entries)


def by_matrix(x, W, b, stride, padding, *, axes=(0, 2, 3, 1, 4, 5), back=None):
    """One matrix product; ``axes`` is the order of (N, C_in, H', W', kh, kw) before `reshape`."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    view = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))
    view = view[:, :, ::stride, ::stride]
    shape = (len(x), len(W), *view.shape[2:4])
    matrix = view.transpose(axes).reshape(-1, W[0].size)
    product = matrix @ W.reshape(len(W), -1).T + b
    u = back(product, shape) if back else product.reshape(len(x), *shape[2:], len(W))
    return u if back else u.transpose(0, 3, 1, 2), (padded, W, stride, padding)


def windows_in_pieces(x, W, b, *, stride, padding):
    """A row of your matrix holds pixels of several windows. Before `reshape` the axes of the places
    have to stand first, and behind them channel, row and column inside of the window.
    """
    return by_matrix(x, W, b, stride, padding, axes=(0, 1, 2, 3, 4, 5))


def channels_behind_the_pixels(x, W, b, *, stride, padding):
    """In your rows the channel is the last index of a pixel. `W` has the channels before rows and
    columns, so its numbers meet the wrong pixels.
    """
    return by_matrix(x, W, b, stride, padding, axes=(0, 2, 3, 4, 5, 1))


def columns_of_a_window_first(x, W, b, *, stride, padding):
    """In your rows the columns of a window come before its rows. The filters are the other way
    round.
    """
    return by_matrix(x, W, b, stride, padding, axes=(0, 2, 3, 1, 5, 4))


def places_before_the_images(x, W, b, *, stride, padding):
    """In your matrix the places come before the images, but the last `reshape` expects the images
    first.
    """
    return by_matrix(x, W, b, stride, padding, axes=(2, 3, 0, 1, 4, 5))


def output_without_a_transpose(x, W, b, *, stride, padding):
    """The rows of the product are places, its columns are filters. `reshape` alone does not move
    the filters to the second axis: write the shape in the order in which the numbers stand, then
    move the axis.
    """
    return by_matrix(x, W, b, stride, padding, back=lambda product, shape: product.reshape(shape))


def growing(rng: np.random.Generator, n: int) -> Case:
    """As many images as rows of pixels: a loop over either of them shows."""
    return images(rng, "growing", (n, 1, n, 2), (1, 2, 2))


exercise = function(
    conv2d_forward,
    returns="u, cache",
    points=4,
    cases=cases,
    judge=[
        values("u", weight=2, cases=ONE),
        values(
            "u",
            weight=3,
            cases=CHANNELS,
            help="""A filter has as many channels as the images. Over which axes of the window do
            the products of one output run, and over which ones do they not?""",
        ),
        values(
            "u",
            weight=2,
            cases=PADDING,
            help="""Padding adds rows and columns of zeros on all four sides. How large is the
            image then, and where does its first window begin?""",
        ),
        values(
            "u",
            weight=2,
            cases=STRIDE,
            help="""The stride is the distance between neighbouring windows. In which row does
            window r begin, and for how many r does the whole window lie inside the image?""",
        ),
        values("u", weight=1, cases=BOTH),
        values(
            "u",
            weight=2,
            cases=OBLONG,
            help="""Height and width are two numbers, for the images, for the filters and for `u`.
            Which of your lines uses one of them for both, or exchanges them?""",
        ),
    ],
    answers=("course_lib.functional.conv2d",),
    hints=(
        step(
            """Compute a single output first: take one window of one image, multiply it by one
            filter element by element, add all products and then the bias of the filter.""",
            *VALUES,
        ),
        step(
            """A smaller example: the image [[1, 2, 3], [4, 5, 6]] and the filter [[1, 0], [0, 2]]
            with bias 10, stride 1 and padding 0 give two outputs: 1·1 + 5·2 + 10 = 21 and 2·1 +
            6·2 + 10 = 24. As a product, the matrix is [[1, 2, 4, 5], [2, 3, 5, 6]] and the filter
            is the row [1, 0, 0, 2].""",
            *VALUES,
        ),
        loop("""
        for n, o, r, s in np.ndindex(N, C_out, H_out, W_out):
            u[n, o, r, s] = b[o]
            for c, i, j in np.ndindex(C_in, kh, kw):
                pixel = xp[n, c, r * stride + i, s * stride + j]
                u[n, o, r, s] += W[o, c, i, j] * pixel
        """),
        form_step("shapes", "float type is kept", "inputs and results stay as they were"),
    ),
    grows=growing,
    mistakes=(
        *slips("""
u[:, :, r, s] = products.sum(axis=(2, 3, 4))
    The bias is missing. Every filter adds its own number to all of its outputs.
u[:, :, r, s] = products.sum(axis=(2, 3, 4)) - b
    The bias has the wrong sign: it is added.
u[:, :, r, s] = products.sum(axis=(2, 3, 4)) + C_in * b
    You add the bias once for each channel. How often does it occur in one output?
u[:, :, r, s] = products.sum(axis=(2, 3, 4)) + kh * kw * b
    You add the bias once for each entry of a filter. How often does it occur in one output?
u[:, :, r, s] = (products + b[:, None, None, None]).sum(axis=(2, 3, 4))
    You add the bias to every product of a window. How often does it occur in one output?
u[:, :, r, s] = products.sum(axis=(2, 3, 4)) + b.sum()
    You add all biases to every output. Filter o has the bias `b[o]`.
u[:, :, r, s] = products.sum(axis=(2, 3, 4)) + b[0]
    All outputs get the bias of the first filter. Filter o has the bias `b[o]`.
u[:, :, r, s] = products.sum(axis=(2, 3, 4))
return u + b, (padded, W, stride, padding)
    NumPy adds `b` along the last axis of `u`, the columns. Along which axis are the filters? Give
    `b` a shape in which its numbers stand on that axis.
u[:, :, r, s] = products.sum(axis=(2, 3, 4)) + b[:, None]
    You add `b` as a column, one number for each image. It has one number for each filter.
products = window[:, None] * W[:, :, ::-1, ::-1]
    You flip the filter, as mathematicians do in a convolution. In deep learning it is not flipped:
    the first entry of the filter multiplies the first pixel of the window.
products = window[:, None] * W[:, :, :, ::-1]
    You flip the columns of the filter. Its entries multiply the pixels of the window in the order
    in which both are stored.
products = window[:, None] * W[:, :, ::-1]
    You flip the rows of the filter. Its entries multiply the pixels of the window in the order in
    which both are stored.
products = window[:, None] * W.swapaxes(0, 1)
    You exchange the two channel axes of `W`. Its first axis counts the outputs, its second one the
    channels of the image.
products = window[:, None] * W.swapaxes(2, 3)
    Rows and columns of the filter are exchanged.
products = window[:, None] * W[:, ::-1, ::-1, ::-1]
    You flip the filter, and its channels, too. Nothing is flipped here: the first entry of the
    filter multiplies the first pixel of the window. (`np.flip` without `axis` reverses all axes.)
products = window[:, None] * W.reshape(-1, C_out).T.reshape(W.shape)
    `reshape` mixes the filters: C_out has to stay the first axis. Write W.reshape(C_out, −1), and
    transpose that if a product needs it.
u[:, :, r, s] = products.sum(axis=(1, 2, 3, 4))[:, None] + b
    You add up all filters. Which axis of `W` counts the outputs? No sum runs over it.
window = padded[:, :, top : top + kh - 1, left : left + kw - 1]
products = window[:, None] * W[:, :, : kh - 1, : kw - 1]
    Your windows lack their last row and column. A slice `a:b` ends before `b`.
products = window[:, None, :, -1:, -1:] * W[:, :, -1:, -1:]
    Each output contains the last entry of the filter alone. A loop over the entries has to add what
    each one gives; `=` overwrites it.
products = window[:, None, -1:, -1:, -1:] * W[:, -1:, -1:, -1:]
    Each output contains its last product alone. A loop over the products has to add them; `=`
    overwrites.
products = window[:, None, :1] * W[:, :1]
    You use the first channel alone. An output is a sum over all channels of the window.
products = window[:, None, -1:] * W[:, -1:]
    You use the last channel alone. A loop over the channels has to add what each one gives; `=`
    overwrites it.
u[:, :, r, s] = products.sum(axis=(3, 4)).mean(axis=2) + b
    You take the mean over the channels. An output is a sum over all channels.
u[:, :, r, s] = products.mean(axis=(2, 3, 4)) + b
    You take the mean of the products of a window. An output is their sum.
u[:, :, r, s] = products.sum(axis=(0, 2, 3, 4)) + b
    You add up all images. Which axis of the window counts the images? No sum runs over it.
products = window[:, None] * W[:1]
    All outputs use the first filter. Output channel o has the filter `W[o]`.
u[:, :, r, s] = np.abs(products).sum(axis=(2, 3, 4)) + b
    You add absolute values. The products keep their signs.
padding = 0
    `padding` is not used.
padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2, mode="edge")
    You repeat the pixels of the edge around the image. The padding consists of zeros.
padded = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2, mode="symmetric")
    You mirror the image at its edges. The padding consists of zeros.
padded = np.ones((N, C_in, bottom + padding, right + padding), x.dtype)
    The padding consists of ones. Which number adds nothing to a sum of products?
padded = np.pad(x, padding)
# padded[:, :, padding:bottom, padding:right] = x
    `np.pad` pads every axis here, also those of the images and of the channels. Which two axes get
    rows and columns of zeros?
padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
# padded[:, :, padding:bottom, padding:right] = x
    You pad the axes 1 and 2, as if the channels stood last. The images are (N, C, H, W).
padded = np.pad(x, ((0, 0), (0, 0), (0, padding), (0, padding)))
# padded[:, :, padding:bottom, padding:right] = x
rows = (height + padding - kh) // stride + 1
columns = (width + padding - kw) // stride + 1
    The zeros stand below the image and on its right, but not above it and on its left.
padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0)))
# padded[:, :, padding:bottom, padding:right] = x
columns = (width - kw) // stride + 1
    You pad rows but no columns. The zeros stand on all four sides.
rows = (height - kh) // stride + 1
columns = (width - kw) // stride + 1
    The size of `u` does not count the padding. How many windows fit into the padded image?
rows = (bottom + 3 * padding - kh) // stride + 1
columns = (right + 3 * padding - kw) // stride + 1
    You count the padding twice: in the shape of the padded image, and once more in the formula.
top, left = r * kh, s * kw
    Your windows lie side by side, a filter apart. They are `stride` pixels apart, so they may
    overlap.
rows = height + 2 * padding - kh + 1
columns = width + 2 * padding - kw + 1
    Your `u` has as many rows and columns as for a stride of 1, so its last windows lie outside of
    the image. How many steps of length `stride` fit?
rows = (height + 2 * padding) // stride
columns = (width + 2 * padding) // stride
    Your size of `u` does not depend on the size of the filter. A window must lie completely inside
    the padded image: in which row does the last one begin?
rows = height
columns = width
    You make `u` as large as the image. How many windows fit into the padded image?
u = np.zeros((N, C_out, columns, rows), x.dtype)
    `u` has its rows and columns exchanged. On which axis of the images do the rows stand?
return u.transpose(0, 2, 3, 1), (padded, W, stride, padding)
    Your channels stand last. `u` is (N, C_out, H', W'), in the order of the images.
rows = (height + 2 * padding - kh) // stride
columns = (width + 2 * padding - kw) // stride
    `u` lacks its last row and column. The quotient counts the steps from the first window to the
    last one: how many windows are that?
rows = (height + 2 * padding - kh + 1) // stride
columns = (width + 2 * padding - kw + 1) // stride
    You add 1 before the division by `stride`. The quotient counts the steps between windows. Where
    does the first window come in?
rows = -((kh - (height + 2 * padding)) // stride) + 1
columns = -((kw - (width + 2 * padding)) // stride) + 1
    You round the number of windows up, so the last one lies partly outside of the image. Rows and
    columns that are left over belong to no window.
rows = (height + padding - kh) // stride + 1
columns = (width + padding - kw) // stride + 1
    `u` has too few rows and columns. You count the padding on one side alone, but zeros stand on
    both sides: above and below, on the left and on the right.
for r in range(rows - 1):
for s in range(columns - 1):
    Your loops end one place too early, so the last row and column of `u` are not computed.
for r in range(0, rows, stride):
for s in range(0, columns, stride):
top, left = r, s
    Your loops go over the outputs in steps of `stride`, so most of `u` stays 0. Every output is
    computed; its window begins `stride` pixels after the one before.
top, left = s * stride, r * stride
    You exchange rows and columns of the windows: `u[:, :, r, s]` belongs to the window in row r and
    column s.
top, left = r * stride, s
    Only the rows of windows are `stride` pixels apart. What about the columns?
top, left = r, s
    `u` has the right shape, but its windows are one pixel apart. In which row and column does
    window (r, s) begin if they are `stride` pixels apart?
stride = 1
    `stride` is not used: your windows are one pixel apart. `sliding_window_view` returns all of
    them. Which rows and columns of windows do you need?
return u.swapaxes(2, 3), (padded, W, stride, padding)
    Rows and columns of `u` are exchanged: the window that moves down gives the next row.
return u
    You return `u` alone. The last line has to be `return u, cache`: which arrays and numbers will
    the backward pass need?
return (padded, W, stride, padding), u
    The first result looks like a cache. In which order are `u` and the cache returned?
"""),
        mistake(windows_in_pieces),
        mistake(channels_behind_the_pixels),
        mistake(columns_of_a_window_first),
        mistake(places_before_the_images),
        mistake(output_without_a_transpose),
        slip(
            "C_out, _, kh, kw = W.shape",
            "C_out, _, kw, kh = W.shape",
            "You exchange height and width of the filter: `W` is (C_out, C_in, kh, kw).",
        ),
        mistake(size_without_the_filter),
        mistake(size_without_the_filter_and_one_added),
        mistake(size_without_the_stride),
        mistake(size_rounded_up),
        mistake(entries_with_height_and_width_exchanged),
    ),
)
