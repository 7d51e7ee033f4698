"""``spatial_batchnorm_forward(x, gamma, beta, state, …) -> (y, cache, state)``, x (N, C, H, W)."""

import numpy as np

from grader.checking.contract import Case, Mistake, float32, function, mistake, slip, slips, values
from grader.exercises.normalisation import (
    IN_TEST_MODE,
    NORMALISATIONS,
    form_with_state,
    forward_mistakes,
    judge_of_state,
    running_mistakes,
)
from grader.exercises.ps15 import batchnorm_forward as batchnorm

FEW = "one image, or images of one pixel"


def spatial_batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    if training and len(rows) < 2:
        raise ValueError("a single value has no variance")
    mean = rows.mean(axis=0) if training else state["mean"]
    var = rows.var(axis=0) if training else state["var"]
    if training:
        unbiased = rows.var(axis=0, ddof=1)
        new = {"mean": rows.mean(axis=0), "var": unbiased}
        state = {name: (1 - momentum) * state[name] + momentum * new[name] for name in new}
    std = np.sqrt(var + eps)
    x_hat = (rows - mean) / std
    y = gamma * x_hat + beta
    images = y.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return images, (x_hat, gamma, std, training), state


def batch(
    rng: np.random.Generator, about: str, shape: tuple[int, ...], *, training: bool = True
) -> Case:
    """Images whose channels differ in mean and standard deviation, and so do places in them."""
    N, C, H, W = shape
    one = batchnorm.batch(rng, about, N * H * W, C, training=training)
    for name in ("x", "dy"):
        rows = one[name].reshape(N, H, W, C)
        one[name] = np.ascontiguousarray(np.moveaxis(rows, -1, 1))
    place = rng.uniform(0.5, 1, size=(1, 1, H, W)) * rng.choice([-1.0, 1.0], size=(1, 1, H, W))
    one["x"] += place + rng.uniform(-1, 1, size=(N, 1, 1, 1))
    return one


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = batch(rng, "a nearly constant channel", (2, 2, 2, 3))  # where eps shows
    signs = rng.permutation([1.0, -1.0] * 6).reshape(2, 2, 3)
    flat["x"][:, 0] = rng.normal() + rng.uniform(0.03, 0.06, size=(2, 2, 3)) * signs
    test = batch(rng, "test mode", (2, 3, 2, 4), training=False)
    test["state"]["var"][0] = rng.uniform(1e-3, 3e-3)
    turned = batch(rng, "channels last in memory", (2, 4, 3, 2))
    for name in ("x", "dy"):
        last = np.ascontiguousarray(np.moveaxis(turned[name], 1, -1))
        turned[name] = np.moveaxis(last, -1, 1)
    return {
        "training": [
            batch(rng, "one channel", (2, 1, 2, 2)),
            batch(rng, "four different lengths", (2, 3, 4, 5)),
            batch(rng, "four equal lengths", (3, 3, 3, 3)),
            flat,
            turned,
            float32(batch(rng, "float32", (3, 2, 2, 4))),
        ],
        FEW: [
            batch(rng, "one image", (1, 2, 2, 3)),
            batch(rng, "two images of one pixel", (2, 3, 1, 1)),
        ],
        "test mode": [test, batch(rng, "test mode, one pixel", (1, 3, 1, 1), training=False)],
        "one value to a channel in training is refused": [
            batch(rng, "one image of one pixel", (1, 2, 1, 1))
        ],
    }


def run(spatial_batchnorm_forward, case):
    arrays = case["x"], case["gamma"], case["beta"], case["state"]
    settings = {name: case[name] for name in ("training", "momentum", "eps")}
    if case["training"] and case["x"].size == case["x"].shape[1]:
        try:
            spatial_batchnorm_forward(*arrays, **settings)
        except ValueError:
            return {"one value to a channel": "refused with a ValueError"}
        return {"one value to a channel": "accepted"}
    y, _cache, state = spatial_batchnorm_forward(*arrays, **settings)
    return {"y": y, "mean": state["mean"], "var": state["var"]}


def statistics_over(axes: tuple[int, ...], hint: str) -> Mistake:
    """A mistake: in training mean and variance run over ``axes`` of (N, C, H, W)."""

    def wrong(x, gamma, beta, state, *, training, momentum, eps):
        settings = {"training": training, "momentum": momentum, "eps": eps}
        right, cache, state = spatial_batchnorm_forward(x, gamma, beta, state, **settings)
        if not training:
            return right, cache, state
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        x_hat = (x - mean) / np.sqrt(var + eps)
        return gamma[:, None, None] * x_hat + beta[:, None, None], cache, state

    return mistake(wrong, name=f"statistics over {axes}", hint=hint)


