"""``batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, after a pass in training."""

import numpy as np

from grader.checking.contract import Case, mistake, pair, slips, step, values
from grader.exercises.normalisation import (
    FAR,
    NORMALISATIONS,
    backward_mistakes,
    dgamma_from_x,
    form,
    run,
)
from grader.exercises.ps16.batchnorm_forward import batch, batchnorm_forward
from grader.exercises.ps16.batchnorm_forward import cases as forward_cases


def batchnorm_backward(dy, cache):
    x_hat, gamma, std = cache
    dgamma = (dy * x_hat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    d = gamma * dy
    mean = d.mean(axis=0)
    along = (d * x_hat).mean(axis=0)
    inner = d - mean - x_hat * along
    dx = inner / std
    return dx, dgamma, dbeta


def cases(rng: np.random.Generator) -> list[Case]:
    groups = forward_cases(rng)
    return [*groups["training"], *groups[FAR]]


def keeps_y(x, gamma, beta, state, **settings):
    y, (_x_hat, *rest), state = batchnorm_forward(x, gamma, beta, state, **settings)
    return y, ((y, gamma, beta), *rest), state


def normalised_values_from_y(dy, cache):
    """You compute x̂ from y by dividing by `gamma`. Where `gamma` is 0, as at the start of some
    networks, this is 0/0. Keep x̂ in the cache.
    """
    (y, gamma, beta), *rest = cache
    return batchnorm_backward(dy, ((y - beta) / gamma, *rest))


exercise = pair(
    batchnorm_forward,
    batchnorm_backward,
    returns="dx, dgamma, dbeta",
    points=4,
    uses=("normalise_batch",),
    cases=cases,
    run=run,
    judge=[
        values(
            "dx",
            weight=12,
            help=(
                """The gradient of x̂ is gamma·dy. Here x affects x̂ along three paths: directly,
                through the mean, and through the variance. Follow them in the graph of one column
                and add up the gradients along the paths.""",
                """The three paths add up to gamma·i times (dy minus two parts). One part makes dx
                sum to 0, the other makes it orthogonal to x̂ (except for eps). Which multiples of 1
                and of x̂ do you have to subtract from dy?""",
            ),
        ),
        values(
            "dgamma",
            help="""All rows of a column are multiplied by the same gamma. What is the derivative of
            one y with respect to it, and what becomes of the contributions of all rows?""",
        ),
        values(
            "dbeta",
            help="""The same beta is added to all rows of a column. What becomes of their gradients
            dy?""",
        ),
    ],
    form=form("dx"),
    answers=NORMALISATIONS,
    hints=(
        step(
            """The derivatives of single steps: x̂ = c·i has i with respect to c, and c with respect
            to i; i = 1/√(σ² + eps) has −i³/2; σ², the mean of c², has 2c/N; μ, the mean of x, has
            1/N. Two values are used twice, x and c. All rows of a column share μ, σ² and i.""",
            "values of dx",
        ),
        step(
            """A smaller example: x = [1, 3, 2, 2] with eps = 0 has mean 2, variance ½ and x̂ =
            √2·[−1, 1, 0, 0]. With gamma = 1 and dy = [0, 4, 0, 0]: dbeta = 4, dgamma = 4√2,
            mean(dy) = 1 and mean(dy·x̂) = √2. dy − 1 − x̂·√2 = [1, 1, −1, −1], and dx is √2 times
            that.""",
            "values of dx",
            "values of dgamma",
            "values of dbeta",
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
    mistakes=(
        *slips("""
mean = dy.mean(axis=0)
along = (dy * x_hat).mean(axis=0)
    Only one of the three parts of dx has `gamma`. Multiply dy by gamma first, then take the means:
    they are means of gamma·dy.
inner = d - mean - std**4 * x_hat * along
dx = inner * std
    dx looks as if i were √(σ² + ε). In the graph, i is the inverse, 1/√(σ² + ε). Which of the two
    does your cache keep?
inner = -x_hat * along
    dx has only the part through the variance. Follow the arrows of the graph that leave c: which
    two steps use it?
inner = 0 * d - mean
    dx has only the part through the mean. Follow the arrows of the graph that leave x: which two
    steps use it?
"""),
        mistake(normalised_values_from_y, others={"batchnorm_forward": keeps_y}),
        *backward_mistakes(unit="column", letter="N", axis=0),
        dgamma_from_x(batchnorm_forward, batchnorm_backward, last=False),
        *slips("""
inner = gamma * (dy - dy.mean(axis=1, keepdims=True) -
    x_hat * (dy * x_hat).mean(axis=1, keepdims=True))
    The means inside dx run along the rows. The forward pass takes its statistics down each column,
    so the backward pass takes its means down the columns, too.
dgamma = (dy * x_hat * std).sum(axis=0)
    You compute dgamma with x − mean, before the division. What does the forward pass multiply by
    `gamma`?
dgamma = (dy * x_hat).sum(axis=1)
dbeta = dy.sum(axis=1)
    You sum dgamma and dbeta along the rows, but each column has its own gamma and beta.
dgamma = dy * x_hat
dbeta = dy
    dgamma and dbeta have a row for every sample. All rows share one gamma and beta: how does the
    chain rule combine the gradients of a value that is used several times?
"""),
    ),
)
