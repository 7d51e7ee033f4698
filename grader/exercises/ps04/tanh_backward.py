"""``tanh_backward(dz, cache) -> du``: the way back through ``z = tanh(u)``."""

from typing import Any

import numpy as np

from course_lib.functional import tanh_backward, tanh_forward
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
from grader.exercises.shared_cache import shared_cache


def run(tanh_forward: Any, tanh_backward: Any, case: Case) -> dict[str, Any]:
    u, dz = case["u"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = tanh_forward(u + 1)
    tanh_backward(dz + 1, earlier)
    z, cache = tanh_forward(u)
    tanh_forward(1 - u)
    # z earns nothing here: it tells whether a nan comes from the way forward.
    return {"du": tanh_backward(dz, cache), "z": z}


def not_squared(dz: Any, z: Any) -> Any:
    return dz * (1 - z)


def tanh_twice(dz: Any, z: Any) -> Any:
    return dz * (1 - np.tanh(z) ** 2)


def forgets_upstream(dz: Any, z: Any) -> Any:
    return 1 - z**2


def derivative_of_sigmoid(dz: Any, z: Any) -> Any:
    return dz * z * (1 - z)


def square_of_u(u: Any) -> Any:
    z, _cache = tanh_forward(u)
    return z, u  # which the reference's way back then squares in place of z


def tanh_and_u(u: Any) -> Any:
    return np.tanh(u), u


def exponentials_of_u(dz: Any, u: Any) -> Any:
    return dz * 4 * np.exp(2 * u) / (np.exp(2 * u) + 1) ** 2


tanh_and_u.__name__, exponentials_of_u.__name__ = "tanh_forward", "tanh_backward"


def infinity_by_infinity(u: Any) -> Any:
    z = (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u))
    return z, z


exercise = Exercise(
    name="tanh_backward",
    takes=("tanh_forward", "tanh_backward"),
    points=2,
    reference=(tanh_forward, tanh_backward),
    cases=cases,
    run=run,
    judge=[
        values("du", weight=6, cases=NEAR),
        values("du", weight=2, cases=FAR, title=_("right also where exp(u) or exp(-u) overflows")),
        shapes("du", cases=NEAR),
        dtype("du", cases=NEAR),
        unchanged_inputs(cases=NEAR),
    ],
    mistakes=[
        Mistake(
            not_squared,
            hint=_(
                "At the far left your slope is 2, but tanh is flat at both ends. A square is "
                "missing: tanh² + 1/cosh² = 1."
            ),
        ),
        Mistake(
            square_of_u,
            replaces="tanh_forward",
            hint=_(
                "The square is taken of the pre-activation `u`; it belongs to the value of tanh. A "
                "slope of tanh is never negative, and some of yours are."
            ),
        ),
        Mistake(
            tanh_twice,
            hint=_(
                "tanh is applied a second time, to a value that has been through it. What does "
                "your cache hold: `u` or `z`?"
            ),
        ),
        Mistake(
            forgets_upstream,
            hint=_("`dz` is not used: the chain rule multiplies what arrives from above."),
        ),
        Mistake(
            derivative_of_sigmoid,
            hint=_(
                "z·(1 − z) is the sigmoid's slope. At u = 0 it would be 0, but tanh is steepest "
                "there, with slope 1."
            ),
        ),
        Mistake(
            (tanh_and_u, exponentials_of_u),
            hint=_(
                "Right near 0, but far to the right exp(2u) overflows and inf/inf is nan. The "
                "slope needs no exponential at all: write it with the value `z` of tanh."
            ),
            name="exponentials of u",
        ),
        Mistake(
            infinity_by_infinity,
            replaces="tanh_forward",
            hint=_(
                "The nan comes out of your `tanh_forward`, where a fraction of exponentials is "
                "inf/inf far from 0. Once that is repaired, this one is right too."
            ),
        ),
        shared_cache(tanh_forward, tanh_backward),
    ],
    answers=("course_lib.functional.tanh",),
    returns="du",
    hints=(
        _(
            "As with the sigmoid: each number of `du` is the number of `dz` at the same place "
            "times a slope, and the slope can be written with `z` alone."
        ),
        _(
            "tanh = sinh/cosh, sinh' = cosh, cosh' = sinh. The quotient rule gives "
            "(cosh² − sinh²)/cosh². What is sinh²/cosh² in terms of z?"
        ),
        _(
            "Smaller: u = 0 gave z = 0, slope 1. u = 1 gave z = 0.762, slope 1 − 0.580 = 0.420. "
            "With dz = [10, 10], du = [10, 4.2]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
