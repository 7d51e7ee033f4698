"""``sigmoid_forward(u) -> (z, cache)``: the logistic sigmoid ``z = 1 / (1 + exp(-u))``."""

from typing import Any

import numpy as np

from course_lib.functional import sigmoid_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)

NEAR = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "float32",
)
FAR = ("far to the right", "far to the left")


def batch(rng: np.random.Generator, about: str, n: int, n_units: int) -> Case:
    """Random pre-activations of both signs and an upstream gradient."""
    return case(about, u=2 * rng.normal(size=(n, n_units)), dz=rng.normal(size=(n, n_units)) + 0.1)


def saturated(rng: np.random.Generator, about: str, n: int, n_units: int) -> Case:
    """One number on each side where the curve is flat, but not yet 0 or 1."""
    some = batch(rng, about, n, n_units)
    some["u"][:2, 0] = rng.uniform(8, 10, size=2) * [1, -1]
    some["dz"][:2, 0] = rng.uniform(50, 100, size=2)
    return some


def far(rng: np.random.Generator, about: str, sign: int) -> Case:
    """Two columns where an exponential overflows or vanishes, beside ordinary ones."""
    some = saturated(rng, about, 3, 4)
    some["u"][:, 2] = sign * rng.uniform(1000, 2000, size=3)
    some["u"][:, 3] = sign * rng.uniform(30, 50, size=3)
    return some


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    for name in ("u", "dz"):
        single[name] = single[name].astype(np.float32)
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        saturated(rng, "more rows than columns", 5, 3),
        far(rng, "far to the right", 1),
        far(rng, "far to the left", -1),
        single,
    ]


def run(sigmoid_forward: Any, case: Case) -> dict[str, Any]:
    z, cache = sigmoid_forward(case["u"])
    return {"z": z}


def sign_forgotten(u: Any) -> Any:
    return 1 / (1 + np.exp(u)), u


def brackets_forgotten(u: Any) -> Any:
    return 1 / 1 + np.exp(-u), u


def infinity_by_infinity(u: Any) -> Any:
    return np.exp(u) / (1 + np.exp(u)), u


def softmax_of_rows(u: Any) -> Any:
    e = np.exp(u - np.max(u, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True), u


exercise = Exercise(
    name="sigmoid_forward",
    takes=("sigmoid_forward",),
    points=1,
    reference=(sigmoid_forward,),
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
            sign_forgotten,
            hint=_(
                "Your curve falls where it should rise: a large positive u has to give nearly 1. "
                "Look at the sign in the exponent."
            ),
        ),
        Mistake(
            brackets_forgotten,
            hint=_(
                "Some values are above 1. Python divides before it adds: does all of 1 + exp(−u) "
                "stand under the fraction bar?"
            ),
        ),
        Mistake(
            infinity_by_infinity,
            hint=_(
                "For large u both parts of your fraction are infinite, and inf/inf is nan. Divide "
                "numerator and denominator by exp(u): then only the denominator can overflow."
            ),
        ),
        Mistake(
            softmax_of_rows,
            hint=_(
                "Each row adds up to 1: that is the softmax. The sigmoid looks at every number on "
                "its own."
            ),
        ),
    ],
    answers=("course_lib.functional.sigmoid",),
    returns="(z, cache)",
    hints=(
        _(
            "Every number of `u` becomes one number of `z` between 0 and 1, independently of its "
            "neighbours. `np.exp` takes the whole array at once."
        ),
        _(
            "For u = −1000, exp(−u) does not fit into a float: NumPy warns and gives inf. That is "
            "no harm in 1/inf = 0. It is harm in inf/inf."
        ),
        _(
            "Smaller: u = [[0, 2]]. exp(−0) = 1 and exp(−2) = 0.135, so z = [[1/2, 1/1.135]] = "
            "[[0.5, 0.881]]. The cache is for you: keep in it what the way back will need."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
