"""``max_pool2d_forward(x, *, size, stride) -> (y, cache)``: the largest value of every window."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, values

APART, OVERLAP = "windows side by side", "windows that overlap"
LEFT_OVER, NEGATIVE = "rows and columns in no window", "images without positive numbers"


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
    """Images of which no two numbers are alike, and an upstream gradient of either sign."""
    count = int(np.prod(shape))
    steps = (rng.permutation(count) - count // 2 + rng.uniform(0.2, 0.4, size=count)) / 4
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


def groups(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        APART: [
            images(rng, "one window", (1, 1, 2, 2), size=2, stride=2),
            images(rng, "2 x 2 pixels, two channels", (2, 2, 4, 6), size=2, stride=2),
        ],
        OVERLAP: [
            images(rng, "overlapping windows, one channel", (1, 1, 3, 4), size=2, stride=1),
            images(rng, "3 x 3 pixels, stride 2", (2, 3, 5, 7), size=3, stride=2),
            images(rng, "3 x 3 pixels, stride 1", (2, 2, 5, 4), size=3, stride=1),
            float32(images(rng, "float32", (2, 2, 4, 3), size=2, stride=1)),
        ],
        LEFT_OVER: [
            images(rng, "the last row and column left over", (1, 2, 5, 7), size=2, stride=2),
            images(rng, "gaps between the windows", (2, 1, 5, 8), size=2, stride=3),
            images(rng, "windows of one pixel", (2, 2, 3, 4), size=1, stride=2),
        ],
    }


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return groups(rng) | {
        NEGATIVE: [
            negative(images(rng, "below 0", (2, 2, 4, 4), size=2, stride=2)),
            negative(images(rng, "below 0, overlapping", (1, 2, 3, 5), size=3, stride=1)),
        ]
    }


exercise = function(
    max_pool2d_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    judge=[
        values("y", weight=3, cases=APART),
        values("y", weight=3, cases=OVERLAP),
        values("y", weight=1, cases=LEFT_OVER),
        values("y", weight=2, cases=NEGATIVE),
    ],
    answers=("course_lib.functional.max_pool2d",),
    hints="""
    How many windows fit below each other, and where does window r begin? The formula is that of the
    convolution without padding.

    Smaller: the image [[1, 5, 2], [0, 3, 4]] with size 2 and stride 1 has two windows; their
    largest values are 5 and 5.
    """,
)

exercise.slips("""
y[:, :, r, s] = window.mean(axis=(2, 3))
    You return the mean of each window. Max pooling keeps its largest value.
""")
