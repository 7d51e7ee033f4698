"""``leaky_relu_backward(dz, cache) -> du``: each gradient times 1 or the slope."""

from typing import Any

import numpy as np

from course_lib.functional import leaky_relu_backward, leaky_relu_forward
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
from grader.exercises.ps06.leaky_relu_forward import batch, cases
from grader.exercises.shared_cache import shared_cache

ORDINARY = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "large numbers",
    "float32",
)


def run(leaky_relu_forward: Any, leaky_relu_backward: Any, case: Case) -> dict[str, Any]:
    u, slope, dz = case["u"], case["slope"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = leaky_relu_forward(u + 1, slope / 2)
    leaky_relu_backward(dz + 1, earlier)
    _z, cache = leaky_relu_forward(u, slope)
    leaky_relu_forward(-u, slope / 3)
    return {"du": leaky_relu_backward(dz, cache)}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At u = 0 every factor from slope to 1 is a subgradient: any of them counts as slope."""
    du, kink, slope = np.asarray(outputs["du"]), case["u"] == 0, case["slope"]
    if du.shape != kink.shape or not kink.any():
        return outputs
    factor = du / case["dz"]
    allowed = kink & (factor >= slope - 1e-6) & (factor <= 1 + 1e-6)
    return {"du": np.where(allowed, slope * case["dz"], du)}


def nothing_leaks(dz: Any, cache: Any) -> Any:
    u, _slope = cache
    return dz * (u > 0)


def passes_everything(dz: Any, cache: Any) -> Any:
    return 1 * dz


def sign_of_the_gradient(dz: Any, cache: Any) -> Any:
    _u, slope = cache
    return np.where(dz > 0, dz, slope * dz)


def forgets_upstream(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return np.where(u > 0, 1, slope).astype(dz.dtype)


def upstream_on_the_right_only(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return np.where(u > 0, dz, slope).astype(dz.dtype)


def value_for_slope(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return dz * np.where(u > 0, u, slope * u)


def always_a_hundredth(dz: Any, cache: Any) -> Any:
    u, _slope = cache
    return np.where(u > 0, dz, 0.01 * dz)


def sides_swapped(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return np.where(u > 0, slope * dz, dz)


def turned(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return np.where(u > 0, dz, -slope * dz)


def divided(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return np.where(u > 0, dz, dz / slope)


def nothing_at_zero(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return dz * (u > 0) + slope * dz * (u < 0)


def in_place(dz: Any, cache: Any) -> Any:
    u, slope = cache
    dz[u <= 0] *= slope
    return dz


def promoted(dz: Any, cache: Any) -> Any:
    u, slope = cache
    return dz * np.where(u > 0, 1.0, slope)


exercise = Exercise(
    name="leaky_relu_backward",
    takes=("leaky_relu_forward", "leaky_relu_backward"),
    points=2,
    reference=(leaky_relu_forward, leaky_relu_backward),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("du", weight=6, cases=ORDINARY),
        values(
            "du",
            cases="some zeros",
            title=_("where u is exactly 0: any factor from slope to 1"),
        ),
        shapes("du"),
        dtype("du"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            nothing_leaks,
            hint=_(
                "Where u was negative you stop the gradient, as ReLU does. This unit still reacts "
                "there: if u moves by a little, by how much does z?"
            ),
        ),
        Mistake(
            passes_everything,
            hint=_(
                "The gradient passes everywhere as it is. Where u was negative, z moved less than "
                "u did."
            ),
        ),
        Mistake(
            sign_of_the_gradient,
            hint=_(
                "You make the negative gradients smaller. What decides is the sign of `u` in the "
                "forward pass, whatever the sign of `dz`."
            ),
        ),
        Mistake(
            forgets_upstream,
            hint=_("`dz` is not used: the chain rule multiplies what arrives from above."),
        ),
        Mistake(
            upstream_on_the_right_only,
            hint=_(
                "Where u was negative `dz` is not used: there, too, the slope is a factor of what "
                "arrives from above."
            ),
        ),
        Mistake(
            value_for_slope,
            hint=_(
                "You multiply by the value of z. The chain rule wants the steepness of the curve: "
                "how much does z change when u does?"
            ),
        ),
        Mistake(
            always_a_hundredth,
            hint=_(
                "On the left the factor is 0.01 whatever `slope` was. The forward pass got it as "
                "an argument; how can the way back know it?"
            ),
        ),
        Mistake(
            sides_swapped,
            hint=_("The sides are swapped: where u was positive, the gradient passes as it is."),
        ),
        Mistake(
            turned,
            hint=_("On the left your gradients have the wrong sign: the curve rises there, too."),
        ),
        Mistake(
            divided,
            hint=_(
                "On the left the gradients grew, but a flat curve makes them smaller. The way back "
                "multiplies by the same number as the way forward."
            ),
        ),
        Mistake(
            nothing_at_zero,
            hint=_(
                "Only where u is exactly 0 something is missing: neither of your two conditions "
                "holds there, so the gradient is 0, which is the slope of neither side. Let one of "
                "the sides include 0."
            ),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `dz` itself was overwritten, and it belongs to whoever "
                "called you. Make a new array."
            ),
        ),
        Mistake(
            promoted,
            hint=_(
                "The values are right, but float32 became float64: `np.where` with two plain "
                "numbers makes a float64 array, and that takes the product along. Let it choose "
                "between two arrays of the type of `dz`, or convert its result with `astype`."
            ),
        ),
        shared_cache(leaky_relu_forward, leaky_relu_backward),
    ],
    answers=("course_lib.functional.leaky_relu",),
    returns="du",
    hints=(
        _("The curve is made of two straight lines. How steep is each of them?"),
        _(
            "du = dz where u was positive, and slope·dz where it was negative. At u = 0 any factor "
            "from slope to 1 is accepted. So the cache must tell the sign of u, and the slope."
        ),
        _(
            "Smaller: u = [[3, −2]] with slope 0.1. With dz = [[−5, 7]] the gradient is "
            "[[−5, 0.7]]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
