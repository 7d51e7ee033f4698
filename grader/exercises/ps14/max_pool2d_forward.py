"""``max_pool2d_forward(x, *, size, stride) -> (y, cache)``: the largest value of every window."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    form_step,
    function,
    mistake,
    slips,
    step,
    values,
)
from grader.exercises.windows import count_mistakes, loop_mistakes, result_mistakes

APART, OVERLAP = "windows side by side", "windows that overlap"
OBLONG = "images that are not square"
LEFT_OVER, NEGATIVE = "rows and columns in no window", "images without positive numbers"
VALUES = (APART, OVERLAP, LEFT_OVER, OBLONG, NEGATIVE)


def max_pool2d_forward(x, *, size, stride):
    rows = (x.shape[2] - size) // stride + 1
    columns = (x.shape[3] - size) // stride + 1
    y = np.zeros((*x.shape[:2], rows, columns), x.dtype)
    for r in range(rows):
        for s in range(columns):
            top, left = r * stride, s * stride
            window = x[:, :, top : top + size, left : left + size]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y, (x, size, stride)


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


def blocks_in_the_wrong_order(x, *, size, stride):
    """`reshape` cuts the rows of the image into pieces and does not make blocks: a window does not
    stand in one piece in memory. In (N, C, H', size, W', size), which axes belong to a window?
    """
    N, C, height, width = x.shape
    rows, columns = height // size, width // size
    whole = x[:, :, : rows * size, : columns * size]
    return whole.reshape(N, C, rows, columns, size, size).max(axis=(4, 5)), None


def number_of_windows_without_their_size(x, *, size, stride):
    """H' and W' are too large, so some of your slices are smaller than `y`. `size` is missing in
    your formula: a window must lie completely inside the image.
    """
    rows, columns = (n // stride for n in x.shape[2:])
    y = np.full((*x.shape[:2], rows, columns), -np.inf, x.dtype)
    down, across = stride * (rows - 1) + 1, stride * (columns - 1) + 1
    for i, j in np.ndindex(size, size):
        y = np.maximum(y, x[:, :, i : i + down : stride, j : j + across : stride])
    return y, (x, size, stride)


exercise = function(
    max_pool2d_forward,
    returns="y, cache",
    points=2,
    cases=untied,
    judge=[
        values("y", weight=3, cases=APART),
        values(
            "y",
            weight=3,
            cases=OVERLAP,
            help="""The stride is the distance between windows, the size is their own. In which row
            does window r begin, and where does it end?""",
        ),
        values("y", weight=1, cases=LEFT_OVER),
        values("y", weight=1, cases=OBLONG),
        values(
            "y",
            weight=2,
            cases=NEGATIVE,
            help="""The largest value of a window may be negative. From which value does your
            maximum start?""",
        ),
    ],
    answers=("course_lib.functional.max_pool2d",),
    hints=(
        step(
            """How many windows fit below each other, and where does window r begin? The formula is
            that of the convolution without padding.""",
            *VALUES,
        ),
        step(
            """A smaller example: the image [[1, 5, 2], [0, 3, 4]] with size 2 and stride 1 has two
            windows; their largest values are 5 and 5.""",
            *VALUES,
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    mistakes=(
        *slips("""
y[:, :, r, s] = window.mean(axis=(2, 3))
    You return the mean of each window. Max pooling keeps its largest value.
y[:, :, r, s] = window.min(axis=(2, 3))
    You return the smallest value of each window.
y[:, :, r, s] = window.sum(axis=(2, 3))
    You return the sum of each window. Max pooling keeps its largest value.
y[:, :, r, s] = np.abs(window).max(axis=(2, 3))
    You return the largest absolute value. The largest value keeps its sign.
y[:, :, r, s] = np.maximum(window.max(axis=(2, 3)), 0)
    Where all pixels of a window are negative, you return 0. Your maximum starts at 0: begin with a
    pixel of the window, or with −∞.
y[:, :, r, s] = window[:, :, 0, 0]
    You return the first pixel of each window. Where is its largest one?
y[:, :, r, s] = window[:, :, -1, -1]
    You return the last pixel of each window. A loop over its pixels has to keep the largest one;
    `=` overwrites it.
y[:, :, r, s] = window.reshape(*x.shape[:2], -1).argmax(axis=2)
    You return where the largest value is. `y` contains the value itself.
window = x[:, :, top : top + size - 1, left : left + size - 1]
    Your windows lack their last row and column. A slice `a:b` ends before `b`.
window = x[:, :, top : top + size + 1, left : left + size + 1]
    Your windows have a row and a column too many. A slice `a:b` ends before `b`.
window = x[:, :, top : top + stride, left : left + stride]
    Your windows begin at the right places, but they are as large as the stride. How large are they?
x = np.pad(x, ((0, 0), (0, 0), (size // 2, size // 2), (size // 2, size // 2)))
    You pad the images. Here every window lies inside the image.
y[:, :, r, s] = window.max(axis=(1, 2, 3))[:, None]
    You take the largest value of all channels. Pooling treats every channel by itself.
y[:, :, r, s] = window.max(axis=(0, 2, 3))
    You take the largest value of all images. Pooling treats every image by itself.
y[:, :, r, s] = window.max()
    You take the largest value of all images and channels. Over which axes of the window does the
    maximum run?
stride = size
    `stride` is not used: your windows lie side by side. They may overlap or have gaps.
size = stride
    `size` is not used: your windows are as large as the stride.
top, left = r * size, s * size
    Your windows begin at multiples of `size`. They are `stride` pixels apart.
rows = x.shape[2] // stride
columns = x.shape[3] // stride
    You divide the size of the image by `stride`. How many windows fit is asked, so `size` matters,
    too: where does the last window end?
rows = x.shape[2] // size
columns = x.shape[3] // size
    You divide the size of the image by `size`. This counts windows that lie side by side; which
    formula did the convolution have?
y = np.zeros((*x.shape[:2], columns, rows), x.dtype)
    `y` has its rows and columns exchanged. On which axis of the images do the rows stand?
"""),
        *count_mistakes(output="y", inside=("x.shape[2]", "x.shape[3]"), filter=("size", "size")),
        *loop_mistakes(output="y"),
        *result_mistakes(output="y", cache="(x, size, stride)"),
        mistake(blocks_in_the_wrong_order),
        mistake(number_of_windows_without_their_size),
    ),
)
