"""``gelu_backward(dz, cache) -> du``: the product rule, and in the tanh form the chain rule too."""

import numpy as np

from grader.checking.contract import Open, holds, slips, values
from grader.exercises.activations import ORDINARY, activation, run
from grader.exercises.ps08.gelu_forward import (
    CUBIC,
    FAR,
    SCALE,
    SLOPE,
    cases,
    gelu_erf_forward,
    gelu_forward,
)

SAME_FORM = "the gradient of your own gelu_forward, in the same form"


def gelu_backward(dz, cache):
    u, a = cache
    inner = SCALE * (1 + 3 * CUBIC * u**2)
    return dz * 0.5 * (1 + a + u * (1 - a**2) * inner)


def bell(u):
    return np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)


def gelu_erf_backward(dz, cache):
    u, share = cache
    return dz * (share + u * bell(u))


def same_form(case, got, want):
    """Whether z has the form of du; the exercise of the forward pass judges a z with neither."""
    if not np.allclose(got["du"], want["du"], rtol=0, atol=1e-5):
        return Open("du is not yet the gradient of either form")
    z = np.asarray(got["z"])
    for forward in (gelu_forward, gelu_erf_forward):
        other = forward(case["u"])[0]
        if not np.allclose(other, want["z"], rtol=0, atol=3e-5) and np.allclose(
            z, other, rtol=0, atol=1e-5
        ):
            return "z and du belong to different forms of the GELU"
    return None


exercise = activation(
    gelu_forward,
    gelu_backward,
    points=3,
    cases=cases,
    run=run,
    accepts=((gelu_erf_forward, gelu_erf_backward),),
    weight=6,
    help=(
        """z is the product of u and a factor that depends on u, so the product rule has two
        terms.""",
        """d/du [u·S(u)] = S(u) + u·S'(u). With erf, S' is the normal density exp(−u²/2)/√(2π). With
        tanh and v = √(2/π)·(u + 0.044715·u³), S' = ½·(1 − tanh²v)·dv/du.""",
    ),
    judge=[
        values(
            "du",
            cases=FAR,
            after="values of du",
            help="""Far from 0 the curve is a line on the right and 0 on the left. Which parts of
            your formula overflow?""",
        ),
        values("du", weight=3, cases=SLOPE),
        holds(
            SAME_FORM,
            same_form,
            cases=(ORDINARY,),
            alone=False,
            help="""Which form did your forward pass use, the error function or tanh? Differentiate
            this form.""",
        ),
    ],
    # np.sqrt(2 / np.pi), a float64, is a usual factor.
    any_dtype=True,
    after="values of du",
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    hints="""
    A smaller example: u = 1, tanh form. tanh v = 0.682384, 1 − tanh² = 0.534352, dv/du =
    0.797885·1.134145 = 0.904917. The derivative is 0.841192 + ½·0.534352·0.904917 = 1.082964. (With
    erf: 1.083315.)
    """,
    mistakes=slips("""
return dz * 0.5 * (1 + a)
    You have only the first term of the product rule. The factor of u depends on u, too. Which
    second term follows?
return dz * 0.5 * (u * (1 - a**2) * inner)
    You differentiate only the factor of u. The product rule has a second term, with the derivative
    of u itself.
return dz * 0.5 * (1 + a + u * (1 - a**2))
    The chain rule stops at the tanh. Its argument is a polynomial in u. What is the derivative of
    this polynomial?
inner = SCALE * (1 + CUBIC * u**2)
    The inner derivative is not quite right: what is the derivative of a cube?
inner = SCALE * (1 + 3 * CUBIC * u)
    The inner derivative has the wrong power: is the derivative of u³ 3u or 3u²?
inner = SCALE**2 * (1 + 3 * CUBIC * u**2)
    The constant before the inner derivative lacks its root: the tanh contains √(2/π), not 2/π.
inner = SCALE
    In the inner derivative you differentiate only u. Differentiate the cubic term inside the tanh,
    too.
inner = 1 + 3 * CUBIC * u**2
    The constant √(2/π) multiplies the argument of the tanh. Where is it in your derivative?
return dz * 0.5 * (1 + a + u * (1 - a) * inner)
    The derivative of tanh is not 1 − tanh: a square is missing.
return dz * (0.5 * (1 + a) + u * (1 - a**2) * inner)
    The ½ belongs to both terms of the product rule, but your second term lacks it.
return dz * (1 + a + u * (1 - a**2) * inner)
    The result is twice too large: for large u the curve is the line z = u, whose derivative is 1.
return dz * 0.5 * (1 + a + (1 - a**2) * inner)
    The second term of the product rule lacks a factor: multiply the derivative of the second factor
    by the first one.
return dz * 0.5 * (u * (1 + a))
    You multiply by the value z. The chain rule multiplies by the derivative of z with respect to u.
a = erf(u / np.sqrt(2))
return dz * 0.5 * (1 + a)
    Φ(u) is only the first term of the product rule. Φ depends on u, too. What is its derivative,
    and by what do you multiply it?
a = erf(u / np.sqrt(2))
return dz * u * bell(u)
    You differentiate only Φ. The product rule for u·Φ(u) has a second term, with the derivative of
    u itself.
a = erf(u / np.sqrt(2))
return dz * (0.5 * (1 + a) + bell(u))
    You have Φ'(u), but the product rule multiplies it by the other factor of u·Φ(u).
a = erf(u / np.sqrt(2))
return dz * (0.5 * (1 + a) + u * np.exp(-(u**2) / 2))
    The area under exp(−u²/2) is not 1. By which number do you have to divide it to get the normal
    density, whose integral is Φ?
a = erf(u / np.sqrt(2))
return dz * (0.5 * (1 + a) + u * np.exp(-(u**2)) / np.sqrt(2 * np.pi))
    The exponent of the density is wrong: the normal density of variance 1 has exp(−u²/2).
a = 2 / (1 + np.exp(-1.702 * u)) - 1
inner = 1.702 / 2
    This is the derivative of u·sigmoid(1.702·u), the rough approximation of the GELU. Use the error
    function or its tanh form in gelu_forward.
return gelu_erf_backward(dz, gelu_erf_forward(u)[1])
    This is the gradient of the form with the error function, but your gelu_forward has the tanh
    form. A gradient check of the pair would fail in the fourth digit, so use one form for both.
a = erf(u / np.sqrt(2))
u, a = cache[0], np.tanh(SCALE * (cache[0] + CUBIC * cache[0] ** 3))
    This is the gradient of the tanh form, but your gelu_forward has the error function. A gradient
    check of the pair would fail in the fourth digit, so use one form for both.
a = (np.exp(SCALE * (u + CUBIC * u**3)) - np.exp(-SCALE * (u + CUBIC * u**3))) / (
    np.exp(SCALE * (u + CUBIC * u**3)) + np.exp(-SCALE * (u + CUBIC * u**3)))
    The nan comes out of your `gelu_forward`, where a fraction of exponentials is inf/inf far from
    0. Repair that function first.
"""),
)
