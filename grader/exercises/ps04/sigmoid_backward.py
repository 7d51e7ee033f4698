"""``sigmoid_backward(dz, cache) -> du``: the way back through ``z = sigmoid(u)``."""

from typing import Any

import numpy as np

from course_lib.functional import sigmoid_backward, sigmoid_forward
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


def run(sigmoid_forward: Any, sigmoid_backward: Any, case: Case) -> dict[str, Any]:
    u, dz = case["u"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = sigmoid_forward(u + 1)
    sigmoid_backward(dz + 1, earlier)
    z, cache = sigmoid_forward(u)
    sigmoid_forward(1 - u)
    # z earns nothing here: it tells whether a nan comes from the way forward.
    return {"du": sigmoid_backward(dz, cache), "z": z}


def formula_with_u(dz: Any, u: Any) -> Any:
    return dz * u * (1 - u)


def derivative_of_exponentials(dz: Any, u: Any) -> Any:
    return dz * np.exp(-u) / (1 + np.exp(-u)) ** 2


def turned_exponentials(dz: Any, u: Any) -> Any:
    return dz * np.exp(u) / (1 + np.exp(u)) ** 2


def sigmoid_twice(dz: Any, z: Any) -> Any:
    s, _cache = sigmoid_forward(z)
    return dz * s * (1 - s)


def forgets_upstream(dz: Any, z: Any) -> Any:
    return z * (1 - z)


def only_z(dz: Any, z: Any) -> Any:
    return dz * z


def derivative_of_tanh(dz: Any, z: Any) -> Any:
    return dz * (1 - z**2)


def infinity_by_infinity(u: Any) -> Any:
    z = np.exp(u) / (1 + np.exp(u))
    return z, z


def z_and_u(u: Any) -> Any:
    z, _cache = sigmoid_forward(u)
    return z, u


def keeping_u(wrong: Any, hint: str) -> Mistake:
    """The mistake ``wrong`` on the way back, behind a right forward whose cache is u."""

    def sigmoid_forward(u: Any) -> Any:
        return z_and_u(u)

    def sigmoid_backward(dz: Any, cache: Any) -> Any:
        return wrong(dz, cache)

    return Mistake((sigmoid_forward, sigmoid_backward), hint=hint, name=wrong.__name__)


exercise = Exercise(
    name="sigmoid_backward",
    takes=("sigmoid_forward", "sigmoid_backward"),
    points=2,
    reference=(sigmoid_forward, sigmoid_backward),
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
        keeping_u(
            formula_with_u,
            _(
                "The product s·(1 − s) is right, but its s is the sigmoid's value. You put in the "
                "pre-activation `u`."
            ),
        ),
        Mistake(
            sigmoid_twice,
            hint=_(
                "The sigmoid is applied a second time, to a value that has been through it. What "
                "does your cache hold: `u` or `z`?"
            ),
        ),
        Mistake(
            forgets_upstream,
            hint=_("`dz` is not used: the chain rule multiplies what arrives from above."),
        ),
        Mistake(
            only_z,
            hint=_(
                "You multiply by the sigmoid itself. Its slope is something else: it goes to 0 at "
                "both ends, and it is largest, 1/4, at u = 0."
            ),
        ),
        Mistake(
            derivative_of_tanh,
            hint=_("At u = 0 your slope is 3/4, but the sigmoid's is 1/4. 1 − z² belongs to tanh."),
        ),
        keeping_u(
            derivative_of_exponentials,
            _(
                "Right near 0, but far to the left exp(−u) overflows and inf/inf is nan. Write the "
                "slope with the sigmoid's value `z`, which always lies between 0 and 1."
            ),
        ),
        keeping_u(
            turned_exponentials,
            _(
                "Right near 0, but far to the right exp(u) overflows and inf/inf is nan. The slope "
                "needs no exponential at all: write it with the sigmoid's value `z`."
            ),
        ),
        Mistake(
            infinity_by_infinity,
            replaces="sigmoid_forward",
            hint=_(
                "The nan comes out of your `sigmoid_forward`, where exp(u)/(1 + exp(u)) is inf/inf "
                "for large u. Once that is repaired, this one is right too."
            ),
        ),
        shared_cache(sigmoid_forward, sigmoid_backward),
    ],
    answers=("course_lib.functional.sigmoid",),
    returns="du",
    hints=(
        _(
            "Every `u` has its own `z`, so there is no sum and no matrix product: each number of "
            "`du` is the number of `dz` at the same place times a slope."
        ),
        _(
            "Differentiate 1/(1 + e) with e = exp(−u), then replace e by what it is in terms of z: "
            "the slope needs nothing but z. Keep z in the cache."
        ),
        _(
            "Smaller: u = 0 gave z = 0.5, and the slope there is 0.5·0.5 = 0.25. u = 2 gave "
            "z = 0.881, slope 0.881·0.119 = 0.105. With dz = [10, 10], du = [2.5, 1.05]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
