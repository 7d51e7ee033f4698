"""``average_step(average, w, *, decay, t) -> average``: an exponential average of the weights."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values
from grader.exercises.optimizers import away_from_zero


def average_step(average, w, *, decay, t):
    share = (1 - decay) / (1 - decay**t)
    new = average + share * (w - average)
    return new


def some(rng: np.random.Generator, about: str, shape: tuple[int, ...], n: int, first: int) -> Case:
    """The weights after n steps, of which the first has the number ``first``."""
    w = away_from_zero(rng, (n, *shape))
    average = away_from_zero(rng, shape)
    return case(about, average=average, w=w, decay=float(rng.uniform(0.7, 0.85)), t=first)


FIRST, SECOND, LATER = "t = 1", "the second step", "later steps"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        FIRST: [some(rng, "", (3,), 1, 1)],
        SECOND: [some(rng, "", (3,), 1, 2)],
        LATER: [
            some(rng, "five steps from the first on", (2,), 5, 1),
            some(rng, "a matrix, steps 6 to 8", (3, 2), 3, 6),
            some(rng, "after hundreds of steps", (4,), 2, 400),
        ],
    }


def run(average_step: Any, case: Case) -> dict[str, Any]:
    average = case["average"]
    for step, w in enumerate(case["w"]):
        average = average_step(average, w, decay=case["decay"], t=case["t"] + step)
    return {"average": average}


exercise = function(
    average_step,
    returns="average",
    points=2,
    cases=cases,
    run=run,
    judge=[
        # A function that returns w would satisfy it.
        values(
            "average",
            cases=FIRST,
            alone=False,
            help="""After one step there is only one array of weights, so it is the average.
            Which share does w have at t = 1?""",
        ),
        values(
            "average",
            weight=3,
            cases=SECOND,
            help="""At t = 2 two arrays count: the new one with the weight 1 − decay, the one before
            with (1 − decay)·decay. By which number do you divide so that the shares add up to 1?
            """,
        ),
        values(
            "average",
            weight=5,
            cases=LATER,
            help="""The result of each step is the `average` that comes into the next one. Which
            share does w have at step t, and how much is left for the average?""",
        ),
    ],
    form=(shapes("average"), unchanged_inputs()),
    answers=("course_lib.optimizers.average",),
    hints="""
    Let a be the running mean from 0 without a correction: a_t = decay·a_{t−1} + (1 − decay)·w. The
    corrected average is a_t / (1 − decay^t).

    What comes in is the corrected average of step t − 1, so a_{t−1} = average·(1 − decay^{t−1}).
    Put this into the formula and divide by 1 − decay^t. Which share of w is left?

    A smaller example: decay = 0.5. At t = 1 the result is w. At t = 2 the share of w is 0.5/0.75 =
    2/3: with average = 3 and w = 6 the result is 3 + 2/3·3 = 5. At t = 3 the share is 0.5/0.875 =
    4/7.
    """,
    mistakes=slips("""
share = 1 - decay
    The correction is missing: at t = 1 a part of the given average remains, although it holds no
    weights yet. Which share must w have at t = 1?
share = 1 - decay if t > 1 else 1.0
    Only t = 1 is corrected. At t = 2 the shares of w and of the average are not yet those of late
    steps: by which number do they have to be divided?
share = decay
    You give w the share `decay`, at every t. decay is what the old average keeps in late steps, and
    at t = 1 the share of w is 1.
share = decay / (1 - decay**t)
    The numerator is the share of the OLD average. Which share does the new w have in late steps?
share = 1 / t
    This is the plain mean of all steps, in which old weights never fade. Where does decay belong?
share = (1 - decay) / (1 - decay ** (t - 1)) if t > 1 else 1
    The exponent is one too small. At t = 2 the shares are those of two arrays of weights.
share = (1 - decay) / (1 - decay ** (t + 1))
    The exponent is one too large: t counts from 1, and at t = 1 the share of w is 1.
share = (1 - decay) / (1 - decay * t)
    You multiply decay by t. The shares fall by the factor decay in each step, so it is a power.
new = (decay * average + (1 - decay) * w) / (1 - decay**t)
    You divide both terms. But the `average` that comes in is already corrected. Which number turns
    it back into the running mean without a correction?
new = decay * average + share * w
    The two shares do not add up to 1. If w has the corrected share, what is left for the average?
new = w + share * (w - average)
    You start from w and move further away from the average. From where to where should it move?
new = average + share * (average - w)
    The average moves away from w. Which sign has the difference?
new = share * w
    The old average is gone. Which share of it stays?
new = w - share * (w - average)
    w and the average have exchanged their shares. Which of them has the share (1 − decay)/(1 −
    decay^t)?
new = average + w
    The result is a sum. The shares in a mean add up to 1.
new = (average + w) / 2
    Both have the same share at every t. Where do decay and t belong?
new = w
    You return the last weights, without the average.
decay = 0.9
    The results do not depend on `decay`: you use the fixed number 0.9 instead.
"""),
)
