"""``sigmoid_forward(u) -> (z, cache)``: the logistic sigmoid ``z = 1 / (1 + exp(-u))``."""

import numpy as np

from grader.checking.contract import slips, values
from grader.exercises.activations import OVERFLOW, activation


def sigmoid_forward(u):
    z = 1 / (1 + np.exp(-u))
    cache = z
    return z, cache


exercise = activation(
    sigmoid_forward,
    points=1,
    weight=4,
    help="""Every number of `u` becomes one number of `z` between 0 and 1, independently of its
    neighbours. `np.exp` takes the whole array at once.""",
    judge=[
        values(
            "z",
            weight=2,
            cases=OVERFLOW,
            help="""For u = −1000, exp(−u) does not fit into a float: NumPy warns and gives inf. In
            1/inf = 0 that does no harm. In inf/inf it does: the result is nan.""",
        ),
    ],
    answers=("course_lib.functional.sigmoid",),
    hints="""
    A smaller example: u = [[0, 2]]. exp(−0) = 1 and exp(−2) = 0.135, so z = [[1/2, 1/1.135]] =
    [[0.5, 0.881]]. The cache is for you: keep in it what the backward pass will need.
    """,
    mistakes=slips("""
z = 1 / (1 + np.exp(u))
    Your curve falls where it should rise: a large positive u has to give nearly 1. Look at the sign
    in the exponent.
z = 1 / 1 + np.exp(-u)
    Some values are above 1. Python divides before it adds: does all of 1 + exp(−u) stand under the
    fraction bar?
z = np.exp(u) / (1 + np.exp(u))
    For large u both parts of your fraction are infinite, and inf/inf is nan. Divide numerator and
    denominator by exp(u): then only the denominator can overflow.
z = np.exp(u - u.max()) / np.exp(u - u.max()).sum(axis=-1, keepdims=True)
    Each row adds up to 1: that is the softmax. The sigmoid looks at every number on its own.
z = 0.5 * (1 + np.tanh(u))
    These are the sigmoid's values at 2u: your curve is twice too steep at 0. If the sigmoid is
    written with tanh, what has to go into tanh?
z = 1 / (1 + np.exp(-np.abs(u)))
    Where u is negative you give the value at |u|, so that z is never below ½. The formula for u < 0
    is another one: which?
z = 1 / (1 + np.exp(-np.clip(u, -10, 10)))
    Beyond |u| = 10 your values no longer change. Is u limited there? sigmoid(−10) is small, but not
    yet 0.
z = 1 / (1 + math.exp(-u))
    A function of Python's `math` takes a single number, and gets an array. NumPy has functions
    that take each entry of an array.
return z * (1 - z), z
    You return the derivative of the sigmoid, which the backward pass will need. Return the value of
    the sigmoid.
return u, z
    The first result is `u` as it came in. In which order are `z` and the cache returned?
z = np.tanh(u / 2)
    Your values lie between −1 and 1, but the sigmoid's between 0 and 1. How do you shift and scale
    tanh(u/2)?
z = 1 / (1 + np.exp(-np.clip(u, -5, 5)))
    Your curve is flat beyond ±5, because you limit u. The sigmoid still changes there. Limit u only
    where `np.exp` would overflow.
"""),
)
