"""``leaky_relu_backward(dz, cache) -> du``: each gradient times 1 or the slope."""

import numpy as np

from grader.checking.contract import dtype, pair, shapes, unchanged_inputs, values
from grader.exercises.ps06.leaky_relu_forward import batch, cases, leaky_relu_forward


def leaky_relu_backward(dz, cache):
    u, slope = cache
    return np.where(u > 0, dz, slope * dz)


ORDINARY = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "large numbers",
    "float32",
)


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
        values("du", cases="some zeros", title="where u is exactly 0: any factor from slope to 1"),
    ],
    form=(shapes("du"), dtype("du"), unchanged_inputs()),
    answers=("course_lib.functional.leaky_relu",),
    hints=(
        "The curve is made of two straight lines. How steep is each of them?",
        "du = dz where u was positive, and slope·dz where it was negative. At u = 0 any factor "
        "from slope to 1 is accepted. So the cache must tell the sign of u, and the slope.",
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
    "On the left the factor is 0.01 whatever `slope` was. The forward pass got it as an "
    "argument; how can the backward pass know it?",
)
exercise.slip(
    "dz, slope * dz",
    "slope * dz, dz",
    "The sides are swapped: where u was positive, the gradient passes as it is.",
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
    "The values are right, but float32 became float64: `np.where` with two plain numbers "
    "makes a float64 array, and that takes the product along. Let it choose between two "
    "arrays of the type of `dz`, or convert its result with `astype`.",
    needs=("values of du",),
)
