"""``relu_forward(u) -> (z, cache)``: the rectifier ``z = max(u, 0)``, element by element."""

from typing import Any

import numpy as np

from course_lib.functional import relu_forward
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


def batch(rng: np.random.Generator, about: str, n: int, n_units: int) -> Case:
    """Pre-activations, the first of every row positive, the others of either sign."""
    u = rng.uniform(0.1, 2, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
    u[:, 0] = np.abs(u[:, 0])
    if n_units > 1:
        u[:, 1] = -np.abs(u[:, 1])
    return case(about, u=u, dz=rng.normal(size=(n, n_units)) + 0.1)


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    for name in ("u", "dz"):
        single[name] = single[name].astype(np.float32)
    kink = batch(rng, "some zeros", 3, 4)
    kink["u"][:, 2] = 0.0
    large = batch(rng, "large numbers", 8, 6)
    large["u"] *= 100
    turned = batch(rng, "more rows than columns", 5, 3)
    turned["u"] = np.roll(turned["u"], 2, axis=1)  # the first of every row negative
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        turned,
        large,
        kink,
        single,
    ]


def run(relu_forward: Any, case: Case) -> dict[str, Any]:
    z, cache = relu_forward(case["u"])
    return {"z": z}


def largest_of_column(u: Any) -> Any:
    return np.max(u, 0), u


def mask_for_value(u: Any) -> Any:
    return (u > 0).astype(u.dtype), u


def other_half(u: Any) -> Any:
    return np.minimum(u, 0), u


def absolute_value(u: Any) -> Any:
    return np.abs(u), u


def in_place(u: Any) -> Any:
    u[u < 0] = 0
    return u, u


exercise = Exercise(
    name="relu_forward",
    takes=("relu_forward",),
    points=1,
    reference=(relu_forward,),
    cases=cases,
    run=run,
    judge=[values("z", weight=4), shapes("z"), dtype("z"), unchanged_inputs()],
    mistakes=[
        Mistake(
            largest_of_column,
            hint=_(
                "`np.max(u, 0)` reads the 0 as an axis and gives the largest number of each "
                "column. You want the larger of two numbers at every place: a function of another "
                "name."
            ),
        ),
        Mistake(
            mask_for_value,
            hint=_(
                "You return 0 and 1, the slope of ReLU. Its value is `u` itself wherever u is "
                "positive."
            ),
        ),
        Mistake(
            other_half,
            hint=_("You keep what is negative. ReLU keeps what is positive and puts 0 elsewhere."),
        ),
        Mistake(
            absolute_value,
            hint=_("Negative numbers are turned around; ReLU replaces them by 0."),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `u` itself was overwritten: whoever called you loses "
                "the pre-activations, and a sign test on them on the way back would be wrong. "
                "Make a new array."
            ),
        ),
    ],
    answers=("course_lib.functional.relu", "course_lib.functional.mlp"),
    returns="(z, cache)",
    hints=(
        _("Each number is compared with 0, and the larger of the two stays."),
        _(
            "Three ways lead there: a NumPy function for the larger of two numbers, one that "
            "chooses by a condition, or multiplying by a mask of zeros and ones."
        ),
        _(
            "Smaller: u = [[3, −2]] gives z = [[3, 0]]. The cache is for you: the way back needs "
            "to know which numbers were positive."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
