"""``conv2d_forward(x, W, b, *, stride, padding) -> (u, cache)``: one kernel at all places."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, values

ONE, CHANNELS = "one image, one channel", "several channels and filters"
PADDING, STRIDE, BOTH = "padding", "stride", "stride and padding together"


def conv2d_forward(x, W, b, *, stride, padding):
    rim = (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), rim, rim))
    kh, kw = W.shape[2:]
    rows = (x.shape[2] + 2 * padding - kh) // stride + 1
    columns = (x.shape[3] + 2 * padding - kw) // stride + 1
    u = np.zeros((len(x), len(W), rows, columns), x.dtype)
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
    """Images (N, C_in, H, W), a number of filters with kh x kw pixels, an upstream gradient."""
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
    return rng.uniform(0.5, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    # The first two are small enough for finite differences: one without stride and padding, and
    # one with both.
    return {
        ONE: [images(rng, "one window next to another", (1, 1, 3, 4), (1, 2, 3))],
        BOTH: [
            images(rng, "stride 2 and padding 1", (2, 2, 2, 3), (3, 2, 3), stride=2, padding=1),
            images(
                rng,
                "stride 2 and padding 1, one row and column left over",
                *((2, 3, 4, 5), (2, 3, 2)),
                stride=2,
                padding=1,
            ),
            float32(images(rng, "float32", (3, 2, 4, 3), (2, 2, 3), stride=2, padding=1)),
        ],
        CHANNELS: [
            images(rng, "two channels, one filter", (1, 2, 4, 3), (1, 2, 2)),
            images(rng, "one channel, three filters", (2, 1, 3, 4), (3, 2, 2)),
            images(rng, "three channels, two filters", (2, 3, 3, 5), (2, 3, 2)),
            images(rng, "as many filters as channels", (2, 2, 4, 5), (2, 2, 2)),
            images(rng, "a kernel of one pixel", (2, 3, 2, 3), (2, 1, 1)),
            images(rng, "a kernel as large as the images", (2, 2, 2, 3), (3, 2, 3)),
        ],
        PADDING: [
            images(rng, "padding 1, one channel", (1, 1, 3, 2), (1, 3, 2), padding=1),
            images(rng, "padding 1 that keeps the size", (2, 2, 3, 4), (3, 3, 3), padding=1),
            images(rng, "padding 2", (1, 2, 2, 3), (2, 3, 2), padding=2),
        ],
        STRIDE: [
            images(rng, "stride 2, one channel", (1, 1, 4, 5), (1, 2, 3), stride=2),
            images(
                rng, "stride 2, one row and column left over", (2, 2, 5, 6), (3, 2, 3), stride=2
            ),
            images(rng, "stride 3, larger than the kernel", (1, 2, 5, 4), (2, 2, 1), stride=3),
        ],
    }


exercise = function(
    conv2d_forward,
    returns="u, cache",
    points=4,
    cases=cases,
    judge=[
        values("u", weight=2, cases=ONE),
        values("u", weight=3, cases=CHANNELS),
        values("u", weight=2, cases=PADDING),
        values("u", weight=2, cases=STRIDE),
        values("u", weight=1, cases=BOTH),
    ],
    answers=("course_lib.functional.conv2d",),
    hints="""
    Compute a single output first: take one window of one image, multiply it by one filter element
    by element, add all products and then the bias of the filter.

    Smaller: the image [[1, 2, 3], [4, 5, 6]] and the kernel [[1, 0], [0, 2]] with bias 10, stride 1
    and padding 0 give two outputs: 1·1 + 5·2 + 10 = 21 and 2·1 + 6·2 + 10 = 24.
    """,
)

exercise.slips("""
u[:, :, r, s] = products.sum(axis=(2, 3, 4))
    The bias is missing. Each filter adds its own number to all of its outputs.
""")
