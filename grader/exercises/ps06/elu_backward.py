"""``elu_backward(dz, cache) -> du``: 1 on the right, ``alpha * exp(u)`` on the left."""

from typing import Any

import numpy as np

from course_lib.functional import elu_backward, elu_forward
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
from grader.exercises.ps06.elu_forward import FAR, NEAR, ZEROS, batch, cases
from grader.exercises.shared_cache import shared_cache


def run(elu_forward: Any, elu_backward: Any, case: Case) -> dict[str, Any]:
    u, alpha, dz = case["u"], case["alpha"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = elu_forward(u + 1, alpha / 2)
    elu_backward(dz + 1, earlier)
    z, cache = elu_forward(u, alpha)
    elu_forward(-u, alpha / 3)
    # z earns nothing here: it tells whether a nan comes from the way forward.
    return {"du": elu_backward(dz, cache), "z": z}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At u = 0 every factor between alpha and 1 is a subgradient: any of them counts as alpha."""
    du, kink, alpha = np.asarray(outputs["du"]), case["u"] == 0, case["alpha"]
    if du.shape != kink.shape or not kink.any():
        return outputs
    factor = du / case["dz"]
    allowed = (factor >= min(alpha, 1) - 1e-6) & (factor <= max(alpha, 1) + 1e-6)
    return {**outputs, "du": np.where(kink & allowed, alpha * case["dz"], du)}


def slope_on_the_left(dz: Any, u: Any, slope: Any) -> Any:
    return np.where(u > 0, dz, dz * slope)


def alpha_forgotten(dz: Any, cache: Any) -> Any:
    u, _alpha = cache
    return slope_on_the_left(dz, u, np.exp(u))


def nothing_on_the_left(dz: Any, cache: Any) -> Any:
    u, _alpha = cache
    return dz * (u > 0)


def value_for_slope(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return slope_on_the_left(dz, u, alpha * (np.exp(u) - 1))


def one_for_alpha(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return slope_on_the_left(dz, u, alpha * (np.exp(u) - 1) + 1)


def exponential_of_z(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return slope_on_the_left(dz, u, alpha * np.exp(alpha * (np.exp(np.minimum(u, 0)) - 1)))


def exponent_turned(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return slope_on_the_left(dz, u, alpha * np.exp(-u))


def constant_on_the_left(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return slope_on_the_left(dz, u, alpha)


def power_rule(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return slope_on_the_left(dz, u, alpha * u * np.exp(u - 1))


def sides_swapped(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return np.where(u < 0, dz, dz * alpha * np.exp(u))


def exponential_everywhere(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return dz * alpha * np.exp(u)


def infinity_times_zero(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return dz * (u > 0) + dz * (u <= 0) * alpha * np.exp(u)


def nan_on_the_way_forward(u: Any, alpha: float) -> Any:
    z = (u > 0) * u + (u <= 0) * alpha * (np.exp(u) - 1)
    return z, (z, alpha)


def slope_from_the_value(dz: Any, cache: Any) -> Any:
    z, alpha = cache
    return np.where(z > 0, dz, dz * (z + alpha))


nan_on_the_way_forward.__name__, slope_from_the_value.__name__ = "elu_forward", "elu_backward"


def sign_of_the_gradient(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return np.where(dz > 0, dz, dz * alpha * np.exp(np.minimum(u, 0)))


def forgets_upstream(dz: Any, cache: Any) -> Any:
    return elu_backward(np.ones_like(dz), cache)


def upstream_on_the_right_only(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return np.where(u > 0, dz, alpha * np.exp(u))


def nothing_at_zero(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    return np.where(u > 0, dz, np.where(u < 0, dz * alpha * np.exp(u), 0))


def in_place(dz: Any, cache: Any) -> Any:
    u, alpha = cache
    left = u <= 0
    dz[left] *= alpha * np.exp(u[left])
    return dz


exercise = Exercise(
    name="elu_backward",
    takes=("elu_forward", "elu_backward"),
    points=2,
    reference=(elu_forward, elu_backward),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("du", weight=6, cases=NEAR),
        values("du", cases=ZEROS, title=_("where u is exactly 0: any factor between alpha and 1")),
        values("du", weight=2, cases=FAR, title=_("right also where exp(u) overflows or is 0")),
        shapes("du", cases=NEAR),
        dtype("du", cases=NEAR),
        unchanged_inputs(cases=NEAR),
    ],
    mistakes=[
        Mistake(
            alpha_forgotten,
            hint=_(
                "`alpha` does not enter your slope. A factor of the function is a factor of its "
                "derivative."
            ),
        ),
        Mistake(
            nothing_on_the_left,
            hint=_(
                "Where u was negative you stop the gradient, as ReLU does. This curve is still "
                "rising there."
            ),
        ),
        Mistake(
            value_for_slope,
            hint=_(
                "On the left you multiply by the value of the curve, which is negative; but it "
                "rises, so its slope is not. What becomes of the −1 when you differentiate?"
            ),
        ),
        Mistake(
            one_for_alpha,
            hint=_(
                "You get the slope back from z by adding 1. That is right for alpha = 1 only: z = "
                "alpha·exp(u) − alpha, and you want alpha·exp(u)."
            ),
        ),
        Mistake(
            exponential_of_z,
            hint=_(
                "The exponential is taken of z; it belongs to u. What does your cache hold? (From "
                "z the slope can be had without any exponential.)"
            ),
        ),
        Mistake(
            exponent_turned,
            hint=_(
                "On the left your slopes grow the further you go, but the curve levels off there. "
                "Look at the sign in the exponent."
            ),
        ),
        Mistake(
            constant_on_the_left,
            hint=_(
                "On the left your slope is alpha everywhere. That is right next to 0 only: further "
                "to the left the curve levels off."
            ),
        ),
        Mistake(
            power_rule,
            hint=_(
                "That is the rule for powers, u^n. In exp(u) the variable is the exponent, and the "
                "derivative looks like the function."
            ),
        ),
        Mistake(
            sides_swapped,
            hint=_("The sides are swapped: where u was positive, the gradient passes as it is."),
        ),
        Mistake(
            exponential_everywhere,
            hint=_("Where u was positive, z is u: there the gradient passes as it is."),
        ),
        Mistake(
            infinity_times_zero,
            hint=_(
                "For large u exp(u) is infinite, and 0 · inf is nan: a mask of zeros does not "
                "switch it off. Let NumPy choose, or keep large numbers out of the exponential."
            ),
        ),
        Mistake(
            (nan_on_the_way_forward, slope_from_the_value),
            name="nan on the way forward",
            hint=_(
                "The nan comes out of your `elu_forward`, where for large u an infinite "
                "exponential is multiplied by 0. Repair that one first and look again."
            ),
        ),
        Mistake(
            sign_of_the_gradient,
            hint=_(
                "The sign of `dz` decides which slope you take. It is the sign of `u` in the "
                "forward pass that does."
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
        shared_cache(elu_forward, elu_backward),
    ],
    answers=("course_lib.functional.elu",),
    returns="du",
    hints=(
        _("Differentiate each of the two parts. Which one needs to know u, or z?"),
        _(
            "The slope is 1 on the right and alpha·exp(u) on the left. Compare the latter with "
            "z = alpha·exp(u) − alpha: no second exponential is needed. At u = 0 any factor "
            "between alpha and 1 is accepted."
        ),
        _(
            "Smaller: u = [[3, −1]] with alpha = 2 gave z = [[3, −1.264]]. The slopes are 1 and "
            "2·0.368 = 0.736; with dz = [[5, 10]], du = [[5, 7.36]]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
