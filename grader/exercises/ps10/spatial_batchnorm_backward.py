"""``spatial_batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, dy (N, C, H, W)."""

import numpy as np

from grader.checking.contract import Case, pair, values
from grader.exercises.normalisation import NORMALISATIONS, form
from grader.exercises.ps10.spatial_batchnorm_forward import batch, spatial_batchnorm_forward
from grader.exercises.ps10.spatial_batchnorm_forward import cases as forward_cases


def spatial_batchnorm_backward(dy, cache):
    x_hat, gamma, std, training = cache
    N, C, H, W = dy.shape
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, C)
    dgamma = (rows * x_hat).sum(axis=0)
    dbeta = rows.sum(axis=0)
    d = gamma * rows
    mean = d.mean(axis=0)
    along = (d * x_hat).mean(axis=0)
    inner = d - mean - x_hat * along if training else d
    dx = inner / std
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    groups = forward_cases(rng)
    del groups["one value to a channel in training is refused"]
    return groups


def run(spatial_batchnorm_forward, spatial_batchnorm_backward, case):
    forward, backward = spatial_batchnorm_forward, spatial_batchnorm_backward
    x, gamma, beta = case["x"], case["gamma"], case["beta"]
    settings = {name: case[name] for name in ("training", "momentum", "eps")}

    def state():  # copies, so that this exercise judges the backward pass only
        return {name: value.copy() for name, value in case["state"].items()}

    # A whole pass before and a forward pass in between show what is kept between calls.
    _y, earlier, _state = forward(x * x, gamma + 1, beta - 1, state(), **settings)
    backward(case["dy"] + 1, earlier)
    _y, cache, _state = forward(x, gamma, beta, state(), **settings)
    forward(2 * x[::-1] + 1, gamma - 1, beta, state(), **settings)
    dx, dgamma, dbeta = backward(case["dy"], cache)
    return {"dx": dx, "dgamma": dgamma, "dbeta": dbeta}


exercise = pair(
    spatial_batchnorm_forward,
    spatial_batchnorm_backward,
    returns="dx, dgamma, dbeta",
    points=2,
    uses=("batchnorm_forward", "batchnorm_backward"),
    cases=cases,
    run=run,
    judge=[
        values("dx", weight=10, cases="training", title="dx after a training pass"),
        values("dx", weight=2, cases="test mode", title="dx after a pass in test mode"),
        values("dgamma", weight=2),
        values("dbeta", weight=2),
    ],
    form=form("dx"),
    answers=NORMALISATIONS,
    hints="""
    Every position of every image is a row of batch normalisation with C columns. Turn dy into such
    rows as you did with x, and dx back into images.
    """,
    grows=lambda rng, n: batch(rng, "growing", (n, 2, 2, 2)),
)