exercise = function(
    spatial_batchnorm_forward,
    returns="y, cache, state",
    points=2,
    uses=("batchnorm_forward",),
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=16,
            cases="training",
            title="y in training",
            help="""A channel has one mean and one variance, over all its values in the batch. Along
            which axes of (N, C, H, W) do these values lie, and how many are there?""",
        ),
        values(
            "y",
            weight=2,
            cases=FEW,
            help="""One image of H × W pixels has H·W values in each channel, and N images of one
            pixel have N. Which number has to be 2 or more?""",
        ),
        values(
            "y",
            weight=4,
            cases="test mode",
            title="y in test mode",
            help="""Test mode uses the running statistics, which have an entry for each channel.
            Which shape do they need, to meet axis 1 of x?""",
        ),
        *judge_of_state(
            mean="""The running mean has shape (C,). It moves as in batch normalisation of rows,
            towards the mean that normalises this batch.""",
            var="""The unbiased variance has one less than the number of values in the denominator.
            How many values of a channel are in the batch?""",
        ),
    ],
    form=form_with_state(
        refused="one value to a channel in training is refused",
        help="How many values does an unbiased variance need?",
        training=("training", FEW),
    ),
    answers=NORMALISATIONS,
    hints="""
    Every position of every image is a row with C columns, one for each channel. Which axis has to
    move, and where, before `reshape` makes these rows?

    A smaller example: two images with one channel and 1 × 2 pixels, x = [[[[1, 3]]], [[[5, 7]]]],
    eps = 4. All four values share the mean 4 and the variance 5, so √(5 + 4) = 3. With gamma = 3
    and beta = 0: y = [[[[−3, −1]]], [[[1, 3]]]].
    """,
    grows=lambda rng, n: batch(rng, "growing", (n, 2, 2, 2)),
    mistakes=(
        *running_mistakes(rows="rows", unit="channel", letter="N·H·W"),
        slip(
            "if training and len(rows) < 2:",
            "if training and N < 2:",
            "You refuse a single image, but each of its channels has H·W values. Which number "
            "has to be 2 or more?",
        ),
        slip(
            "if training and len(rows) < 2:",
            "if training and H * W < 2:",
            "You refuse images of one pixel, but N of them have N values in each channel. "
            "Which number has to be 2 or more?",
        ),
        *slips("""
unbiased = rows.var(axis=0) * N / max(N - 1, 1)
    You update the running variance with the factor N/(N − 1), as for N rows. How many values does
    the variance of a channel average?
unbiased = rows.var(axis=0) * H * W / max(H * W - 1, 1)
    You update the running variance with the factor of H·W values. The values of a channel come from
    all N images.
var = rows.reshape(N, -1, C).var(axis=1).mean(axis=0) if training else state["var"]
    Your variance of a channel is the mean of the variances of the images. That leaves out how the
    means of the images differ. Take all N·H·W values around one mean.
rows = x.reshape(-1, C)
    `x.reshape(-1, C)` puts C neighbouring pixels into a row, not the C channels of a pixel: it
    keeps the order in memory, where the last axis runs first. Which axis has to come last before?
rows = x.reshape(-1, C)
images = y.reshape(x.shape)
    `x.reshape(-1, C)` puts C neighbouring pixels into a row, and back: you normalise every C-th
    pixel together, whatever its channel. Which axis has to come last before `reshape`?
images = y.reshape(x.shape)
    The rows are normalised, but `reshape` alone does not bring them back: in the rows the channels
    come last, in images they are axis 1. Which two steps undo a transpose and a reshape, and in
    which order?
images = y.reshape(N, H, W, C)
    y has the shape (N, H, W, C): the channels are last. In x they are axis 1.
images = y.reshape(N, H, W, C).transpose(0, 2, 3, 1)
    You move the axes in the same order as before. Which order turns (N, H, W, C) into
    (N, C, H, W)?
images = y.reshape(N, H, W, C).transpose(0, 3, 2, 1)
    In the images that you return, height and width are exchanged. Which order of axes turns
    (N, H, W, C) into (N, C, H, W)?
rows = x.transpose(0, 3, 2, 1).reshape(-1, C)
    Before you make rows, height and width are exchanged, and afterwards they are not.
rows = x.transpose(1, 0, 2, 3).reshape(-1, C)
    The channels come first before you reshape, so a row of C numbers lies within one channel. Which
    axis has to be the last one?
rows = x.transpose(1, 0, 2, 3).reshape(-1, C)
images = y.reshape(C, N, H, W).transpose(1, 0, 2, 3)
    The channels come first before you reshape, so a row of C numbers lies within one channel, and
    the columns mix the channels. A matrix with a row for each channel has to be transposed.
mean = rows.mean() if training else state["mean"]
var = rows.var() if training else state["var"]
    You use one mean and variance for the whole array. Every channel has its own.
mean = rows.mean(axis=1, keepdims=True) if training else state["mean"]
var = rows.var(axis=1, keepdims=True) if training else state["var"]
    You normalise every pixel over its channels. Here every channel is normalised over all pixels of
    all images.
"""),
        statistics_over(
            (0,),
            "In training every position of a channel has a mean and variance of its own, over "
            "the images. All positions of a channel share one mean, as they share the filter "
            "of a convolution.",
        ),
        statistics_over(
            (2, 3),
            "In training every image has a mean and variance of its own in each channel. That "
            "is instance normalisation. Batch normalisation averages over the images, too.",
        ),
        statistics_over(
            (1, 2, 3),
            "In training you normalise every image by itself, over its channels and "
            "positions. That is layer normalisation. Here a channel is normalised over all "
            "images.",
        ),
        *forward_mistakes(
            unit="channel",
            scaled="channel",
            letter="N·H·W",
            count="len(rows)",
            when="training",
            begin="x_hat = (rows",
        ),
        *IN_TEST_MODE,
        *slips("""
images = gamma * x_hat.reshape(N, H, W, C).transpose(0, 3, 1, 2) + beta
    gamma and beta of shape (C,) are broadcast along the last axis of x, its width. The shapes do
    not fit or, for W = C, every column of pixels gets a gamma of its own. Which shape do they need?
"""),
    ),
)
