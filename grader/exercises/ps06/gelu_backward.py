"""``gelu_backward(dz, cache) -> du``: the product rule, and in the tanh form the chain rule too."""

from typing import Any

import numpy as np

from course_lib.backend import erf, to_numpy
from course_lib.functional import (
    gelu_backward,
    gelu_erf_backward,
    gelu_erf_forward,
    gelu_forward,
)
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    Unseen,
    _,
    holds,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps06.gelu_forward import CUBIC, FAR, NEAR, SCALE, batch, cases
from grader.exercises.shared_cache import shared_cache


def run(gelu_forward: Any, gelu_backward: Any, case: Case) -> dict[str, Any]:
    u, dz = case["u"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = gelu_forward(u + 1)
    gelu_backward(dz + 1, earlier)
    z, cache = gelu_forward(u)
    gelu_forward(0.5 - u)
    # z earns nothing by itself: it tells which form the way forward has.
    return {"du": gelu_backward(dz, cache), "z": z}


def same_form(case: dict[str, Any], got: dict[str, Any], want: dict[str, Any]) -> Any:
    """Whether z has the form of du; a z that has neither is another exercise's business."""
    if not np.allclose(got["du"], want["du"], rtol=0, atol=1e-5):
        return Unseen(_("du is not yet the gradient of either form"))
    z = np.asarray(got["z"])
    for form in (gelu_forward, gelu_erf_forward):
        other = to_numpy(form(case["u"])[0])
        if not np.allclose(other, want["z"], rtol=0, atol=3e-5) and np.allclose(
            z, other, rtol=0, atol=1e-5
        ):
            return _("z and du belong to different forms of the GELU")
    return None


def tanh_of(u: Any) -> Any:
    return np.tanh(SCALE * (u + CUBIC * u**3))


def inner_slope(u: Any) -> Any:
    return SCALE * (1 + 3 * CUBIC * u**2)


def keeps_u(u: Any) -> Any:
    return gelu_forward(u)[0], u


def keeps_u_exact(u: Any) -> Any:
    return gelu_erf_forward(u)[0], u


def keeps_u_rough(u: Any) -> Any:
    return u / (1 + np.exp(-1.702 * u)), u


def by_exponentials(u: Any) -> Any:
    v = SCALE * (u + CUBIC * u**3)
    a = (np.exp(v) - np.exp(-v)) / (np.exp(v) + np.exp(-v))
    return 0.5 * u * (1 + a), (np.clip(u, -10, 10), a)


def share(u: Any) -> Any:
    return 0.5 * (1 + erf(u / np.sqrt(2)))


def bell(u: Any) -> Any:
    return np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)


def slope(name: str, hint: str, formula: Any, forward: Any = keeps_u) -> Mistake:
    """A way back that multiplies by ``formula(u)``, with a way forward whose cache is u."""

    def gelu_forward(u: Any) -> Any:
        return forward(u)

    def gelu_backward(dz: Any, u: Any) -> Any:
        return dz * formula(u)

    return Mistake((gelu_forward, gelu_backward), hint, name=name)


def rough_slope(u: Any) -> Any:
    s = 1 / (1 + np.exp(-1.702 * u))
    return s + 1.702 * u * s * (1 - s)


def forgets_upstream(dz: Any, cache: Any) -> Any:
    return gelu_backward(np.ones_like(dz), cache)


def in_place(dz: Any, cache: Any) -> Any:
    dz *= gelu_backward(np.ones_like(dz), cache)
    return dz


