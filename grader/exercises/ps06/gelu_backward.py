"""``gelu_backward(dz, cache) -> du``: the product rule, and in the tanh form the chain rule too."""

import numpy as np

from grader.checking.contract import Unseen, holds, pair, shapes, step, unchanged_inputs, values
from grader.exercises.activations import ANY_SHAPE, OTHER_AXES, divided_by_rows, two_axes_only
from grader.exercises.ps06.gelu_forward import (
    ALSO_FAR,
    CUBIC,
    FAR,
    NEAR,
    SCALE,
    batch,
    cases,
    gelu_erf_forward,
    gelu_forward,
)

SAME_FORM = "the gradient of your own gelu_forward, in the same form"


def gelu_backward(dz, cache):
    u, a = cache
    inner = SCALE * (1 + 3 * CUBIC * u**2)
    return dz * 0.5 * (1 + a + u * (1 - a**2) * inner)


def gelu_erf_backward(dz, cache):
    u, share = cache
    return dz * (share + u * bell(u))


def run(gelu_forward, gelu_backward, case):
    u, dz = case["u"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = gelu_forward(u + 1)
    gelu_backward(dz + 1, earlier)
    z, cache = gelu_forward(u)
    gelu_forward(0.5 - u)
    # z earns nothing by itself: it tells which form the forward pass has.
    return {"du": gelu_backward(dz, cache), "z": z}


def same_form(case, got, want):
    """Whether z has the form of du; a z that has neither is another exercise's business."""
    if not np.allclose(got["du"], want["du"], rtol=0, atol=1e-5):
        return Unseen("du is not yet the gradient of either form")
    z = np.asarray(got["z"])
    for form in (gelu_forward, gelu_erf_forward):
        other = form(case["u"])[0]
        if not np.allclose(other, want["z"], rtol=0, atol=3e-5) and np.allclose(
            z, other, rtol=0, atol=1e-5
        ):
            return "z and du belong to different forms of the GELU"
    return None


exercise = pair(
    gelu_forward,
    gelu_backward,
    returns="du",
    points=3,
    cases=cases,
    run=run,
    accepts=((gelu_erf_forward, gelu_erf_backward),),
    # The float type is not judged: np.sqrt(2 / np.pi), a float64, is a usual factor.
    judge=[
        values("du", weight=6, cases=NEAR),
        values("du", cases=FAR, title=ALSO_FAR),
        values("du", cases=OTHER_AXES, title=ANY_SHAPE),
        holds(
            SAME_FORM,
            same_form,
            cases=NEAR,
            form=True,
        ),
    ],
    form=(shapes("du", cases=NEAR), unchanged_inputs(cases=NEAR)),
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    hints=(
        step(
            "A product of u and a share that depends on u: the product rule has two terms.",
            "values of du",
        ),
        step(
            "Far from 0 the curve is a line on the right and 0 on the left. Which parts of your "
            "formula overflow?",
            ALSO_FAR,
        ),
        step("Which form has z, the error function or tanh? Its derivative is wanted.", SAME_FORM),
        step(
            "d/du [u·S(u)] = S(u) + u·S'(u). By erf, S' is the bell exp(−u²/2)/√(2π). By tanh "
            "with v = √(2/π)·(u + 0.044715·u³), S' = ½·(1 − tanh²v)·dv/du.",
            "values of du",
        ),
        step("`dz` may have any number of axes. Which of your lines counts on two?", ANY_SHAPE),
        "Smaller: u = 1, tanh form. tanh v = 0.682384, 1 − tanh² = 0.534352, dv/du = "
        "0.797885·1.134145 = 0.904917. Slope: 0.841192 + ½·0.534352·0.904917 = 1.082964. (By "
        "erf: 1.083315.)",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

exercise.slip(
    "1 + a + u * (1 - a**2) * inner",
    "1 + a",
    "You have the first half of the product rule. The share that is let through depends on u, "
    "too: how does that add to the slope?",
)
exercise.slip(
    "1 + a + u * (1 - a**2) * inner",
    "u * (1 - a**2) * inner",
    "You differentiate the share alone. In a product of u and the share, u has a derivative "
    "of its own.",
)
exercise.slip(
    "1 + a + u * (1 - a**2) * inner",
    "1 + a + u * (1 - a**2)",
    "The chain rule stops at the tanh. Its argument is a polynomial in u: what is that one's "
    "derivative?",
)
divided_by_rows(exercise)
two_axes_only(exercise)
exercise.slip(
    "3 * CUBIC",
    "CUBIC",
    "The inner derivative is not quite right: what is the derivative of a cube?",
)
exercise.slip(
    "3 * CUBIC * u**2",
    "3 * CUBIC * u",
    "In the inner derivative the power is off: 3u or 3u² for u³?",
)
exercise.slip(
    "SCALE * (1 + 3 * CUBIC * u**2)",
    "SCALE",
    "In the inner derivative only u is differentiated; the cube in the tanh is, too.",
)
exercise.slip(
    "SCALE * (1 + 3 * CUBIC * u**2)",
    "1 + 3 * CUBIC * u**2",
    "The constant √(2/π) multiplies the argument of the tanh: where is it in the slope?",
)
exercise.slip(
    "a**2",
    "a",
    "The derivative of tanh is not 1 − tanh: a square is missing.",
)
exercise.slip(
    "0.5 * (1 + a + u * (1 - a**2) * inner)",
    "(0.5 * (1 + a) + u * (1 - a**2) * inner)",
    "The ½ belongs to both terms of the product rule; the second one is without it.",
)
exercise.slip(
    "dz * 0.5",
    "dz",
    "Twice too large: for large u the curve is the line z = u, whose slope is 1.",
)
exercise.slip(
    "u * (1 - a**2)",
    "(1 - a**2)",
    "In the second term of the product rule a factor is missing: the derivative of the share "
    "is multiplied by the other factor of the product.",
)
exercise.slip(
    "1 + a + u * (1 - a**2) * inner",
    "u * (1 + a)",
    "You multiply by the value of z. The chain rule wants the derivative of the curve: how "
    "much does z change when u does?",
)
exercise.slip(
    "return dz * 0.5 * (1 + a + u * (1 - a**2) * inner)",
    "dz *= 0.5 * (1 + a + u * (1 - a**2) * inner)\n    return dz",
    "The values are right, but `dz` itself was overwritten, and it belongs to your "
    "caller. Make a new array.",
    needs=("values of du",),
)


def bell(u):
    return np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)


def rough_forward(u):
    share = 1 / (1 + np.exp(-1.702 * u))
    return u * share, (u, share)


def by_exponentials(u):
    v = SCALE * (u + CUBIC * u**3)
    a = (np.exp(v) - np.exp(-v)) / (np.exp(v) + np.exp(-v))
    return 0.5 * u * (1 + a), (np.clip(u, -10, 10), a)


def slope(name, formula, forward, hint):
    """Add a mistake: du is dz times a formula of the cache, behind another forward pass."""
    exercise.mistake(name=name, hint=hint, others={"gelu_forward": forward})(
        lambda dz, cache: dz * formula(*cache)
    )


slope(
    "only Phi",
    lambda u, share: share,
    gelu_erf_forward,
    "Φ(u) is the first half of the product rule. Φ depends on u, too: what is its derivative, "
    "and what multiplies it?",
)
slope(
    "only u times the bell",
    lambda u, share: u * bell(u),
    gelu_erf_forward,
    "You differentiate Φ alone. In the product u·Φ(u), u has a derivative of its own.",
)
slope(
    "Phi plus bell",
    lambda u, share: share + bell(u),
    gelu_erf_forward,
    "Φ'(u) is there, but in the product rule it is multiplied by the other factor of u·Φ(u).",
)
slope(
    "bell not normed",
    lambda u, share: share + u * np.exp(-(u**2) / 2),
    gelu_erf_forward,
    "The area under exp(−u²/2) is not 1. Divided by what is it the density whose integral is Φ?",
)
slope(
    "bell without 2",
    lambda u, share: share + u * np.exp(-(u**2)) / np.sqrt(2 * np.pi),
    gelu_erf_forward,
    "The exponent of the bell is off: the density of variance 1 has exp(−u²/2).",
)
slope(
    "rough form",
    lambda u, share: share + 1.702 * u * share * (1 - share),
    rough_forward,
    "This is the slope of u·sigmoid(1.702·u), the rough approximation of the GELU. Begin with "
    "the error function or its tanh form in gelu_forward.",
)
slope(
    "erf behind tanh",
    lambda u, a: gelu_erf_backward(1, gelu_erf_forward(u)[1]),
    gelu_forward,
    "Right for the error function, but your gelu_forward has the tanh form. A gradient check "
    "of the pair would fail in the fourth digit: take one form for both.",
)
slope(
    "tanh behind erf",
    lambda u, share: gelu_backward(1, gelu_forward(u)[1]),
    gelu_erf_forward,
    "Right for the tanh form, but your gelu_forward has the error function. A gradient check "
    "of the pair would fail in the fourth digit: take one form for both.",
)
slope(
    "tanh by exponentials",
    lambda u, a: gelu_backward(1, (u, a)),
    by_exponentials,
    "The nan comes out of your `gelu_forward`, where a fraction of exponentials is inf/inf "
    "far from 0. Once that is repaired, this one is right too.",
)
