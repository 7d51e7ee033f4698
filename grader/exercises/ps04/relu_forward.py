"""``relu_forward(u) -> (z, cache)``: the rectifier ``z = max(u, 0)``, element by element."""

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


def relu_forward(u):
    z = np.maximum(u, 0)
    return z, u


BATCHES = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "large numbers",
    "some zeros",
    "float32",
)


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Pre-activations, the first of every row positive, the others of either sign."""
    u = rng.uniform(0.1, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u[..., 0] = np.abs(u[..., 0])
    if shape[-1] > 1:
        u[..., 1] = -np.abs(u[..., 1])
    return case(about, u=u, dz=rng.normal(size=shape) + 0.1)


def cases(rng: np.random.Generator) -> list[Case]:
    kink = batch(rng, "some zeros", 3, 4)
    kink["u"][:, 2] = 0.0
    large = batch(rng, "large numbers", 8, 6)
    large["u"] *= 100
    turned = batch(rng, "more rows than columns", 5, 3)
    turned["u"] = np.roll(turned["u"], 2, axis=1)  # the first of every row negative
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        turned,
        large,
        kink,
        float32(batch(rng, "float32", 3, 4)),
        batch(rng, OTHER_AXES[0], 4),
        batch(rng, OTHER_AXES[1], 2, 3, 2),
    ]


exercise = function(
    relu_forward,
    returns="z, cache",
    points=1,
    cases=cases,
    judge=[
        values(
            "z",
            weight=5,
            cases=BATCHES,
            help="Each number is compared with 0, and the larger of the two stays.",
        ),
        values(
            "z",
            cases=OTHER_AXES,
            title=ANY_SHAPE,
            help="`u` may have any number of axes. Which of your lines counts on two?",
        ),
    ],
    form=(shapes(cases=BATCHES), dtype(cases=BATCHES), unchanged_inputs(cases=BATCHES)),
    answers=("course_lib.functional.relu", "course_lib.functional.mlp"),
    hints="""
    There are three ways: a NumPy function for the larger of two numbers, a function that chooses by
    a condition, or a product with a mask of zeros and ones.

    Smaller: u = [[3, −2]] gives z = [[3, 0]]. The cache is for you: the backward pass needs to know
    which numbers were positive.
    """,
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

exercise.slips("""
z = np.max(u, 0)
    `np.max(u, 0)` reads the 0 as an axis and gives the largest number of each column. You want the
    larger of two numbers at every place: a function of another name.
z = (u > 0).astype(u.dtype)
    You return 0 and 1, the derivative of ReLU. Its value is `u` itself wherever u is positive.
z = np.minimum(u, 0)
    You keep the negative numbers. ReLU keeps the positive numbers and replaces the others by 0.
z = max(u, 0)
    Python's own `max`, `if` and `or` ask whether a whole array is true, and NumPy cannot tell.
    Which operation compares every number with 0 by itself?
z = np.where(u > 0, u, 0.01 * u)
    You return a hundredth of each negative number: that is the leaky ReLU. Which value has ReLU for
    a negative number?
z = u
return z, z
    The first result is `u` as it came in. In which order are `z` and the cache returned?
""")
two_axes_only(exercise)
exercise.slips("""
z = np.abs(u)
    Negative numbers get a positive sign. ReLU replaces them by 0.
""")
exercise.slips(
    """
z = np.maximum(u, 0, out=u)
    The values are right, but `u` itself was overwritten: the code that called you loses the
    pre-activations, and a sign test on them in the backward pass may be wrong. Make a new array.
""",
    needs=("values of z",),
)
exercise.slips("""
z = np.clip(u, 0, 1)
    You also limit the values to 1. ReLU returns u itself wherever u is positive.
""")
