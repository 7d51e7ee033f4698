"""``best_rates(n, start, curvature, noise) -> rates``: each makes the next mean square smallest."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def best_rates(n, start, curvature, noise):
    first = start**2
    square, rates = first, []
    for _ in range(n):
        rate = curvature * square / (curvature**2 * square + noise)
        new = (1 - rate * curvature) ** 2 * square + rate**2 * noise
        square = new
        rates.append(rate)
    return np.array(rates)


def some(rng: np.random.Generator, about: str, n: int) -> Case:
    return case(
        about,
        n=n,
        start=float(-rng.uniform(1.5, 3)),
        curvature=float(rng.uniform(1.4, 2.2)),
        noise=float(rng.uniform(2, 4)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "the first rate": [some(rng, "one step", 1)],
        "later rates": [
            some(rng, "three steps", 3),
            some(rng, "sixty steps", 60),
            some(rng, "rates above 1", 5) | {"curvature": 0.03, "start": 200.0},
            some(rng, "rates near 0, and a whole number as the start", 5)
            | {"noise": 3e7, "start": -int(rng.integers(2, 5))},
        ],
    }


exercise = function(
    best_rates,
    returns="rates",
    points=3,
    cases=cases,
    without=("in place",),
    judge=[
        values(
            "rates",
            weight=3,
            cases="the first rate",
            help="""Where is the derivative of (1 − η·curvature)²·q + η²·noise with respect to η
            zero?""",
        ),
        values(
            "rates",
            weight=7,
            cases="later rates",
            help="""Each rate belongs to the mean square that the steps before it have left. How
            does q change in a step at the best rate?""",
        ),
    ],
    form=(shapes("rates"), unchanged_inputs()),
    answers=("grader.exercises.ps14.best_rates",),
    hints="""
    The derivative with respect to η is −2·curvature·(1 − η·curvature)·q + 2·η·noise. Set it to 0
    and collect the terms with η on one side.

    After you have the rate of a step, compute the mean square after this step, as in mean_squares.
    The next rate needs it.

    A smaller example: start = 2, curvature = 1, noise = 4. The first rate is 4/(4 + 4) = 0.5, the
    mean square after it 0.25·4 + 0.25·4 = 2. The second rate is 2/(2 + 4) = 1/3.
    """,
    mistakes=slips("""
rate = 1 / curvature
    This rate is the best one without noise. What does it do to the noise term?
rate = square / (square + noise)
    The curvature is missing. The derivative of (1 − η·curvature)² has the factor curvature.
rate = curvature * square / (curvature * square + noise)
    The derivative of −2·curvature·(1 − η·curvature)·q with respect to η has the curvature twice.
rate = curvature * square / noise
    You left out the term with η that comes from (1 − η·curvature)². It also stands on the side of
    the noise.
rate = curvature * square / (curvature**2 * square + noise**2)
    `noise` is the variance of ξ, so it is not squared again.
rate = curvature * square / (curvature**2 * square - noise)
    A sign in the equation is wrong: collect both terms with η on the same side.
rate = 2 * curvature * square / (curvature**2 * square + noise)
    Both terms of the derivative have the factor 2, so it cancels.
rate = square / (curvature * square + noise)
    The curvature is missing twice: in the factor of the derivative of (1 − η·curvature)², and in
    the square of the curvature that this factor makes.
rate = noise / (curvature**2 * square + noise)
    This is the share of the mean square that remains after a step at the best rate.
first = start
    The start is a weight w, and q begins with its square.
new = (1 - rate * curvature) ** 2 * square
    Your mean square has no noise term, so it falls too fast, and so do the rates.
new = (1 - rate * curvature) * square + rate**2 * noise
    The factor 1 − η·curvature is not squared in your mean square.
new = square
    Every rate is the first one. How large is the mean square when the second step begins?
return np.array([1 / curvature, *rates[:-1]])
    Your rates come one step too late. The first step already knows q: it is start².
return 1 / np.array(rates)
    These are the reciprocals of the rates.
"""),
)
