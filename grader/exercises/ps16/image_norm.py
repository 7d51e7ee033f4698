"""``image_norm(x, gamma, beta, state, …) -> (y, cache, state)``: each channel is one column."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    holds,
    loop,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.normalisation import NORMALISATIONS, judge_of_state, parameters
from grader.exercises.ps16.batchnorm_forward import batchnorm_forward


def image_norm(x, gamma, beta, state, *, training, momentum, eps):
    N, C, H, W = x.shape
    columns = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    settings = {"training": training, "momentum": momentum, "eps": eps}
    y, cache, state = batchnorm_forward(columns, gamma, beta, state, **settings)
    y = y.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return y, cache, state


def images(rng: np.random.Generator, about: str, *shape: int, training: bool = True) -> Case:
    """Images whose channels, pixels and images differ in mean and standard deviation."""
    N, C, H, W = shape
    sizes = rng.uniform(0.5, 2, size=(1, C, 1, 1)) * rng.uniform(0.5, 2, size=(N, 1, H, W))
    return case(
        about,
        x=rng.normal(size=shape) * sizes + 2 * rng.normal(size=(N, C, 1, 1)),
        state={"mean": rng.normal(size=C), "var": rng.uniform(0.3, 2, size=C)},
        training=training,
        momentum=float(rng.uniform(0.2, 0.3)),
        **parameters(rng, C),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "training": [
            images(rng, "two images, three channels", 2, 3, 2, 4),
            images(rng, "as many images as channels", 3, 3, 3, 3),
            images(rng, "one image", 1, 2, 3, 2),
            images(rng, "one channel", 4, 1, 2, 2),
            float32(images(rng, "float32", 3, 2, 4, 3)),
        ],
        "test mode": [images(rng, "test mode", 3, 2, 2, 3, training=False)],
    }


def run(image_norm: Any, case: dict[str, Any]) -> dict[str, Any]:
    settings = {name: case[name] for name in ("training", "momentum", "eps")}
    arrays = case["x"], case["gamma"], case["beta"]
    columns = np.moveaxis(case["x"], 1, -1).reshape(-1, len(case["gamma"]))
    x_hat = (columns - columns.mean(axis=0)) / np.sqrt(columns.var(axis=0) + case["eps"])
    other = {name: value + 1 for name, value in case["state"].items()}
    image_norm(
        2 * arrays[0] + 1, arrays[1] + 1, arrays[2] + 1, other, **settings
    )  # an earlier call
    y, cache, state = image_norm(*arrays, case["state"], **settings)
    parts = cache if isinstance(cache, tuple | list) else ()
    kept = [a for a in parts if isinstance(a, np.ndarray) and a.shape == x_hat.shape]
    # The rows may be the places in any order.
    same = [np.allclose(np.sort(a, axis=0), np.sort(x_hat, axis=0), atol=1e-3) for a in kept]
    return {"y": y, "mean": state["mean"], "var": state["var"], "cache": any(same)}


def passes_the_cache_on(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    return None if got["cache"] else "the cache is not what `batchnorm_forward` returns"


exercise = function(
    image_norm,
    returns="y, cache, state",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=6,
            cases="training",
            title="y in training",
            spoils=0.3,
            help="""Which numbers share a mean? All pixels of a channel, in all images. So one
            column has N·H·W entries, and there are C columns.""",
        ),
        values(
            "y",
            weight=2,
            cases="test mode",
            title="y in test mode",
            help="In test mode the same columns are scaled and shifted by the running statistics.",
        ),
        *judge_of_state(
            mean="The running mean has one entry for each channel, (C,).",
            var="""The running variance has one entry for each channel. How many numbers of the
            batch share it? With that number, N/(N − 1) of section 2 is computed.""",
        ),
        holds(
            "the cache",
            passes_the_cache_on,
            weight=2,
            cases="training",
            alone=False,
            help="""A backward pass gives the cache to `batchnorm_backward`. Which shape does dy
            have there, and which does x̂?""",
        ),
    ],
    form=(
        shapes("y", "mean", "var"),
        dtype("y", cases="float32"),
        unchanged_inputs(),
    ),
    answers=("grader.exercises.ps16.image_norm", *NORMALISATIONS),
    uses=("batchnorm_forward",),
    hints=(
        """Three steps: bring x into columns, call `batchnorm_forward`, and bring y back into
        images. `reshape` keeps the order of the numbers, so the axis of the channels has to be
        moved to the end first: `x.transpose(…)`.""",
        """A smaller example: one image, two channels of one row, x = [[[[1, 2]], [[5, 6]]]]. The
        columns are (1, 2) and (5, 6), so the matrix has the rows [1, 5] and [2, 6].""",
        loop("""
        columns = np.empty((N * H * W, C), dtype=x.dtype)
        for n in range(N):
            for r in range(H):
                for s in range(W):
                    columns[(n * H + r) * W + s] = x[n, :, r, s]
        """),
    ),
    grows=lambda rng, n: images(rng, "growing", n, 3, 2, 2),
    mistakes=(
        slip(
            "cache, state = batchnorm",
            "cache, _ = batchnorm",
            "You return the state that you were given. `batchnorm_forward` returns the new one.",
        ),
        *slips("""
columns = x.reshape(-1, C)
    You reshape x without moving its axes. In x, all pixels of one channel stand one after the
    other, so your columns mix the channels.
columns = x.reshape(-1, C)
y = y.reshape(N, C, H, W)
    You reshape x and back without moving axes. Then y has the right places, but your columns mix
    the channels.
y = y.reshape(N, C, H, W)
    y has the right numbers in wrong places. Its rows have the order of your columns: go back the
    same way.
y = y.reshape(N, W, H, C).transpose(0, 3, 2, 1)
    Height and width are exchanged in y. Which of them changes faster from row to row of the
    columns?
settings = {"training": True, "momentum": momentum, "eps": eps}
    You always use training mode. Pass `training` on.
settings = {"training": False, "momentum": momentum, "eps": eps}
    You always use test mode. Pass `training` on.
settings = {"training": training, "momentum": 1 - momentum, "eps": eps}
    You pass 1 - momentum on. `batchnorm_forward` takes the momentum as it is given.
settings = {"training": training, "momentum": 0.1, "eps": eps}
    You use a momentum of your own. Pass `momentum` on.
settings = {"training": training, "momentum": momentum, "eps": 1e-5}
    You use an ε of your own. Pass `eps` on.
columns = x[:1].transpose(0, 2, 3, 1).reshape(-1, C)
y = (y[:1] + 0 * x.transpose(0, 2, 3, 1).reshape(-1, C)).reshape(N, H, W, C).transpose(0, 3, 1, 2)
    Your columns hold the first image only. All images of the batch share the statistics.
"""),
    ),
)
