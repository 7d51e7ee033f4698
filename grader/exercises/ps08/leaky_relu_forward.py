"""``leaky_relu_forward(u, slope) -> (z, cache)``: negative u are multiplied by the slope."""

import numpy as np

from grader.checking.contract import Case, slips
from grader.exercises.activations import ANY_SHAPE, ORDINARY, activation, any_shape, batch, ordinary

KINK = "where u is exactly 0: any factor from slope to 1"


def leaky_relu_forward(u, slope):
    z = np.where(u > 0, u, slope * u)
    cache = (u, slope)
    return z, cache


def units(rng: np.random.Generator, about: str, *shape: int) -> Case:
    return batch(rng, about, *shape, slope=float(rng.uniform(0.15, 0.4)))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    small = units(rng, "small numbers", 5, 3)
    small["u"][:2, 1] = small["slope"] * rng.uniform(0.3, 0.6, size=2)  # above 0, below slope
    large = units(rng, "large numbers", 6, 5)
    large["u"] *= 100
    kink = units(rng, KINK, 3, 4)
    kink["u"][:, 0] = 0.0
    return {
        ORDINARY: [*ordinary(rng, units), small, large],
        KINK: [kink],
        ANY_SHAPE: any_shape(rng, units),
    }


exercise = activation(
    leaky_relu_forward,
    points=1,
    cases=cases,
    weight=5,
    help=("Two straight lines meet at 0. Which one holds where u > 0, which one where u < 0?"),
    kink=KINK,
    answers=("course_lib.functional.leaky_relu",),
    hints="""
    z = u where u > 0, and z = slope·u elsewhere. `np.where` chooses by a condition. Or take the
    larger of the two lines, which is right as long as slope is below 1.

    A smaller example: u = [[3, −2]] with slope 0.1 gives z = [[3, −0.2]]. You choose what the cache
    holds: the backward pass needs to know which numbers were positive, and the slope.
    """,
    batch=units,
    mistakes=(
        *slips("""
z = np.where(u > 0, u, 0 * u)
    Negative numbers become 0, as with ReLU. Leaky ReLU multiplies them by the slope.
z = np.where(u > 0, u, 0.01 * u)
    You always multiply negative numbers by 0.01. That is a usual value, but use the argument
    `slope`.
z = np.where(u > slope, u, slope * u)
    You make small positive numbers smaller, too. Where do the two lines meet, and does this depend
    on `slope`?
z = slope * u
    You make all numbers smaller, even the positive ones. Which of them stay unchanged?
z = np.where(u < 0, u, slope * u)
    The sides are swapped: positive numbers stay unchanged, negative ones become smaller. (Do you
    keep the larger or the smaller of u and slope·u?)
z = np.where(u > 0, u**0, slope * u**0)
    You return 1 and `slope`: that is the derivative of the curve, which the backward pass will
    need. What is the value of the function at u?
z = np.where(u > 0, u, slope + 0 * u)
    For negative u all your values are the same number. What is the value at u of a line through 0
    with slope `slope`?
z = np.maximum(u, slope)
    You compare u with the number `slope`, so no value is below it. Compare u with slope·u instead.
z = np.where(u > 0, u + slope * u, slope * u)
    For positive u your values are too large, because you add slope·u to them. Positive u stay
    unchanged.
z = np.where(u > 0, u, -slope * u)
    Your negative numbers become positive. For negative u the line has the same direction as for
    positive u, with a smaller slope.
z = np.where(u > 0, u, u / slope)
    For negative u your line is steeper than z = u. It should be flatter.
"""),
        *slips(
            """
z = u * np.where(u > 0, 1.0, slope)
    The values are right, but float32 becomes float64, because one of your arrays is float64, for
    example one made from Python numbers or masks. Which one is it, and how do you give it the dtype
    of `u`?
""",
            needs=("values of z",),
        ),
    ),
)
