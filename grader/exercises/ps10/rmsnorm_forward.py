"""``rmsnorm_forward(x, gamma, *, eps) -> (y, cache)``: every row by its root mean square."""

import numpy as np

from grader.checking.contract import Case, function, values
from grader.exercises.normalisation import NORMALISATIONS, form
from grader.exercises.ps10 import layernorm_forward as layernorm


def rmsnorm_forward(x, gamma, *, eps):
    square = (x * x).mean(axis=-1, keepdims=True)
    rms = np.sqrt(square + eps)
    x_hat = x / rms
    y = gamma * x_hat
    return y, (x_hat, gamma, rms)


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Rows whose mean is far from 0, and no beta."""
    return _without_beta(layernorm.batch(rng, about, *shape))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    groups = layernorm.cases(rng)
    for one in (one for group in groups.values() for one in group):
        if one["about"] == "a nearly constant row":  # here, a row of small numbers
            one["x"][..., 0, :] = rng.uniform(0.03, 0.06, size=4) * rng.choice([-1, 1], size=4)
    return {name: [_without_beta(one) for one in group] for name, group in groups.items()}


def _without_beta(one: Case) -> Case:
    return {name: value for name, value in one.items() if name != "beta"}


exercise = function(
    rmsnorm_forward,
    returns="y, cache",
    points=1,
    cases=cases,
    judge=[
        values("y", weight=3, cases="matrix"),
        values("y", weight=3, cases="sequences"),
    ],
    form=form("y"),
    answers=("course_lib.functional.rmsnorm", *NORMALISATIONS),
    hints="""
    Take a single row: the mean of its squares, eps, the root. Then divide the row by it.

    Smaller: the row x = [1, 7] with eps = 0 has the mean square 25, so its root mean square is 5.
    With gamma = [5, 10]: y = [1, 14].
    """,
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
