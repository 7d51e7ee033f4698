"""``mean_squares(rates, start, curvature, noise) -> squares``: E[w²] after each noisy step."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def mean_squares(rates, start, curvature, noise):
    first = start**2
    squares = [first]
    for rate in rates:
        kept = 1 - rate * curvature
        added = rate**2 * noise
        new = kept**2 * squares[-1] + added
        squares.append(new)
    return np.array(squares[1:])


def some(
    rng: np.random.Generator, about: str, n: int, *, low: float = 0.1, high: float = 0.8
) -> Case:
    """Steps at rates that go up and down; the curvature is far from 1, the start from 1 as well.

    rate · curvature is a number from ``low`` to ``high``.
    """
    curvature = float(rng.uniform(1.4, 2.2))
    return case(
        about,
        rates=rng.uniform(low, high, size=n) / curvature,
        start=float(-rng.uniform(1.5, 3)),
        curvature=curvature,
        noise=float(rng.uniform(2, 4)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "the first step": [some(rng, "one step", 1)],
        "later steps": [
            some(rng, "three steps", 3),
            some(rng, "sixty steps", 60),
            some(rng, "steps that jump over 0", 4, low=1.1, high=1.7),
        ],
    }


exercise = function(
    mean_squares,
    returns="squares",
    points=3,
    cases=cases,
    judge=[
        values(
            "squares",
            weight=3,
            cases="the first step",
            help="""Write the step as (1 − rate·curvature)·w − rate·ξ, then square it and take the
            mean. Which of the three terms is 0 in the mean?""",
        ),
        values(
            "squares",
            weight=6,
            cases="later steps",
            help="""The mean square after one step is the one before the next step. With which rate
            does each step begin?""",
        ),
    ],
    form=(shapes("squares"), unchanged_inputs()),
    answers=("grader.exercises.ps14.mean_squares",),
    hints="""
    (a·w − b·ξ)² = a²w² − 2ab·wξ + b²ξ². The noise ξ of this step does not depend on w, and its mean
    is 0.

    A smaller example: start = 2, curvature = 1, noise = 3. A step at rate 0.5 gives 0.25·4 + 0.25·3
    = 1.75. Another step at rate 0.1 gives 0.81·1.75 + 0.01·3 = 1.4475.
    """,
    mistakes=slips("""
kept = 1 - rate
    The gradient is curvature·w plus noise, so the share of w that a step keeps depends on the
    curvature.
kept = rate * curvature
    This is the share that a step removes. Which share of w is left?
kept = 1 + rate * curvature
    A step subtracts rate times the gradient. Your w moves away from the minimum.
added = rate * noise
    The noise in the step is rate·ξ. What is the mean of its square?
added = noise
    The noise in the step is multiplied by the rate. What is the mean of (rate·ξ)²?
added = rate**2 * noise**2
    `noise` is the variance of ξ, so it is already the mean of a square.
added = 0
    You leave the noise out: without it every rate below 2/curvature would reach the minimum.
added = -(rate**2) * noise
    The mean of a square is never negative. Which sign has the square of −rate·ξ?
added = (rate * curvature) ** 2 * noise
    The curvature multiplies w, but not the noise.
new = kept * squares[-1] + added
    The mean of w is multiplied by (1 − rate·curvature). By which factor is the mean of w²
    multiplied?
first = start
    The start is a weight w, and you need its square.
new = kept**2 * start**2 + added
    Every step begins at `start`. It should begin where the step before it has ended.
return np.array(squares[:-1])
    The result begins before the first step and lacks the last one.
return np.full(len(rates), squares[-1])
    You return the last mean square for all steps.
return np.sqrt(squares[1:])
    This is the root of the mean square.
"""),
)
