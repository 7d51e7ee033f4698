"""``leaky_relu_backward(dz, cache) -> du``: each gradient times 1 or the slope."""

import numpy as np

from grader.checking.contract import dtype, pair, shapes, step, unchanged_inputs, values
from grader.exercises.activations import ANY_SHAPE, OTHER_AXES, divided_by_rows, two_axes_only
from grader.exercises.ps06.leaky_relu_forward import BATCHES, batch, cases, leaky_relu_forward


def leaky_relu_backward(dz, cache):
    u, slope = cache
    return np.where(u > 0, dz, slope * dz)


ORDINARY = BATCHES[:-1]


AT_ZERO = "where u is exactly 0: any factor from slope to 1"


def observe(case, outputs):
    """At u = 0 every factor from slope to 1 is a subgradient: any of them counts as slope."""
    du, kink, slope = np.asarray(outputs["du"]), case["u"] == 0, case["slope"]
    if du.shape != kink.shape or not kink.any():
        return outputs
    factor = du / case["dz"]
    allowed = kink & (factor >= slope - 1e-6) & (factor <= 1 + 1e-6)
    return {"du": np.where(allowed, slope * case["dz"], du)}


exercise = pair(
    leaky_relu_forward,
    leaky_relu_backward,
    returns="du",
    points=2,
    cases=cases,
    observe=observe,
    judge=[
        values("du", weight=6, cases=ORDINARY),
        values("du", cases="some zeros", title=AT_ZERO),
        values("du", cases=OTHER_AXES, title=ANY_SHAPE),
    ],
    form=(
        shapes("du", cases=BATCHES),
        dtype("du", cases=BATCHES),
        unchanged_inputs(cases=BATCHES),
    ),
    answers=("course_lib.functional.leaky_relu",),
    hints=(
        step("The curve is made of two straight lines. How steep is each of them?", "values of du"),
        step(
            "du = dz where u was positive, and slope·dz where it was negative. So the cache must "
            "tell the sign of u, and the slope.",
            "values of du",
        ),
        step(
            "At u = 0 any factor from slope to 1 is accepted. Which of your conditions holds "
            "there?",
            AT_ZERO,
        ),
        step("`dz` may have any number of axes. Which of your lines counts on two?", ANY_SHAPE),
        "Smaller: u = [[3, −2]] with slope 0.1. With dz = [[−5, 7]] the gradient is [[−5, 0.7]].",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

exercise.slip(
    "slope * dz",
    "0 * dz",
    "Where u was negative you stop the gradient, as ReLU does. This unit still reacts there: "
    "if u moves by a little, by how much does z?",
)
exercise.slip(
    "slope * dz",
    "dz",
    "The gradient passes everywhere as it is. Where u was negative, z moved less than u did.",
)
exercise.slip(
    "u > 0, dz",
    "dz > 0, dz",
    "You make the negative gradients smaller. What decides is the sign of `u` in the forward "
    "pass, whatever the sign of `dz`.",
)
exercise.slip(
    "dz, slope * dz",
    "slope * dz, dz",
    "The sides are swapped: where u was positive, the gradient passes as it is.",
)
exercise.slip(
    "slope * dz",
    "slope * u * dz",
    "Where u was negative you multiply by z, the value of the curve. The chain rule multiplies by "
    "its derivative: how much does z change there when u does?",
)
exercise.slip(
    "np.where(u > 0, dz, slope * dz)",
    "slope * dz",
    "The gradient is made smaller everywhere. How steep is the curve where u was positive?",
)
divided_by_rows(exercise)
two_axes_only(exercise)
exercise.slip(
    "slope * dz",
    "slope + 0 * dz",
    "Where u was negative `dz` is not used: there, too, the slope is a factor of the gradient "
    "from above.",
)
exercise.slip(
    "np.where(u > 0, dz, slope * dz)",
    "dz * np.where(u > 0, u, slope * u)",
    "You multiply by the value of z. The chain rule wants the derivative of the curve: how "
    "much does z change when u does?",
)
exercise.slip(
    "slope * dz",
    "0.01 * dz",
    "A factor is 0.01 whatever `slope` was. The forward pass got it as an "
    "argument; how can the backward pass know it?",
)
exercise.slip(
    "slope * dz",
    "-slope * dz",
    "On the left your gradients have the wrong sign: the curve rises there, too.",
)
exercise.slip(
    "slope * dz",
    "dz / slope",
    "On the left the gradients grew, but a flat curve makes them smaller. The backward pass "
    "multiplies by the same number as the forward pass.",
)
exercise.slip(
    "np.where(u > 0, dz, slope * dz)",
    "dz * (u > 0) + slope * dz * (u < 0)",
    "Only where u is exactly 0 something is missing: neither of your two conditions holds "
    "there, so the gradient is 0, which is the slope of neither side. Let one of the sides "
    "include 0.",
    needs=("values of du",),
)
exercise.slip(
    "return np.where(u > 0, dz, slope * dz)",
    "dz[u <= 0] *= slope\n    return dz",
    "The values are right, but `dz` itself was overwritten, and it belongs to your "
    "caller. Make a new array.",
    needs=("values of du",),
)
exercise.slip(
    "np.where(u > 0, dz, slope * dz)",
    "dz * np.where(u > 0, 1.0, slope)",
    "The values are right, but float32 became float64: somewhere an array is float64 although `dz` "
    "is not, for example one made of plain numbers or of masks. Which one, and what gives it the "
    "type of `dz`?",
    needs=("values of du",),
)
