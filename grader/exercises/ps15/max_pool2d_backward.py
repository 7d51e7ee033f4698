"""``max_pool2d_backward(dy, cache) -> dx``: the gradient goes to the largest value of a window."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    form_step,
    function,
    mistake,
    slip,
    slips,
    step,
    values,
)

APART, OVERLAP = "windows side by side", "windows that overlap"
OBLONG = "images that are not square"
LEFT_OVER, NEGATIVE = "rows and columns in no window", "images without positive numbers"
TIES = "several pixels equally large"
VALUES = (APART, OVERLAP, LEFT_OVER, OBLONG, NEGATIVE, TIES)
TIED_OVERLAP = "in windows that overlap"
ROUNDING = 1e-4  # of shares, in float32 too


def max_pool2d_forward(x, *, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    y = windows[:, :, ::stride, ::stride].max(axis=(4, 5))
    return y, (x, y, size, stride)


def max_pool2d_backward(dy, cache):
    x, _y, size, stride = cache
    dx = np.zeros_like(x)
    rows, columns = dy.shape[2:]
    for r in range(rows):
        for s in range(columns):
            top, left = r * stride, s * stride
            window = x[:, :, top : top + size, left : left + size]
            flat = window.reshape(*x.shape[:2], -1)
            largest = flat.argmax(axis=2)[:, :, None] == np.arange(size * size)
            share = largest * dy[:, :, r, s, None]
            there = dx[:, :, top : top + size, left : left + size]  # a view
            there[...] += share.reshape(window.shape)
    return dx


def images(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, int, int, int],
    *,
    size: int,
    stride: int,
) -> Case:
    """Images of positive numbers, no two of them alike, and a gradient of either sign."""
    count = int(np.prod(shape))
    steps = (rng.permutation(count) + rng.uniform(0.2, 0.4, size=count)) / 4
    rows, columns = ((n - size) // stride + 1 for n in shape[2:])
    dy_shape = (*shape[:2], rows, columns)
    return case(
        about,
        x=steps.reshape(shape),
        size=size,
        stride=stride,
        dy=rng.uniform(0.5, 2, size=dy_shape) * rng.choice([-1.0, 1.0], size=dy_shape),
    )


def negative(made: Case) -> Case:
    return made | {"x": made["x"] - made["x"].max() - 1}


def untied(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Cases in which every window has one largest pixel; square images, except in one group.

    The first two are small enough for finite differences.
    """
    nearly = images(rng, "pixels that hardly differ", (1, 2, 4, 4), size=2, stride=2)
    nearly["x"] = 5 + 1e-9 * nearly["x"]
    return {
        OVERLAP: [
            images(rng, "overlapping windows, one channel", (1, 1, 3, 3), size=2, stride=1),
            images(rng, "3 x 3 pixels, stride 2", (2, 3, 5, 5), size=3, stride=2),
            images(rng, "3 x 3 pixels, stride 1", (2, 2, 5, 5), size=3, stride=1),
            float32(images(rng, "float32", (2, 2, 4, 4), size=2, stride=1)),
        ],
        OBLONG: [
            images(rng, "wide images", (1, 2, 2, 6), size=2, stride=2),
            images(rng, "high images", (2, 2, 6, 4), size=2, stride=2),
        ],
        APART: [
            images(rng, "one window", (1, 1, 2, 2), size=2, stride=2),
            images(rng, "2 x 2 pixels, two channels", (3, 2, 4, 4), size=2, stride=2),
            images(rng, "3 x 3 pixels", (1, 2, 6, 6), size=3, stride=3),
            nearly,
        ],
        LEFT_OVER: [
            images(rng, "the last row and column left over", (1, 2, 5, 5), size=2, stride=2),
            images(rng, "gaps between the windows", (2, 1, 6, 6), size=2, stride=3),
            images(rng, "windows of one pixel", (2, 2, 4, 4), size=1, stride=2),
        ],
        NEGATIVE: [
            negative(images(rng, "one window below 0", (2, 1, 2, 2), size=2, stride=2)),
            negative(images(rng, "four windows below 0", (1, 2, 6, 6), size=3, stride=3)),
        ],
    }


