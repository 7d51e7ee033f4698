"""``elu_backward(dz, cache) -> du``: 1 on the right, ``alpha * exp(u)`` on the left."""

import numpy as np

from grader.checking.contract import Case, float32, slips, values
from grader.exercises.activations import activation, any_subgradient, run
from grader.exercises.ps08.elu_forward import KINK, OVERFLOW, cases, elu_forward, units

FLAT = "accurate in float32 where the curve is nearly flat"


def elu_backward(dz, cache):
    u, alpha = cache
    slope = alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, dz * slope)


def cases_and_flat(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = units(rng, "", 3, 4, steep=True)
    flat["u"] = -rng.uniform(13, 16, size=(3, 4))
    flat["dz"] *= 100
    return {**cases(rng), FLAT: [float32(flat)]}


exercise = activation(
    elu_forward,
    elu_backward,
    points=1,
    cases=cases_and_flat,
    run=run,
    observe=any_subgradient,
    weight=6,
    help=(
        "Differentiate each of the two parts. Which of the two derivatives depends on u?",
        """The derivative is 1 on the right and alpha·exp(u) on the left.""",
    ),
    judge=[
        values(
            "du",
            cases=KINK,
            help="""At u = 0 any factor between alpha and 1 is accepted. Which of your conditions is
            true there?""",
        ),
        values(
            "du",
            weight=2,
            cases=OVERFLOW,
            help="""Far from 0 the exponential is infinite or 0. Do not use an infinite one, not
            even multiplied by 0.""",
        ),
        values(
            "du",
            cases=FLAT,
            help="""Far to the left z is rounded to −alpha, so z no longer tells how far. What does
            your cache have to keep?""",
        ),
    ],
    answers=("course_lib.functional.elu",),
    hints="""
    A smaller example: u = [[3, −1]] with alpha = 2 gave z = [[3, −1.264]]. The derivatives are 1
    and 2·0.368 = 0.736; with dz = [[5, 10]], du = [[5, 7.36]].
    """,
    batch=units,
    mistakes=(
        *slips("""
slope = np.exp(np.minimum(u, 0))
    Your derivative does not contain `alpha`. A factor of the function is a factor of its
    derivative.
slope = 0 * u
    Where u is negative, your gradient is 0, as for ReLU. ELU still rises there, so its derivative
    is positive.
slope = alpha * (np.exp(np.minimum(u, 0)) - 1)
    On the left you multiply by the value z, which is negative. But z rises, so its derivative is
    positive. What is the derivative of the constant −1?
slope = alpha * np.exp(np.minimum(u, 0)) - 1
    You keep the −1 on the left. It is a constant. What is the derivative of a constant?
slope = alpha * (np.exp(np.minimum(u, 0)) - 1) + 1
    You compute the derivative as z + 1. That is right only for alpha = 1: z = alpha·exp(u) − alpha,
    and the derivative is alpha·exp(u).
slope = alpha * np.exp(alpha * (np.exp(np.minimum(u, 0)) - 1))
    You take the exponential of z instead of u. What does your cache hold?
slope = alpha * np.exp(-np.minimum(u, 0))
    On the left your derivative grows with the distance from 0, but the curve becomes flat there.
    Look at the sign in the exponent.
slope = alpha
    On the left your derivative is alpha everywhere. That is right only near 0: further to the left
    the curve becomes flat.
slope = alpha * u * np.exp(np.minimum(u, 0) - 1)
    You use the rule for powers, u^n. In exp(u) the variable is the exponent, and the derivative
    equals the function.
return np.where(u > 0, alpha * dz, dz * slope)
    On the right your factor is alpha. What is the derivative of z = u?
return np.where(u < 0, dz, dz * alpha * np.exp(u))
    The sides are swapped: the gradient passes unchanged where u > 0.
return dz * alpha * np.exp(u)
    Where u > 0, z is u, so the gradient passes unchanged there.
return dz * (u > 0) + dz * (u <= 0) * alpha * np.exp(u)
    For large u, exp(u) is infinite, and 0 · inf is nan, so a mask of zeros does not remove it.
    Choose with `np.where`, or limit the argument of the exponential.
return np.where(dz > 0, dz, dz * slope)
    You choose the derivative by the sign of `dz`. Choose it by the sign of `u` in the forward pass.
return np.where(u > 0, dz, slope)
    Where u is negative, you do not use `dz`. There, too, the chain rule multiplies the derivative
    by the upstream gradient.
return np.where(u > 0, np.ones_like(dz), dz * slope)
    Where u is positive you return the derivative 1 itself. The chain rule multiplies it by `dz`
    there, too.
z = (u > 0) * u + (u <= 0) * alpha * (np.exp(u) - 1)
cache = (z, alpha)
slope = u + alpha
    The nan comes out of your `elu_forward`, where for large u an infinite exponential is multiplied
    by 0. Repair that function first.
"""),
        *slips(
            """
return dz * ((u > 0) + (u < 0) * slope)
    The gradient is wrong only where u is exactly 0: neither of your two conditions is true there,
    so it is 0, which is the derivative of neither side. Let one of the conditions include 0.
""",
            needs=("values of du",),
        ),
        *slips(
            """
slope = (alpha * np.expm1(np.minimum(u, 0)) + alpha).astype(dz.dtype)
    On paper z + alpha is the derivative, but where the curve is nearly flat, z is rounded to −alpha
    and the sum loses its digits. Keep u in the cache and compute alpha·exp(u).
""",
            needs=("values of du",),
        ),
    ),
)