exercise = Exercise(
    name="gelu_backward",
    takes=("gelu_forward", "gelu_backward"),
    points=3,
    reference=(gelu_forward, gelu_backward),
    accepts=((gelu_erf_forward, gelu_erf_backward),),
    cases=cases,
    run=run,
    # The float type is not judged: np.sqrt(2 / np.pi), a float64, is a usual factor.
    judge=[
        values("du", weight=6, cases=NEAR),
        values("du", cases=FAR, title=_("right also far from 0")),
        holds(
            _("the gradient of your own gelu_forward, in the same form"),
            same_form,
            cases=NEAR,
            form=True,
        ),
        shapes("du", cases=NEAR),
        unchanged_inputs(cases=NEAR),
    ],
    mistakes=[
        slope(
            "only the share",
            _(
                "You have the first half of the product rule. The share that is let through "
                "depends on u, too: how does that add to the slope?"
            ),
            lambda u: 0.5 * (1 + tanh_of(u)),
        ),
        slope(
            "only Phi",
            _(
                "Φ(u) is the first half of the product rule. Φ depends on u, too: what is its "
                "derivative, and what multiplies it?"
            ),
            share,
            keeps_u_exact,
        ),
        slope(
            "only the second term",
            _(
                "You differentiate the share alone. In a product of u and the share, u has a "
                "derivative of its own."
            ),
            lambda u: 0.5 * u * (1 - tanh_of(u) ** 2) * inner_slope(u),
        ),
        slope(
            "only u times the bell",
            _("You differentiate Φ alone. In the product u·Φ(u), u has a derivative of its own."),
            lambda u: u * bell(u),
            keeps_u_exact,
        ),
        slope(
            "no inner slope",
            _(
                "The chain rule stops at the tanh. Its argument is a polynomial in u: what is that "
                "one's derivative?"
            ),
            lambda u: 0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2)),
        ),
        slope(
            "no 3",
            _("The inner derivative is not quite right: what is the derivative of a cube?"),
            lambda u: (
                0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2) * SCALE * (1 + CUBIC * u**2))
            ),
        ),
        slope(
            "3 u",
            _("In the inner derivative the power is off: 3u or 3u² for u³?"),
            lambda u: (
                0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2) * SCALE * (1 + 3 * CUBIC * u))
            ),
        ),
        slope(
            "no inner cube",
            _("In the inner derivative only u is differentiated; the cube in the tanh is, too."),
            lambda u: 0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2) * SCALE),
        ),
        slope(
            "no scale",
            _("The constant √(2/π) multiplies the argument of the tanh: where is it in the slope?"),
            lambda u: 0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2) * (1 + 3 * CUBIC * u**2)),
        ),
        slope(
            "1 - a",
            _("The derivative of tanh is not 1 − tanh: a square is missing."),
            lambda u: 0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u)) * inner_slope(u)),
        ),
        slope(
            "half forgotten",
            _("The ½ belongs to both terms of the product rule; the second one is without it."),
            lambda u: 0.5 * (1 + tanh_of(u)) + u * (1 - tanh_of(u) ** 2) * inner_slope(u),
        ),
        slope(
            "both halves forgotten",
            _("Twice too large: for large u the curve is the line z = u, whose slope is 1."),
            lambda u: 1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2) * inner_slope(u),
        ),
        slope(
            "u forgotten",
            _(
                "In the second term of the product rule a factor is missing: the derivative of "
                "the share is multiplied by the other factor of the product."
            ),
            lambda u: 0.5 * (1 + tanh_of(u) + (1 - tanh_of(u) ** 2) * inner_slope(u)),
        ),
        slope(
            "Phi plus bell",
            _(
                "Φ'(u) is there, but in the product rule it is multiplied by the other factor of "
                "u·Φ(u)."
            ),
            lambda u: share(u) + bell(u),
            keeps_u_exact,
        ),
        slope(
            "bell not normed",
            _(
                "The area under exp(−u²/2) is not 1. Divided by what is it the density whose "
                "integral is Φ?"
            ),
            lambda u: share(u) + u * np.exp(-(u**2) / 2),
            keeps_u_exact,
        ),
        slope(
            "bell without 2",
            _("The exponent of the bell is off: the density of variance 1 has exp(−u²/2)."),
            lambda u: share(u) + u * np.exp(-(u**2)) / np.sqrt(2 * np.pi),
            keeps_u_exact,
        ),
        slope(
            "value for slope",
            _(
                "You multiply by the value of z. The chain rule wants the steepness of the curve: "
                "how much does z change when u does?"
            ),
            lambda u: gelu_forward(u)[0],
        ),
        slope(
            "rough form",
            _(
                "This is the slope of u·sigmoid(1.702·u), the rough approximation of the GELU. "
                "Begin with the error function or its tanh form in gelu_forward."
            ),
            rough_slope,
            keeps_u_rough,
        ),
        slope(
            "erf behind tanh",
            _(
                "Right for the error function, but your gelu_forward has the tanh form. A gradient "
                "check of the pair would fail in the fourth digit: take one form for both."
            ),
            lambda u: share(u) + u * bell(u),
        ),
        slope(
            "tanh behind erf",
            _(
                "Right for the tanh form, but your gelu_forward has the error function. A gradient "
                "check of the pair would fail in the fourth digit: take one form for both."
            ),
            lambda u: 0.5 * (1 + tanh_of(u) + u * (1 - tanh_of(u) ** 2) * inner_slope(u)),
            keeps_u_exact,
        ),
        Mistake(
            forgets_upstream,
            hint=_("`dz` is not used: the chain rule multiplies what arrives from above."),
        ),
        Mistake(
            by_exponentials,
            replaces="gelu_forward",
            name="tanh by exponentials",
            hint=_(
                "The nan comes out of your `gelu_forward`, where a fraction of exponentials is "
                "inf/inf far from 0. Once that is repaired, this one is right too."
            ),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `dz` itself was overwritten, and it belongs to whoever "
                "called you. Make a new array."
            ),
        ),
        shared_cache(gelu_forward, gelu_backward),
    ],
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    returns="du",
    hints=(
        _("A product of u and a share that depends on u: the product rule has two terms."),
        _(
            "d/du [u·S(u)] = S(u) + u·S'(u). By erf, S' is the bell exp(−u²/2)/√(2π). By tanh with "
            "v = √(2/π)·(u + 0.044715·u³), S' = ½·(1 − tanh²v)·dv/du."
        ),
        _(
            "Smaller: u = 1, tanh form. tanh v = 0.682384, 1 − tanh² = 0.534352, dv/du = "
            "0.797885·1.134145 = 0.904917. Slope: 0.841192 + ½·0.534352·0.904917 = 1.082964. (By "
            "erf: 1.083315.)"
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
