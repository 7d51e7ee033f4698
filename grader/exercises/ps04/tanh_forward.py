"""``tanh_forward(u) -> (z, cache)``: the hyperbolic tangent, element by element."""

from typing import Any

import numpy as np

from course_lib.functional import tanh_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps04.sigmoid_forward import FAR, NEAR, batch, cases


def run(tanh_forward: Any, case: Case) -> dict[str, Any]:
    z, cache = tanh_forward(case["u"])
    return {"z": z}


def half_the_argument(u: Any) -> Any:
    return np.tanh(u / 2), u


def brackets_forgotten(u: Any) -> Any:
    return np.exp(u) - np.exp(-u) / np.exp(u) + np.exp(-u), u


def tangent(u: Any) -> Any:
    return np.tan(u), u


def overflow_on_the_right(u: Any) -> Any:
    e = np.exp(2 * u)
    return (e - 1) / (e + 1), u


def overflow_on_the_left(u: Any) -> Any:
    e = np.exp(-2 * u)
    return (1 - e) / (1 + e), u


exercise = Exercise(
    name="tanh_forward",
    takes=("tanh_forward",),
    points=1,
    reference=(tanh_forward,),
    cases=cases,
    run=run,
    judge=[
        values("z", weight=4, cases=NEAR),
        values("z", weight=2, cases=FAR, title=_("right also where exp(u) or exp(-u) overflows")),
        shapes("z", cases=NEAR),
        dtype("z", cases=NEAR),
        unchanged_inputs(cases=NEAR),
    ],
    mistakes=[
        Mistake(
            half_the_argument,
            hint=_(
                "That is tanh(u/2): right values at the wrong places. 2·sigmoid(u) − 1 is only "
                "half as steep at 0 as tanh; what has to go into the sigmoid?"
            ),
        ),
        Mistake(
            brackets_forgotten,
            hint=_(
                "Some values are beyond 1. Python divides before it adds: numerator and "
                "denominator need brackets of their own."
            ),
        ),
        Mistake(
            tangent,
            hint=_(
                "`np.tan` is the tangent of an angle, which jumps to infinity at π/2. The h in "
                "tanh stands for hyperbolic."
            ),
        ),
        Mistake(
            overflow_on_the_right,
            hint=_(
                "For large u, exp(u) and exp(2u) are infinite, and inf/inf is nan. Is there a "
                "function in NumPy that knows how to avoid this?"
            ),
        ),
        Mistake(
            overflow_on_the_left,
            hint=_(
                "For large negative u, exp(−u) and exp(−2u) are infinite, and inf/inf is nan. "
                "NumPy has a function that takes care of both ends."
            ),
        ),
    ],
    answers=("course_lib.functional.tanh",),
    returns="(z, cache)",
    hints=(
        _(
            "Every number of `u` becomes one number of `z` between −1 and 1, with the sign of u. "
            "NumPy has most functions that a pocket calculator has."
        ),
        _(
            "By hand: tanh(u) = 2·sigmoid(2u) − 1, which survives an overflow that "
            "(exp(u) − exp(−u)) / (exp(u) + exp(−u)) does not."
        ),
        _(
            "Smaller: u = [[0, 1]] gives z = [[0, (2.718 − 0.368) / (2.718 + 0.368)]] = "
            "[[0, 0.762]]. The cache is for you: keep in it what the way back will need."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
