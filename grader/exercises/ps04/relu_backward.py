"""``relu_backward(dz, cache) -> du``: the gradient passes where the rectifier was open."""

from typing import Any

import numpy as np

from course_lib.functional import relu_backward, relu_forward
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
from grader.exercises.ps04.relu_forward import batch, cases
from grader.exercises.shared_cache import shared_cache


def run(relu_forward: Any, relu_backward: Any, case: Case) -> dict[str, Any]:
    u, dz = case["u"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = relu_forward(u + 1)
    relu_backward(dz + 1, earlier)
    _z, cache = relu_forward(u)
    relu_forward(np.roll(u, 1, axis=1) - 0.05)
    return {"du": relu_backward(dz, cache)}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At u = 0 every factor from 0 to 1 is a subgradient: any of them counts as 0."""
    du, kink = np.asarray(outputs["du"]), case["u"] == 0
    if du.shape != kink.shape or not kink.any():
        return outputs
    factor = du / case["dz"]
    return {"du": np.where(kink & (factor >= 0) & (factor <= 1), 0, du)}


def passes_everything(dz: Any, z: Any) -> Any:
    return dz * (z >= 0)


def sign_of_the_gradient(dz: Any, z: Any) -> Any:
    return np.maximum(dz, 0)


def forgets_upstream(dz: Any, z: Any) -> Any:
    return (z > 0).astype(dz.dtype)


def value_for_slope(dz: Any, z: Any) -> Any:
    return dz * z


def other_half(dz: Any, z: Any) -> Any:
    return dz * (z <= 0)


def in_place(dz: Any, z: Any) -> Any:
    dz[z <= 0] = 0
    return dz


exercise = Exercise(
    name="relu_backward",
    takes=("relu_forward", "relu_backward"),
    points=2,
    reference=(relu_forward, relu_backward),
    cases=cases,
    run=run,
    observe=observe,
    judge=[values("du", weight=6), shapes("du"), dtype("du"), unchanged_inputs()],
    mistakes=[
        Mistake(
            passes_everything,
            hint=_(
                "The gradient passes everywhere. A unit that gave 0 for a negative u does not "
                "react to small changes of u. (If you do compare: z = relu(u) is never below 0, so "
                "`z >= 0` is always true.)"
            ),
        ),
        Mistake(
            sign_of_the_gradient,
            hint=_(
                "You cut off the negative gradients. What decides is the sign of `u` in the "
                "forward pass; where u was positive, a gradient of either sign passes."
            ),
        ),
        Mistake(
            forgets_upstream,
            hint=_("`dz` is not used: the chain rule multiplies what arrives from above."),
        ),
        Mistake(
            value_for_slope,
            hint=_(
                "You multiply by the value of ReLU. The chain rule wants its slope: how much does "
                "z = u change when u does?"
            ),
        ),
        Mistake(
            other_half,
            hint=_("The mask is turned: the gradient passes where u was positive."),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `dz` itself was overwritten, and it belongs to whoever "
                "called you. Make a new array."
            ),
        ),
        shared_cache(relu_forward, relu_backward),
    ],
    answers=("course_lib.functional.relu", "course_lib.functional.mlp"),
    returns="du",
    hints=(
        _("The slope of max(u, 0) takes two values only. Which, and where?"),
        _(
            "A comparison gives an array of True and False, and multiplied by it a number stays or "
            "becomes 0. At u = 0 itself any slope from 0 to 1 is accepted."
        ),
        _(
            "Smaller: u = [[3, −2]] gave z = [[3, 0]]. With dz = [[−5, 7]] the gradient is [[−5, "
            "0]]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
