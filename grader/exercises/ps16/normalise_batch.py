"""``normalise_batch(x, gamma, beta, eps) -> (y, cache)``: each column over a batch's rows."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, loop, slips, values
from grader.exercises.normalisation import (
    FAR,
    NORMALISATIONS,
    far,
    form,
    forward_mistakes,
    parameters,
    tiny,
    values_far_from_0,
)


def normalise_batch(x, gamma, beta, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    y = gamma * x_hat + beta
    return y, (x - mean, 1 / std, x_hat, gamma)


def batch(rng: np.random.Generator, about: str, n: int, d: int) -> Case:
    """A batch with columns of different mean and standard deviation."""
    return case(
        about,
        x=rng.normal(size=(n, d)) * rng.uniform(0.5, 2, size=d) + rng.normal(size=d),
        **parameters(rng, d),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = batch(rng, "nearly constant and constant columns", 4, 3)  # where eps shows
    flat["x"][:, 0] = rng.normal() + rng.uniform(0.03, 0.06, size=4) * [1, -1, 1, -1]
    flat["x"][:, 1] = rng.normal()
    unused = batch(rng, "as many rows as columns", 4, 4)
    unused["gamma"][2] = 0  # as at the start of many residual networks
    small = tiny(batch(rng, "tiny values and a tiny eps", 5, 3))
    large = far(rng, batch(rng, FAR, 5, 3), axis=0)
    return {
        "any batch": [
            batch(rng, "more rows than columns", 5, 2),
            batch(rng, "two rows", 2, 3),
            unused,
            batch(rng, "one column", 3, 1),
            flat,
            small,
            float32(batch(rng, "float32", 6, 3)),
        ],
        FAR: [large],
    }


exercise = function(
    normalise_batch,
    returns="y and the cache",
    outputs="y, cached",
    points=2,
    cases=cases,
    judge=[
        values(
            "y",
            weight=6,
            cases="any batch",
            title="y",
            help="""Mean and variance are those of this batch. Every column has its own, and a gamma
            and a beta: shape (D,) each.""",
        ),
        values_far_from_0(after="y", weight=2),
        values(
            "cached",
            weight=2,
            cases="any batch",
            after="y",
            title="the cache: c, i, x̂ and gamma",
            help="""Print each of the four values after your last line. Are they still what the
            docstring says? `a *= b` changes the array `a`, also under its other names.""",
        ),
    ],
    form=form("y"),
    # The library's batchnorm_forward has more to do; this is its part in training.
    answers=("grader.exercises.ps16.normalise_batch", *NORMALISATIONS),
    hints=(
        """Work down the columns: the mean and the variance of x have shape (D,), one number for
        each column. Subtract, divide by the root of variance plus eps, then scale and shift.""",
        """A smaller example: one column x = [1, 3], eps = 0, gamma = 10, beta = 5. Mean 2, variance
        1 (over N): y = [−5, 15].""",
        loop("""
        y = np.empty_like(x)
        for d in range(D):
            mu = sum(x[n, d] for n in range(N)) / N
            var = sum((x[n, d] - mu) ** 2 for n in range(N)) / N
            for n in range(N):
                x_hat = (x[n, d] - mu) / np.sqrt(var + eps)
                y[n, d] = gamma[d] * x_hat + beta[d]
        """),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=(
        *slips("""
mean = x.mean(axis=1, keepdims=True)
var = x.var(axis=1, keepdims=True)
    You normalise each row over its columns, which is layer normalisation. Batch normalisation
    normalises each column over the samples.
mean = x.mean(axis=1)
var = x.var(axis=1)
    Your mean and variance have one entry per row, but x has D columns: the shapes do not fit or,
    for N = D, are broadcast to the columns. Which axis belongs to the samples?
mean = x.mean()
var = x.var()
    You use one mean and variance for the whole array. Without `axis`, NumPy averages over all
    entries.
"""),
        *forward_mistakes(unit="column", scaled="column", letter="N", count="len(x)"),
    ),
)