def tied(rng: np.random.Generator, made: Case, levels: int) -> Case:
    """The case with few different numbers, so that most windows have several largest pixels."""
    return made | {"x": rng.integers(levels, size=made["x"].shape) / 2.0}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    alike = images(rng, "all pixels equally large", (1, 2, 4, 4), size=2, stride=2)
    two = images(rng, "only 0 and 1/2 as pixels", (2, 2, 4, 6), size=2, stride=2)
    three = images(rng, "only 0, 1/2 and 1 as pixels", (2, 1, 6, 7), size=3, stride=3)
    both = images(rng, TIED_OVERLAP, (2, 2, 4, 5), size=2, stride=1)
    both["dy"] = np.abs(both["dy"])
    made = [tied(rng, alike, 1), tied(rng, two, 2), tied(rng, three, 3), tied(rng, both, 2)]
    return untied(rng) | {TIES: made}


def stored(rng: np.random.Generator) -> dict[str, list[Case]]:
    """The same cases, with the cache of the given forward pass."""

    def after_forward(made: Case) -> Case:
        x, size, stride = made["x"], made["size"], made["stride"]
        cache = [*max_pool2d_forward(x, size=size, stride=stride)[1]]
        return case(made["about"], dy=made["dy"], cache=cache)

    return {group: [*map(after_forward, members)] for group, members in cases(rng).items()}


def can_be_shares(dx: np.ndarray, dy: np.ndarray, cache: Any) -> bool:
    """What holds where windows overlap, for positive dy: nothing is lost or added in an image, a
    pixel has no more than its windows give, and the largest pixels of a window no less.
    """
    x, y, size, stride = cache
    most = np.zeros(dx.shape)
    for n, c, r, s in np.ndindex(dy.shape):
        window = np.s_[n, c, r * stride : r * stride + size, s * stride : s * stride + size]
        largest = x[window] == y[n, c, r, s]
        most[window] += largest * dy[n, c, r, s]
        if dx[window][largest].sum() < dy[n, c, r, s] - ROUNDING:
            return False
    within = np.all((dx >= -ROUNDING) & (dx <= most + ROUNDING))
    return bool(within and np.allclose(dx.sum((2, 3)), dy.sum((2, 3)), atol=ROUNDING))


