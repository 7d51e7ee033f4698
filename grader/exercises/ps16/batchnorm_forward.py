"""``batchnorm_forward(x, gamma, beta, state, …) -> (y, cache, state)``, over a batch's rows."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    case,
    float32,
    function,
    holds,
    loop,
    slips,
    values,
    with_earlier,
)
from grader.exercises.normalisation import (
    FAR,
    IN_TEST_MODE,
    NORMALISATIONS,
    far,
    form_with_state,
    forward_mistakes,
    judge_of_state,
    parameters,
    running_mistakes,
    values_far_from_0,
)


def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    if training and len(x) < 2:
        raise ValueError("a single value has no variance")
    mean = x.mean(axis=0) if training else state["mean"]
    var = x.var(axis=0) if training else state["var"]
    if training:
        unbiased = x.var(axis=0, ddof=1)
        new = {"mean": x.mean(axis=0), "var": unbiased}
        state = {name: (1 - momentum) * state[name] + momentum * new[name] for name in new}
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    y = gamma * x_hat + beta
    return y, (x_hat, gamma, std), state


def batch(rng: np.random.Generator, about: str, n: int, d: int, *, training: bool = True) -> Case:
    """A batch with columns of different mean and standard deviation, and its own running
    statistics.
    """
    return case(
        about,
        x=rng.normal(size=(n, d)) * rng.uniform(0.5, 2, size=d) + rng.normal(size=d),
        state={"mean": rng.normal(size=d), "var": rng.uniform(0.3, 2, size=d)},
        training=training,
        momentum=float(rng.uniform(0.2, 0.3)),
        dy=rng.normal(size=(n, d)),
        **parameters(rng, d),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = batch(rng, "nearly constant and constant columns", 4, 3)  # where eps shows
    flat["x"][:, 0] = rng.normal() + rng.uniform(0.03, 0.06, size=4) * [1, -1, 1, -1]
    flat["x"][:, 1] = rng.normal()
    new = batch(rng, "two rows, the first batch of a training", 2, 3)
    new["state"] = {"mean": np.zeros(3), "var": np.ones(3)}
    test = batch(rng, "test mode", 4, 3, training=False)
    test["state"]["var"][0] = rng.uniform(1e-3, 3e-3)
    test["state"] = {name: test["state"][name] for name in ("var", "mean")}  # by name, not order
    unused = batch(rng, "as many rows as columns", 4, 4)
    unused["gamma"][2] = 0  # as at the start of many residual networks
    large = far(rng, batch(rng, FAR, 5, 3), axis=0)
    return {
        "training": [
            batch(rng, "more rows than columns", 5, 2),
            new,
            unused,
            batch(rng, "one column", 3, 1),
            flat,
            float32(batch(rng, "float32", 6, 3)),
        ],
        "test mode": [test, batch(rng, "test mode, one row", 1, 3, training=False)],
        "one row in training is refused": [batch(rng, "one row to train on", 1, 2)],
        FAR: [large],
    }


def run(batchnorm_forward, case):
    arrays = case["x"], case["gamma"], case["beta"], case["state"]
    settings = {name: case[name] for name in ("training", "momentum", "eps")}
    if case["training"] and len(case["x"]) < 2:
        try:
            batchnorm_forward(*arrays, **settings)
        except ValueError:
            return {"a batch of one row": "refused with a ValueError"}
        return {"a batch of one row": "accepted"}
    y, _cache, state = batchnorm_forward(*arrays, **settings)
    found = {"y": y, "mean": state["mean"], "var": state["var"]}
    if not case["training"]:
        given = {name: value.copy() for name, value in case["state"].items()}
        rest = case["gamma"].copy(), case["beta"].copy(), given
        found["y of the first row alone"] = batchnorm_forward(case["x"][:1], *rest, **settings)[0]
    return found


def rows_are_independent(
    case: Case, got: dict[str, Any], want: dict[str, Any]
) -> str | Open | None:
    """Whether the first row of y is that of a batch of this row alone."""
    y = np.asarray(got["y"])
    if not np.allclose(np.ravel(got["y of the first row alone"]), y[0], equal_nan=True):
        return "The same row alone and among others has different y."
    return None if np.allclose(y, want["y"], rtol=1e-4) else Open("y has other values")


exercise = function(
    batchnorm_forward,
    returns="y, cache, state",
    points=2,
    cases=with_earlier(cases),
    run=run,
    judge=[
        values(
            "y",
            weight=4,
            spoils=0.3,
            cases="training",
            title="y in training",
            help="""In training, mean and variance are those of this batch. Every column has its
            own, and a gamma and a beta: shape (D,) each.""",
        ),
        values_far_from_0(after="y in training"),
        values(
            "y",
            weight=4,
            cases="test mode",
            title="y in test mode",
            help="""In test mode y follows the same formula as in training, with gamma, beta and
            eps. Which mean and which variance does it use?""",
        ),
        holds(
            "in test mode, no row changes the y of another row",
            rows_are_independent,
            weight=1,
            cases="test mode",
            alone=False,
            spoils=0.5,
            help="""In test mode a sample may come alone. Which statistics are there before it
            comes?""",
        ),
        *judge_of_state(
            mean="""After a batch, the new running mean lies between the old one and the batch's.
            Which weights do the two have, and which of them is `momentum`?""",
            var="""The running variance moves like the running mean, but it stands for all data.
            How do you have to correct the variance of a batch before you use it?""",
        ),
        values_far_from_0("var", after="the running variance, unbiased"),
    ],
    form=form_with_state(
        refused="one row in training is refused",
        help="How many rows does an unbiased variance need?",
        training=("training",),
    ),
    answers=NORMALISATIONS,
    uses=("normalise_batch",),
    hints=(
        """In training y is that of `normalise_batch`, and the running statistics move. In test mode
        use the same formula with the running mean and variance, and return `state` as it is.""",
        """A smaller example: one column x = [1, 3] in training, no eps, gamma = 10, beta = 5. Mean
        2, variance 1 (over N): y = [−5, 15]. The unbiased variance is 2. With running mean 0,
        variance 1 and momentum 0.1 the new ones are 0.9·0 + 0.1·2 = 0.2, 0.9·1 + 0.1·2 = 1.1.""",
        loop("""
        # the new running statistics of column d, in training
        mu = sum(x[n, d] for n in range(N)) / N
        unbiased = sum((x[n, d] - mu) ** 2 for n in range(N)) / (N - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mu
        running_var = (1 - momentum) * running_var + momentum * unbiased
        """),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=(
        *running_mistakes(rows="x", unit="column", letter="N"),
        *slips("""
mean = x.mean(axis=1, keepdims=True) if training else state["mean"]
var = x.var(axis=1, keepdims=True) if training else state["var"]
    You normalise each row over its columns, which is layer normalisation. Batch normalisation
    normalises each column over the samples.
mean = x.mean(axis=1) if training else state["mean"]
var = x.var(axis=1) if training else state["var"]
    Your mean and variance have one entry per row, but x has D columns: the shapes do not fit or,
    for N = D, are broadcast to the columns. Which axis belongs to the samples?
mean = x.mean() if training else state["mean"]
var = x.var() if training else state["var"]
    You use one mean and variance for the whole array. Without `axis`, NumPy averages over all
    entries.
"""),
        *forward_mistakes(
            unit="column", scaled="column", letter="N", count="len(x)", when="training"
        ),
        *IN_TEST_MODE,
    ),
)
