"""``relu_forward(u) -> (z, cache)``: the rectifier ``z = max(u, 0)``, element by element."""

import numpy as np

from grader.checking.contract import Case, slips
from grader.exercises.activations import ANY_SHAPE, ORDINARY, activation, any_shape, batch, ordinary


def relu_forward(u):
    z = np.maximum(u, 0)
    return z, u


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    kink, large = batch(rng, "some zeros", 3, 4), batch(rng, "large numbers", 8, 6)
    kink["u"][:, 1] = 0.0
    large["u"] *= 100
    return {ORDINARY: [*ordinary(rng), large, kink], ANY_SHAPE: any_shape(rng)}


exercise = activation(
    relu_forward,
    points=1,
    cases=cases,
    weight=5,
    help="Each number is compared with 0, and the larger of the two stays.",
    without=("in place",),  # it has a hint of its own below
    answers=("course_lib.functional.relu", "course_lib.functional.mlp"),
    hints="""
    There are three ways: a NumPy function for the larger of two numbers, a function that chooses by
    a condition, or a product with a mask of zeros and ones.

    A smaller example: u = [[3, −2]] gives z = [[3, 0]]. The cache is for you: the backward pass
    needs to know which numbers were positive.
    """,
    mistakes=(
        *slips("""
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
z = np.abs(u)
    Negative numbers get a positive sign. ReLU replaces them by 0.
z = np.clip(u, 0, 1)
    You also limit the values to 1. ReLU returns u itself wherever u is positive.
"""),
        *slips(
            """
z = np.maximum(u, 0, out=u)
    The values are right, but `u` itself was overwritten: the code that called you loses the
    pre-activations, and a sign test on them in the backward pass may be wrong. Make a new array.
""",
            needs=("values of z",),
        ),
    ),
)