def any_subgradient(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where windows lie apart, a gradient divided among largest pixels counts as the first one's.

    Each of them may get a share from 0 to 1, and the shares of a window add up to 1.
    """
    dy, (x, _y, size, stride) = case["dy"], case["cache"]
    dx = np.array(outputs["dx"])
    if dx.shape != x.shape or dx.dtype.kind not in "fiu":
        return outputs
    if case["about"] == TIED_OVERLAP and can_be_shares(dx, dy, case["cache"]):
        return {**outputs, "dx": max_pool2d_backward(dy, case["cache"])}
    if stride < size:
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


def one_place_of_the_windows_after_another(dy, cache):
    """Your loop goes over the places inside of a window, and each writes over what another one left
    in `dx`. A pixel in two windows gets the gradients of both: add with `+=`.
    """
    x, _y, size, stride = cache
    dx = np.zeros_like(x)
    down, across = (stride * (n - 1) + 1 for n in dy.shape[2:])
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    flat = windows[:, :, ::stride, ::stride].reshape(*dy.shape, -1)
    first = flat.argmax(axis=4)
    for i, j in np.ndindex(size, size):
        place = dx[:, :, i : i + down : stride, j : j + across : stride]
        place[...] = dy * (first == i * size + j)
    return dx


def searched_in_the_whole_image(dy, cache):
    """You compare the whole image with the maximum of a window. Pixels outside of the window that
    are equally large get its gradient, too.
    """
    x, y, _size, _stride = cache
    dx = np.zeros_like(x)
    for r, s in np.ndindex(dy.shape[2:]):
        dx += (x == y[:, :, r, s][:, :, None, None]) * dy[:, :, r, s][:, :, None, None]
    return dx


exercise = function(
    max_pool2d_backward,
    returns="dx",
    points=4,
    cases=stored,
    observe=any_subgradient,
    judge=[
        values("dx", weight=3, cases=APART),
        values(
            "dx",
            weight=5,
            cases=OVERLAP,
            help="""A pixel can be the largest of several windows. What does the chain rule do with
            the gradients of all uses of one number?""",
        ),
        values("dx", weight=1, cases=LEFT_OVER),
        values("dx", weight=2, cases=NEGATIVE),
        values("dx", weight=1, cases=OBLONG),
        values(
            "dx",
            weight=4,
            cases=TIES,
            help="""Where several pixels of a window are equally large, any of them may get the
            gradient, or they share it in any way. How much do they get together?""",
        ),
    ],
    # The library keeps another cache.
    answers=("grader.exercises.ps15.max_pool2d_backward", "course_lib.functional.max_pool2d"),
    hints=(
        step(
            """If the largest pixel of a window changes a little, the output changes by the same
            amount. The other pixels of the window change nothing.""",
            *VALUES,
        ),
        step(
            """A smaller example: the image [[1, 5, 2], [0, 3, 4]] with size 2 and stride 1 gave y
            = [[5, 5]]. With dy = [[10, 1]] the pixel 5, which is the largest of both windows, gets
            11.""",
            *VALUES,
        ),
        form_step("shapes", "float type is kept", "inputs and results stay as they were"),
    ),
    mistakes=(
        *slips("""
there[...] = share.reshape(window.shape)
    Each window overwrites what another one left in `dx`, also with zeros. A pixel in two windows
    gets the gradients of both: add with `+=`.
there[...] = np.where(largest.reshape(window.shape), share.reshape(window.shape), there)
    Where one pixel is the largest of several windows, it gets the gradient of the last one alone.
    Add with `+=`.
largest = flat == flat.max(axis=2, keepdims=True)
    Where several pixels of a window are equally large, each gets the whole gradient, so that it is
    counted several times. Choose one of them, or divide by their number.
largest = np.full(flat.shape, 1 / size**2)
    All pixels of a window get an equal share of the gradient: this is the backward pass of a mean.
    Which pixels change the maximum if they change a little?
largest = np.ones(flat.shape)
    All pixels of a window get the whole gradient. Which of them change the maximum if they change a
    little?
largest = flat == x.max(axis=(2, 3))[:, :, None]
    Only the largest pixel of the whole image gets a gradient. Every window has its own.
largest = flat == x.max()
    Only the largest pixel of all images gets a gradient. Every window has its own.
largest = flat == flat.max(axis=(1, 2), keepdims=True)
    Only one channel gets the gradient of a window. Pooling treats every channel by itself, so each
    has a largest pixel in every window.
largest = flat == flat.max(axis=(0, 2), keepdims=True)
    Only one image gets the gradient of a window. Pooling treats every image by itself, so each has
    a largest pixel in every window.
largest = flat.argmin(axis=2)[:, :, None] == np.arange(size * size)
    The smallest pixel of each window gets the gradient.
largest = np.abs(flat).argmax(axis=2)[:, :, None] == np.arange(size * size)
    The pixel with the largest absolute value gets the gradient. The forward pass compares the
    values themselves.
largest = np.arange(size * size) == 0
    The first pixel of each window gets the gradient. Which one gave the output?
share = largest * flat * dy[:, :, r, s, None]
    You multiply the gradient by the pixel. The output IS this pixel: what is its derivative?
share = largest * flat
    `dx` contains the largest pixels themselves. What arrives there is the upstream gradient `dy`.
there = dx[:, :, r : r + size, s : s + size]
    The stride is missing where you write to `dx`. In which row and column of the image does window
    (r, s) begin?
there = dx[:, :, :size, :size]
    All gradients end in the first window. The place of the largest pixel inside of its window is
    not yet its place in the image.
there[...] += share.reshape(window.shape).swapaxes(2, 3)
    Row and column of the largest pixel are exchanged inside of the window.
for r in range(rows - 1):
for s in range(columns - 1):
    Your loops end one place too early, so the last row and column of `dy` are not used.
top, left = r, s
    Your windows are one pixel apart in the backward pass. Where did the forward pass place them?
top, left = r * size, s * size
    In the backward pass your windows lie side by side. Where did the forward pass place them, if
    `stride` is not `size`?
return dx / (size * size)
    The gradient is divided by the number of pixels, as for a mean. A maximum passes it on whole.
return dx / len(x)
    `dx` is divided by the number of images. The mean over the samples belongs to the loss, and `dy`
    already contains it.
"""),
        slip(
            "rows, columns = dy.shape[2:]",
            "columns, rows = dy.shape[2:]",
            "You exchange rows and columns of `dy`. On which axis of (N, C, H', W') do the "
            "rows stand?",
        ),
        mistake(one_place_of_the_windows_after_another),
        mistake(searched_in_the_whole_image),
    ),
)
