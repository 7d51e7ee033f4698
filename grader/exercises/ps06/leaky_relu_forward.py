"""``leaky_relu_forward(u, slope) -> (z, cache)``: negative u are multiplied by the slope."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
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
    if shape[-1] > 1:  # positive and negative gradients occur for either sign of u, with every seed
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
        values(
            "z",
            weight=5,
            cases=BATCHES,
            help=(
                "Two straight lines meet at 0. Which one holds where u > 0, which one where u < 0?"
            ),
        ),
        values(
            "z",
            cases=OTHER_AXES,
            title=ANY_SHAPE,
            help="`u` may have any number of axes. Which of your lines assumes two?",
        ),
    ],
    form=(
        shapes("z", cases=BATCHES),
        dtype("z", cases=BATCHES),
        unchanged_inputs(cases=BATCHES),
    ),
    answers=("course_lib.functional.leaky_relu",),
    hints="""
    z = u where u > 0, and z = slope·u elsewhere. `np.where` chooses by a condition. Or take the
    larger of the two lines, which is right as long as slope is below 1.

    Smaller: u = [[3, −2]] with slope 0.1 gives z = [[3, −0.2]]. You choose what the cache holds:
    the backward pass needs to know which numbers were positive, and the slope.
    """,
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

two_axes_only(exercise)
exercise.slips("""
return np.where(u > 0, u, 0 * u), (u, slope)
    Negative numbers become 0, as with ReLU. Leaky ReLU multiplies them by the slope.
return np.where(u > 0, u, 0.01 * u), (u, slope)
    You always multiply negative numbers by 0.01. That is a usual value, but use the argument
    `slope`.
return np.where(u > slope, u, slope * u), (u, slope)
    You make small positive numbers smaller, too. Where do the two lines meet, and does this depend
    on `slope`?
return slope * u, (u, slope)
    You make all numbers smaller, even the positive ones. Which of them stay unchanged?
return np.where(u < 0, u, slope * u), (u, slope)
    The sides are swapped: positive numbers stay unchanged, negative ones become smaller. (Do you
    keep the larger or the smaller of u and slope·u?)
return np.where(u > 0, u**0, slope * u**0), (u, slope)
    You return 1 and `slope`: that is the derivative of the curve, which the backward pass will
    need. What is the value of the function at u?
return np.where(u > 0, u, slope + 0 * u), (u, slope)
    For negative u all your values are the same number. What is the value at u of a line through 0
    with slope `slope`?
return np.maximum(u, slope), (u, slope)
    You compare u with the number `slope`, so no value is below it. Compare u with slope·u instead.
return np.where(u > 0, u + slope * u, slope * u), (u, slope)
    For positive u your values are too large, because you add slope·u to them. Positive u stay
    unchanged.
return np.where(u > 0, u, -slope * u), (u, slope)
    Your negative numbers become positive. For negative u the line has the same direction as for
    positive u, with a smaller slope.
return np.where(u > 0, u, u / slope), (u, slope)
    For negative u your line is steeper than z = u. It should be flatter.
""")
exercise.slips(
    """
return u * np.where(u > 0, 1.0, slope), (u, slope)
    The values are right, but float32 becomes float64, because one of your arrays is float64, for
    example one made from Python numbers or masks. Which one is it, and how do you give it the dtype
    of `u`?
""",
    needs=("values of z",),
)
