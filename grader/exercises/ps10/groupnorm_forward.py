"""``groupnorm_forward(x, gamma, beta, *, groups, eps) -> (y, cache)`` for x (N, C, …)."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.normalisation import forward_mistakes


def groupnorm_forward(x, gamma, beta, *, groups, eps):
    one_each = (1, -1, *[1] * (x.ndim - 2))
    gamma, beta = gamma.reshape(one_each), beta.reshape(one_each)
    rows = x.reshape(len(x), groups, -1)
    mean, var = rows.mean(axis=2, keepdims=True), rows.var(axis=2, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = ((rows - mean) / std).reshape(x.shape)
    return gamma * x_hat + beta, (x_hat, gamma, std, groups)


def batch(rng: np.random.Generator, about: str, shape: tuple[int, ...], groups: int) -> Case:
    """Samples whose channels differ in mean and standard deviation, as after a convolution."""
    own = (*shape[:2], *(1 for _axis in shape[2:]))
    size = int(np.prod(shape))
    spread = rng.permutation(np.linspace(-1, 1, size)).reshape(shape)
    C = shape[1]
    # The means of neighbouring channels differ, so that no group has a small standard deviation.
    place = np.where(np.arange(C) % 2, 1.0, -1.0).reshape(1, C, *(1 for _axis in shape[2:]))
    return case(
        about,
        x=spread * rng.uniform(0.7, 2, size=own) + place + rng.uniform(-0.4, 0.4, size=own),
        gamma=rng.uniform(0.5, 2, size=C) * rng.choice([-1.0, 1.0], size=C),
        beta=rng.normal(size=C) + 0.5,
        groups=groups,
        eps=float(rng.uniform(0.01, 0.05)),
        dy=rng.normal(size=shape),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    flat = batch(rng, "a nearly constant group", (2, 4, 2), 2)  # where eps, and any other, shows
    signs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    flat["x"][0, :2] = rng.normal() + rng.uniform(0.03, 0.06, size=(2, 2)) * signs
    turned = batch(rng, "channels last in memory", (2, 4, 3, 2), 2)
    for name in ("x", "dy"):
        last = np.ascontiguousarray(np.moveaxis(turned[name], 1, -1))
        turned[name] = np.moveaxis(last, -1, 1)
    return [
        batch(rng, "a matrix, one group", (2, 4), 1),
        batch(rng, "a matrix, two groups", (3, 6), 2),
        batch(rng, "sequences, two groups", (2, 4, 3), 2),
        batch(rng, "images, three groups", (2, 6, 2, 3), 3),
        batch(rng, "images, one group", (2, 3, 2, 2), 1),
        batch(rng, "images, a group for each channel", (2, 3, 2, 3), 3),
        batch(rng, "one image, two groups", (1, 4, 2, 2), 2),
        batch(rng, "as many samples as channels", (4, 4, 4), 2),
        flat,
        turned,
        float32(batch(rng, "float32", (2, 4, 2, 3), 2)),
    ]


exercise = function(
    groupnorm_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    judge=[
        values(
            "y",
            weight=3,
            cases=("a matrix, one group", "a matrix, two groups"),
            title="y of a matrix",
            help="""How many means does a batch of N samples have here? Do they depend on the other
            samples?""",
        ),
        values("y", weight=4, title="y of everything, images too"),
    ],
    form=(shapes(), dtype("y", cases="float32"), unchanged_inputs()),
    answers=(
        "course_lib.functional.groupnorm",
        "course_lib.functional.layernorm",
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
    ),
    hints="""
    Take a single group: all values of its channels, at all positions, share a mean and a variance.
    Which of them share a gamma and a beta?

    `x.reshape(N, groups, -1)` puts the values of a group into one row, because neighbouring
    channels are next to each other in memory. Normalise that along its last axis, give it the shape
    of x again, then scale each channel.

    Smaller: one sample with four channels, x = [[1, 3, 10, 16]], groups = 2, eps = 0. The means are
    2 and 13, the standard deviations 1 and 3: x_hat = [[−1, 1, −1, 1]]. With gamma = [1, 2, 3, 4]
    and beta = 0: y = [[−1, 2, −3, 4]]. For images gamma needs the shape (1, C, 1, 1).
    """,
    grows=lambda rng, n: batch(rng, "growing", (n, 4, 2), 2),
)


def statistics_over(shape, axes, hint):
    """Add a mistake: ``rows`` has another shape, or the statistics are taken along other axes."""
    lines = (
        "rows = x.reshape({0})\n"
        "    mean, var = rows.mean(axis={1}, keepdims=True), rows.var(axis={1}, keepdims=True)"
    )
    exercise.slip(lines.format("len(x), groups, -1", 2), lines.format(shape, axes), hint)


statistics_over(
    "len(x), 1, -1",
    2,
    "You always normalise all channels of a sample together. That is right only for one group.",
)
statistics_over(
    "*x.shape[:2], -1",
    2,
    "You always normalise each channel separately. That is right only for as many groups as "
    "channels.",
)
statistics_over(
    "len(x), x.shape[1] // groups, -1",
    2,
    "You use `groups` as the size of a group. It is the number of groups.",
)
statistics_over(
    "len(x), x.shape[1] // groups, groups, -1",
    (1, 3),
    "Your groups consist of channels that are not neighbours. The first C/groups channels are the "
    "first group. If you split the axis of channels by `reshape`: which of the two new axes comes "
    "first?",
)
statistics_over(
    "len(x), groups, x.shape[1] // groups, -1",
    2,
    "You take the statistics at every position separately. A group has one mean, over its "
    "channels and all positions.",
)
statistics_over(
    "len(x), groups, -1",
    (0, 2),
    "Your statistics run over the samples, too, so a sample's output depends on the other "
    "samples. Each sample has its own statistics.",
)
statistics_over(
    "*x.shape[:2], -1",
    (0, 2),
    "You normalise each channel over all samples and positions. That is batch normalisation of "
    "images. Here the output of a sample does not depend on other samples.",
)
forward_mistakes(exercise, unit="group", scaled="channel", letter="n", count="rows.shape[2]")
exercise.slips("""
# gamma, beta = gamma.reshape(one_each), beta.reshape(one_each)
    gamma and beta of shape (C,) are broadcast along the last axis of x. They belong to axis 1, the
    channels. Which shape do they need when x has more axes?
one_each = (1, -1, 1, 1)
    y has more axes than x, unless x is a batch of images. How many axes does gamma need beside x of
    shape (N, C), and of shape (N, C, L)?
gamma, beta = (np.tile(a, x[0].size // len(a)).reshape(1, *x.shape[1:]) for a in (gamma, beta))
    gamma and beta change from position to position within a channel. If you flatten x to one row,
    the positions of a channel are next to each other. How often do you have to repeat each gamma in
    a row?
""")
exercise.slip(
    "x_hat = ((rows - mean) / std).reshape(x.shape)",
    "x[...] = (rows - mean).reshape(x.shape)\n"
    "    x_hat = (x.reshape(rows.shape) / std).reshape(x.shape)",
    "The values are right, but you centre x in place, which belongs to the caller.",
    needs=("y of everything, images too",),
)
exercise.slips("""
gamma, beta = (a.reshape(groups, -1)[:, :1].repeat(len(a) // groups).reshape(one_each) for a in
    (gamma, beta))
    All channels of a group get the gamma and beta of its first channel. Every channel has its own.
""")
