"""``groupnorm_forward(x, gamma, beta, *, groups, eps) -> (y, cache)`` for x (N, C, …)."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, slips, values
from grader.exercises.normalisation import NORMALISATIONS, form, forward_mistakes, parameters


def groupnorm_forward(x, gamma, beta, *, groups, eps):
    one_each = (1, -1, *[1] * (x.ndim - 2))
    gamma, beta = gamma.reshape(one_each), beta.reshape(one_each)
    rows = x.reshape(len(x), groups, -1)
    mean = rows.mean(axis=2, keepdims=True)
    var = rows.var(axis=2, keepdims=True)
    std = np.sqrt(var + eps)
    normal = (rows - mean) / std
    x_hat = normal.reshape(x.shape)
    y = gamma * x_hat + beta
    return y, (x_hat, gamma, std, groups)


def batch(rng: np.random.Generator, about: str, shape: tuple[int, ...], groups: int) -> Case:
    """Samples whose channels differ in mean and standard deviation, as after a convolution."""
    N, C, *places = shape
    own = (N, C, *np.ones_like(places))
    spread = rng.permutation(np.linspace(-1, 1, np.prod(shape))).reshape(shape)
    # The means of neighbouring channels differ, so that no group has a small standard deviation.
    place = np.where(np.arange(C) % 2, 1.0, -1.0).reshape(own[1:])
    return case(
        about,
        x=spread * rng.uniform(0.7, 2, size=own) + place + rng.uniform(-0.4, 0.4, size=own),
        groups=groups,
        dy=rng.normal(size=shape),
        **parameters(rng, C),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = batch(rng, "a nearly constant group", (2, 4, 2), 2)  # where eps, and any other, shows
    signs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    flat["x"][0, :2] = rng.normal() + rng.uniform(0.03, 0.06, size=(2, 2)) * signs
    turned = batch(rng, "channels last in memory", (2, 4, 3, 2), 2)
    for name in ("x", "dy"):
        last = np.ascontiguousarray(np.moveaxis(turned[name], 1, -1))
        turned[name] = np.moveaxis(last, -1, 1)
    return {
        "y of a matrix": [
            batch(rng, "a matrix, one group", (2, 4), 1),
            batch(rng, "a matrix, two groups", (3, 6), 2),
        ],
        "y of images and sequences": [
            batch(rng, "sequences, two groups", (2, 4, 3), 2),
            batch(rng, "images, three groups", (2, 6, 2, 3), 3),
            batch(rng, "images, one group", (2, 3, 2, 2), 1),
            batch(rng, "images, a group for each channel", (2, 3, 2, 3), 3),
            batch(rng, "one image, two groups", (1, 4, 2, 2), 2),
            batch(rng, "as many samples as channels", (4, 4, 4), 2),
            flat,
            turned,
            float32(batch(rng, "float32", (2, 4, 2, 3), 2)),
        ],
    }


exercise = function(
    groupnorm_forward,
    returns="y, cache",
    points=2,
    cases=cases,
    judge=[
        values(
            "y",
            weight=3,
            cases="y of a matrix",
            help="""How many means does a batch of N samples have here? Do they depend on the other
            samples?""",
        ),
        values("y", weight=4, title="y of everything, images too"),
    ],
    form=form("y"),
    answers=("course_lib.functional.groupnorm", *NORMALISATIONS),
    hints="""
    Take a single group: all values of its channels, at all positions, share a mean and a variance.
    Which of them share a gamma and a beta?

    `x.reshape(N, groups, -1)` puts the values of a group into one row, because neighbouring
    channels are next to each other in memory. Normalise that along its last axis, give it the shape
    of x again, then scale each channel.

    A smaller example: one sample with four channels, x = [[1, 3, 10, 16]], groups = 2, eps = 0. The
    means are 2 and 13, the standard deviations 1 and 3: x_hat = [[−1, 1, −1, 1]]. With gamma = [1,
    2, 3, 4] and beta = 0: y = [[−1, 2, −3, 4]]. For images gamma needs the shape (1, C, 1, 1).
    """,
    grows=lambda rng, n: batch(rng, "growing", (n, 4, 2), 2),
    mistakes=(
        *slips("""
rows = x.reshape(len(x), 1, -1)
    You always normalise all channels of a sample together. That is right only for one group.
rows = x.reshape(*x.shape[:2], -1)
    You always normalise each channel separately. That is right only for as many groups as channels.
rows = x.reshape(len(x), x.shape[1] // groups, -1)
    You use `groups` as the size of a group. It is the number of groups.
rows = x.reshape(len(x), x.shape[1] // groups, groups, -1)
mean = rows.mean(axis=(1, 3), keepdims=True)
var = rows.var(axis=(1, 3), keepdims=True)
    Your groups consist of channels that are not neighbours. The first C/groups channels are the
    first group. If you split the axis of channels by `reshape`: which of the two new axes comes
    first?
rows = x.reshape(len(x), groups, x.shape[1] // groups, -1)
    You take the statistics at every position separately. A group has one mean, over its channels
    and all positions.
mean = rows.mean(axis=(0, 2), keepdims=True)
var = rows.var(axis=(0, 2), keepdims=True)
    Your statistics run over the samples, too, so a sample's output depends on the other samples.
    Each sample has its own statistics.
rows = x.reshape(*x.shape[:2], -1)
mean = rows.mean(axis=(0, 2), keepdims=True)
var = rows.var(axis=(0, 2), keepdims=True)
    You normalise each channel over all samples and positions. That is batch normalisation of
    images. Here the output of a sample does not depend on other samples.
"""),
        *forward_mistakes(
            unit="group",
            scaled="channel",
            letter="n",
            count="rows.shape[2]",
            begin="normal = (rows",
        ),
        *slips("""
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
gamma, beta = (a.reshape(groups, -1)[:, :1].repeat(len(a) // groups).reshape(one_each) for a in
    (gamma, beta))
    All channels of a group get the gamma and beta of its first channel. Every channel has its own.
"""),
    ),
)
