"""``leaky_relu_forward(u, slope) -> (z, cache)``: negative u leaks through, made smaller."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.activations import ANY_SHAPE, OTHER_AXES, two_axes_only

BATCHES = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "large numbers",
    "float32",
    "some zeros",
)


def leaky_relu_forward(u, slope):
    return np.where(u > 0, u, slope * u), (u, slope)


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Pre-activations: the last of every row negative, the one before positive, others either."""
    u = rng.uniform(0.2, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u[..., -1] = -np.abs(u[..., -1])
    if shape[-1] > 1:
        u[..., -2] = np.abs(u[..., -2])
    dz = rng.uniform(0.3, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    if shape[-1] > 1:  # gradients of both signs meet a u of either sign, in every seed
        dz[..., -2:] = np.abs(dz[..., -2:]) * [-1.0, 1.0]
    return case(about, u=u, slope=float(rng.uniform(0.15, 0.4)), dz=dz)


def cases(rng: np.random.Generator) -> list[Case]:
    kink = batch(rng, "some zeros", 3, 4)
    kink["u"][:, 0] = 0.0
    kink["u"][0, -2] = rng.uniform(0.5, 0.9)
    large = batch(rng, "large numbers", 6, 5)
    large["u"] *= 100
    small = batch(rng, "more rows than columns", 5, 3)
    small["u"][:2, 1] = small["slope"] * rng.uniform(0.3, 0.6, size=2)  # above 0, below slope
    other_axes = [batch(rng, OTHER_AXES[0], 4), batch(rng, OTHER_AXES[1], 2, 3, 2)]
    for some in other_axes:
        some["u"].flat[:2] = rng.uniform(0.5, 0.9, size=2) * [-1, 1]
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        small,
        large,
        float32(batch(rng, "float32", 3, 4)),
        kink,
        *other_axes,
    ]


exercise = function(
    leaky_relu_forward,
    returns="z, cache",
    points=1,
    cases=cases,
    judge=[
        values("z", weight=5, cases=BATCHES),
        values("z", cases=OTHER_AXES, title=ANY_SHAPE),
    ],
    form=(
        shapes("z", cases=BATCHES),
        dtype("z", cases=BATCHES),
        unchanged_inputs(cases=BATCHES),
    ),
    answers=("course_lib.functional.leaky_relu",),
    hints=(
        step(
            "Two straight lines meet at 0. Which one holds where u > 0, which one where u < 0?",
            "values of z",
        ),
        step("`u` may have any number of axes. Which of your lines counts on two?", ANY_SHAPE),
        "z = u where u > 0, and z = slope·u elsewhere. NumPy can choose by a condition; or ask "
        "which of the two lines lies higher, as long as slope is below 1.",
        "Smaller: u = [[3, −2]] with slope 0.1 gives z = [[3, −0.2]]. The cache is for you: "
        "the backward pass needs to know which numbers were positive, and the slope.",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

two_axes_only(exercise)
exercise.slip(
    "slope * u)",
    "0 * u)",
    "Negative numbers became 0, as with ReLU. Here a part of them is let through.",
)
exercise.slip(
    "slope * u)",
    "0.01 * u)",
    "A hundredth leaks through whatever `slope` is. That is a usual value, but the argument "
    "decides.",
)
exercise.slip(
    "u > 0, u,",
    "u > slope, u,",
    "Small positive numbers are made smaller, too. Where do the two lines meet, and does that "
    "depend on `slope`?",
)
exercise.slip(
    "np.where(u > 0, u, slope * u)",
    "slope * u",
    "All numbers are made smaller, the positive ones, too. Which of them pass as they are?",
)
exercise.slip(
    "u > 0",
    "u < 0",
    "The sides are swapped: positive numbers stay as they are, negative ones are made "
    "smaller. (Of u and slope·u, which one is it that you keep?)",
)
exercise.slip(
    "np.where(u > 0, u, slope * u)",
    "np.where(u > 0, u**0, slope * u**0)",
    "You return 1 and `slope`: that is the derivative of the curve, which the backward pass "
    "will need. What is its height at u?",
)
exercise.slip(
    "slope * u)",
    "slope + 0 * u)",
    "On the left every value is the same number. A line through 0 with slope `slope` "
    "has which height at u?",
)
exercise.slip(
    "np.where(u > 0, u, slope * u)",
    "np.maximum(u, slope)",
    "You compare u with the number `slope`, so nothing is below it. Compare u with another "
    "line instead.",
)
exercise.slip(
    "u, slope * u)",
    "u + slope * u, slope * u)",
    "On the right you are too high: the leak is added to positive u as well. They pass as "
    "they are.",
)
exercise.slip(
    "slope * u)",
    "-slope * u)",
    "On the left the curve rises again: negative numbers came out positive. The line goes on "
    "through 0 in the same direction, only less steep.",
)
exercise.slip(
    "slope * u)",
    "u / slope)",
    "On the left the curve became steeper than the line z = u, not flatter.",
)
exercise.slip(
    "return np.where(u > 0, u, slope * u)",
    "u[u < 0] *= slope\n    return u",
    "The values are right, but `u` itself was overwritten, and your caller may still need "
    "it. Make a new array.",
    needs=("values of z",),
)
exercise.slip(
    "np.where(u > 0, u, slope * u)",
    "u * np.where(u > 0, 1.0, slope)",
    "The values are right, but float32 became float64: somewhere an array is float64 although `u` "
    "is not, for example one made of plain numbers or of masks. Which one, and what gives it the "
    "type of `u`?",
    needs=("values of z",),
)
