"""``tanh_forward(u) -> (z, cache)``: the hyperbolic tangent, element by element."""

import numpy as np

from grader.checking.contract import values
from grader.exercises.activations import OVERFLOW, activation


def tanh_forward(u):
    z = np.tanh(u)
    cache = z
    return z, cache


exercise = activation(
    tanh_forward,
    points=1,
    weight=4,
    help="""Every number of `u` becomes one number of `z` between −1 and 1, with the sign of u.
    NumPy has most functions that a pocket calculator has.""",
    judge=[
        values(
            "z",
            weight=2,
            cases=OVERFLOW,
            help="""By hand: tanh(u) = 2·sigmoid(2u) − 1, which survives an overflow that (exp(u) −
            exp(−u)) / (exp(u) + exp(−u)) does not.""",
        ),
    ],
    answers=("course_lib.functional.tanh",),
    hints="""
    Smaller: u = [[0, 1]] gives z = [[0, (2.718 − 0.368) / (2.718 + 0.368)]] = [[0, 0.762]]. The
    cache is for you: keep in it what the backward pass will need.
    """,
)

exercise.slips("""
z = np.tanh(u / 2)
    That is tanh(u/2): right values at the wrong places. 2·sigmoid(u) − 1 is only half as steep at 0
    as tanh; what has to go into the sigmoid?
z = np.exp(u) - np.exp(-u) / np.exp(u) + np.exp(-u)
    Some values are beyond 1. Python divides before it adds: numerator and denominator need brackets
    of their own.
z = np.tan(u)
    `np.tan` is the tangent of an angle, which jumps to infinity at π/2. The h in tanh stands for
    hyperbolic.
z = np.sinh(u) / np.cosh(u)
    Far from 0, on both sides, numerator and denominator are infinite, and inf/inf is nan. NumPy has
    a function that takes care of this.
z = 2 / (1 + np.exp(-2 * u))
    Your values lie between 0 and 2. Which values has tanh far to the left, at 0 and far to the
    right?
return 1 - z**2, z
    You return the derivative of tanh, which the backward pass will need. Return the value of tanh.
return u, z
    The first result is `u` as it came in. In which order are `z` and the cache returned?
z = (np.exp(2 * u) - 1) / (np.exp(2 * u) + 1)
    For large u, exp(u) and exp(2u) are infinite, and inf/inf is nan. Is there a function in NumPy
    that knows how to avoid this?
z = (1 - np.exp(-2 * u)) / (1 + np.exp(-2 * u))
    For large negative u, exp(−u) and exp(−2u) are infinite, and inf/inf is nan. NumPy has a
    function that takes care of both ends.
""")
