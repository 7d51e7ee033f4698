"""``layernorm_forward(x, gamma, beta, *, eps) -> (y, cache)``: over the last axis of x."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, loop, slips, values
from grader.exercises.normalisation import (
    FAR,
    far,
    form,
    forward_mistakes,
    parameters,
    tiny,
    values_far_from_0,
)


def layernorm_forward(x, gamma, beta, *, eps):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    y = gamma * x_hat + beta
    return y, (x_hat, gamma, std)


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Rows of different mean and standard deviation along the last axis, none close to constant."""
    *rows, D = shape
    ramp = np.linspace(-1, 1, D) if D > 1 else np.zeros(1)
    values = rng.permuted(np.tile(ramp, (*rows, 1)), axis=-1) + rng.uniform(-0.2, 0.2, size=shape)
    return case(
        about,
        x=values * rng.uniform(0.7, 2, size=(*rows, 1)) + rng.normal(size=(*rows, 1)),
        dy=rng.normal(size=shape),
        **parameters(rng, D),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = batch(rng, "a nearly constant row", 3, 4)  # where eps, and any other eps, shows
    flat["x"][0] = rng.normal() + rng.uniform(0.03, 0.06, size=4) * [1, -1, 1, -1]
    turned = batch(rng, "columns first in memory", 3, 5)
    turned["x"], turned["dy"] = np.asfortranarray(turned["x"]), np.asfortranarray(turned["dy"])
    return {
        "matrix": [
            batch(rng, "one row", 1, 3),
            batch(rng, "more columns than rows", 2, 5),
            batch(rng, "more rows than columns", 5, 3),
            batch(rng, "as many rows as columns", 4, 4),
            batch(rng, "one column", 3, 1),
            flat,
            turned,
            float32(batch(rng, "float32", 6, 4)),
        ],
        "sequences": [
            batch(rng, "one sequence", 1, 2, 3),
            batch(rng, "sequences of three lengths", 2, 4, 3),
            batch(rng, "three equal lengths", 3, 3, 3),
            batch(rng, "sequences of one position", 3, 1, 2),
            float32(batch(rng, "sequences in float32", 3, 2, 4)),
        ],
    }


def forward_cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """The cases, and rows of numbers that are tiny, or far from 0."""
    groups = cases(rng)
    small = tiny(batch(rng, "tiny values and a tiny eps", 3, 4))
    large = far(rng, batch(rng, FAR, 3, 4), axis=1)
    return groups | {"matrix": [*groups["matrix"], small], FAR: [large]}


exercise = function(
    layernorm_forward,
    returns="y, cache",
    points=2,
    cases=forward_cases,
    judge=[
        values("y", weight=4, cases="matrix", title="y of a matrix (N, D)"),
        values_far_from_0(after="y of a matrix (N, D)"),
        values(
            "y",
            weight=3,
            cases="sequences",
            title="y of sequences (N, T, D)",
            help="""Every position of every sequence is a row of D values with its own mean. Which
            axis of x do these values lie along, in (N, D) and in (N, T, D)?""",
        ),
    ],
    form=form("y"),
    answers=("course_lib.functional.norms", "course_lib.functional.batchnorm"),
    hints=(
        """Take a single row: its mean, its variance, x_hat, then gamma and beta. Which shape has
        each of these for x of shape (N, D), and for x of shape (N, T, D)?""",
        """y = gamma·(x − mean)/√(var + eps) + beta with mean and var of shape (N, 1) or (N, T, 1),
        gamma and beta of shape (D,). The variance is the mean of the squared deviations.""",
        """A smaller example: the row x = [1, 3, 5, 7] with eps = 4 has mean 4 and variance 5, so
        √(5 + 4) = 3 and x_hat = [−1, −⅓, ⅓, 1]. With gamma = [3, 3, 3, 6] and beta = [1, 1, 1, 0]:
        y = [−2, 0, 2, 6]. Other rows of the batch do not change this.""",
        loop("""
            for n in range(N):  # of x (N, D); a row of (N, T, D) is x[n, t]
                mean = sum(x[n, d] for d in range(D)) / D
                var = sum((x[n, d] - mean) ** 2 for d in range(D)) / D
                for d in range(D):
                    x_hat[n, d] = (x[n, d] - mean) / math.sqrt(var + eps)
                    y[n, d] = gamma[d] * x_hat[n, d] + beta[d]
        """),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=(
        *forward_mistakes(unit="row", scaled="column", letter="D", count="x.shape[-1]"),
        *slips("""
mean = x.mean(axis=0)
var = x.var(axis=0)
    You normalise each column over the rows. That is batch normalisation, where a row depends on the
    other rows. Here every row has its own mean.
mean = x.mean(axis=tuple(range(x.ndim - 1)))
var = x.var(axis=tuple(range(x.ndim - 1)))
    You normalise each column over all rows. That is batch normalisation, where a row depends on the
    other rows. Here every row has its own mean.
mean = x.mean(axis=1, keepdims=True)
var = x.var(axis=1, keepdims=True)
    You take the statistics over axis 1. Of x (N, D) this is the last axis; of x (N, T, D) it is the
    axis of the positions, and the D values of a position lie along another one.
mean = x.mean(axis=tuple(range(1, x.ndim)), keepdims=True)
var = x.var(axis=tuple(range(1, x.ndim)), keepdims=True)
    Of x (N, T, D) you take one mean for a whole sequence. Here every position has its own, over its
    D values, so that its y does not depend on how many other positions there are.
mean = x.mean(axis=-1)
var = x.var(axis=-1)
    The N means of the rows are broadcast along the last axis of x, its D columns. The shapes do not
    fit or, for N = D, the mean of a row is subtracted from a column. Which shape do the means need?
mean = x.mean(axis=-1)[:, None]
var = x.var(axis=-1)[:, None]
    For x (N, T, D) the means of the rows have shape (N, T). Your `[:, None]` makes them (N, 1, T),
    which meets the last axis of x. Which place does the axis of length 1 need?
mean = x.sum(axis=-1, keepdims=True) / x.shape[1]
var = ((x - mean) ** 2).sum(axis=-1, keepdims=True) / x.shape[1]
    You divide the sums over a row by `x.shape[1]`. Of x (N, D) this is D; what is it of x
    (N, T, D)?
mean = x.mean()
var = x.var()
    You use one mean and variance for the whole array. Without `axis`, NumPy averages over all
    entries.
var = x.var(axis=0)
    Your means are those of the rows, but your variances those of the columns.
mean = 0
var = (x * x).mean(axis=-1, keepdims=True)
    You divide by the root mean square and do not subtract the mean. That is RMS normalisation. Here
    you subtract the mean first, then divide by the standard deviation.
std = np.sqrt(var + eps**2)
    You square eps before you add it to the variance. Add eps itself.
y = gamma[:, None] * x_hat + beta[:, None]
    You use gamma and beta as if there were one per row. They have length D: one for each column,
    the same for all rows.
"""),
    ),
)
