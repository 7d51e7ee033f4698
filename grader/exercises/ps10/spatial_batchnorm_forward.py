"""``spatial_batchnorm_forward(x, gamma, beta, state, …) -> (y, cache, state)``, x (N, C, H, W)."""

import numpy as np

from grader.checking.contract import (
    Case,
    dtype,
    float32,
    function,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.normalisation import NORMALISATIONS
from grader.exercises.ps10 import batchnorm_forward as batchnorm


def spatial_batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
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
            batch(rng, "two images of one pixel", (2, 3, 1, 1)),
            batch(rng, "one image", (1, 2, 2, 3)),
            batch(rng, "one channel", (2, 1, 2, 2)),
            batch(rng, "four different lengths", (2, 3, 4, 5)),
            batch(rng, "four equal lengths", (3, 3, 3, 3)),
            flat,
            turned,
            float32(batch(rng, "float32", (3, 2, 2, 4))),
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
            weight=6,
            cases="training",
            title="y in training",
            help="""A channel has one mean and one variance, over all its values in the batch. How
            many values are that, for x of shape (N, C, H, W)?""",
        ),
        values("y", weight=3, cases="test mode", title="y in test mode"),
        values("mean", weight=1.5, cases="training", title="the running mean"),
        values("var", weight=1.5, cases="training", title="the running variance, unbiased"),
        values(
            "mean",
            "var",
            cases="test mode",
            alone=False,
            title="test mode does not change the running statistics",
        ),
    ],
    form=(
        # A form: a function that always raises earns nothing.
        values(cases="one value to a channel in training is refused", alone=False),
        shapes("y", "mean", "var", cases=("training", "test mode")),
        dtype("y", cases="float32"),
        unchanged_inputs(cases=("training", "test mode")),
    ),
    answers=NORMALISATIONS,
    hints="""
    Every position of every image is a row with C columns, one for each channel. Which axis has to
    move, and where, before `reshape` makes these rows?

    Smaller: two images with one channel and 1 × 2 pixels, x = [[[[1, 3]]], [[[5, 7]]]], eps = 4.
    All four values share the mean 4 and the variance 5, so √(5 + 4) = 3. With gamma = 3 and
    beta = 0: y = [[[[−3, −1]]], [[[1, 3]]]].
    """,
    grows=lambda rng, n: batch(rng, "growing", (n, 2, 2, 2)),
)
