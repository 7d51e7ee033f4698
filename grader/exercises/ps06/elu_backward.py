"""``elu_backward(dz, cache) -> du``: 1 on the right, ``alpha * exp(u)`` on the left."""

import numpy as np

from grader.checking.contract import dtype, pair, shapes, step, unchanged_inputs, values
from grader.exercises.activations import ANY_SHAPE, OTHER_AXES, divided_by_rows, two_axes_only
from grader.exercises.ps06.elu_forward import (
    FAR,
    NEAR,
    OVERFLOW,
    ZEROS,
    batch,
    cases,
    elu_forward,
)

AT_ZERO = "where u is exactly 0: any factor between alpha and 1"


def elu_backward(dz, cache):
    u, alpha = cache
    slope = alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, dz * slope)


def run(elu_forward, elu_backward, case):
    u, alpha, dz = case["u"], case["alpha"], case["dz"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
    _z, earlier = elu_forward(u + 1, alpha / 2)
    elu_backward(dz + 1, earlier)
    z, cache = elu_forward(u, alpha)
    elu_forward(-u, alpha / 3)
    # z earns nothing here: it tells whether a nan comes from the forward pass.
    return {"du": elu_backward(dz, cache), "z": z}


def observe(case, outputs):
    """At u = 0 every factor between alpha and 1 is a subgradient: any of them counts as alpha."""
    du, kink, alpha = np.asarray(outputs["du"]), case["u"] == 0, case["alpha"]
    if du.shape != kink.shape or not kink.any():
        return outputs
    factor = du / case["dz"]
    allowed = (factor >= min(alpha, 1) - 1e-6) & (factor <= max(alpha, 1) + 1e-6)
    return {**outputs, "du": np.where(kink & allowed, alpha * case["dz"], du)}


exercise = pair(
    elu_forward,
    elu_backward,
    returns="du",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("du", weight=6, cases=NEAR),
        values("du", cases=ZEROS, title=AT_ZERO),
        values("du", weight=2, cases=FAR, title=OVERFLOW),
        values("du", cases=OTHER_AXES, title=ANY_SHAPE),
    ],
    form=(shapes("du", cases=NEAR), dtype("du", cases=NEAR), unchanged_inputs(cases=NEAR)),
    answers=("course_lib.functional.elu",),
    hints=(
        step(
            "Differentiate each of the two parts. Which one needs to know u, or z?",
            "values of du",
        ),
        step(
            "The slope is 1 on the right and alpha·exp(u) on the left. Compare the latter with "
            "z = alpha·exp(u) − alpha: no second exponential is needed.",
            "values of du",
        ),
        step(
            "At u = 0 any factor between alpha and 1 is accepted. Which of your conditions holds "
            "there?",
            AT_ZERO,
        ),
        step(
            "Far from 0 an exponential is infinite or 0. An infinite one must not enter the "
            "result, not even multiplied by 0.",
            OVERFLOW,
        ),
        step("`dz` may have any number of axes. Which of your lines counts on two?", ANY_SHAPE),
        "Smaller: u = [[3, −1]] with alpha = 2 gave z = [[3, −1.264]]. The slopes are 1 and "
        "2·0.368 = 0.736; with dz = [[5, 10]], du = [[5, 7.36]].",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "np.exp(np.minimum(u, 0))",
    "`alpha` does not enter your slope. A factor of the function is a factor of its derivative.",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "0 * u",
    "Where u was negative you stop the gradient, as ReLU does. This curve is still rising there.",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "alpha * (np.exp(np.minimum(u, 0)) - 1)",
    "On the left you multiply by the value of the curve, which is negative; but it rises, so "
    "its slope is not. What becomes of the −1 when you differentiate?",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "alpha * (np.exp(np.minimum(u, 0)) - 1) + 1",
    "You get the slope back from z by adding 1. That is right for alpha = 1 only: z = "
    "alpha·exp(u) − alpha, and you want alpha·exp(u).",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "alpha * np.exp(alpha * (np.exp(np.minimum(u, 0)) - 1))",
    "The exponential is taken of z; it belongs to u. What does your cache hold? (From z the "
    "slope can be had without any exponential.)",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "alpha * np.exp(-np.minimum(u, 0))",
    "On the left your slopes grow the further you go, but the curve levels off there. Look at "
    "the sign in the exponent.",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "alpha",
    "On the left your slope is alpha everywhere. That is right next to 0 only: further to the "
    "left the curve levels off.",
)
exercise.slip(
    "alpha * np.exp(np.minimum(u, 0))",
    "alpha * u * np.exp(np.minimum(u, 0) - 1)",
    "That is the rule for powers, u^n. In exp(u) the variable is the exponent, and the "
    "derivative looks like the function.",
)
exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "np.where(u > 0, alpha * dz, dz * slope)",
    "On the right your factor is alpha. How steep is the line z = u?",
)
divided_by_rows(exercise)
two_axes_only(exercise)
exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "np.where(u < 0, dz, dz * alpha * np.exp(u))",
    "The sides are swapped: where u was positive, the gradient passes as it is.",
)
exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "dz * alpha * np.exp(u)",
    "Where u was positive, z is u: there the gradient passes as it is.",
)
exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "dz * (u > 0) + dz * (u <= 0) * alpha * np.exp(u)",
    "For large u exp(u) is infinite, and 0 · inf is nan: a mask of zeros does not switch it "
    "off. Let NumPy choose, or keep large numbers out of the exponential.",
)


def nan_forward(u, alpha):
    z = (u > 0) * u + (u <= 0) * alpha * (np.exp(u) - 1)
    return z, (z, alpha)


@exercise.mistake(name="nan in the forward pass", others={"elu_forward": nan_forward})
def slope_from_the_value(dz, cache):
    """The nan comes out of your `elu_forward`, where for large u an infinite exponential is
    multiplied by 0. Repair that one first and look again.
    """
    z, alpha = cache
    return np.where(z > 0, dz, dz * (z + alpha))


exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "np.where(dz > 0, dz, dz * slope)",
    "The sign of `dz` decides which slope you take. It is the sign of `u` in the forward pass "
    "that does.",
)
exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "np.where(u > 0, dz, slope)",
    "Where u was negative `dz` is not used: there, too, the slope is a factor of the gradient "
    "from above.",
)
exercise.slip(
    "np.where(u > 0, dz, dz * slope)",
    "dz * ((u > 0) + (u < 0) * slope)",
    "Only where u is exactly 0 something is missing: neither of your two conditions holds "
    "there, so the gradient is 0, which is the slope of neither side. Let one of the sides "
    "include 0.",
    needs=("values of du",),
)
exercise.slip(
    "return np.where(u > 0, dz, dz * slope)",
    "dz[u <= 0] *= slope[u <= 0]\n    return dz",
    "The values are right, but `dz` itself was overwritten, and it belongs to your "
    "caller. Make a new array.",
    needs=("values of du",),
)
