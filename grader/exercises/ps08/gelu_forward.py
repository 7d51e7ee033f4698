"""``gelu_forward(u) -> (z, cache)``: u times the probability that a standard normal number is below
u.
"""

import math

import numpy as np

from grader.checking.contract import Case, slips, values
from grader.exercises.activations import ANY_SHAPE, ORDINARY, activation, any_shape, batch, ordinary

SCALE, CUBIC = np.sqrt(2 / np.pi), 0.044715
erf = np.vectorize(math.erf, otypes=[float])


def gelu_forward(u):
    a = np.tanh(SCALE * (u + CUBIC * u**3))
    z = 0.5 * u * (1 + a)
    cache = (u, a)
    return z, cache


def gelu_erf_forward(u):
    share = 0.5 * (1 + erf(u / np.sqrt(2)))
    return u * share, (u, share)


FAR, SLOPE = "right also far from 0", "right near 0"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    far, near = batch(rng, FAR, 3, 4), batch(rng, SLOPE, 2, 3)
    far["u"][:, :2] = rng.uniform(20, 40, size=(3, 2)) * [1, -1]
    near["u"] /= 250
    zeros = batch(rng, "some zeros", 5, 3)
    zeros["u"][0, 0] = 0.0
    *double, _single = ordinary(rng)
    return {
        ORDINARY: [*double, zeros],
        FAR: [far],
        SLOPE: [near],
        ANY_SHAPE: any_shape(rng),
    }


exercise = activation(
    gelu_forward,
    points=1,
    cases=cases,
    accepts=((gelu_erf_forward,),),
    weight=4,
    help=(
        "z has two factors: u, and a number between 0 and 1 that depends on u.",
        """The factor is Φ(u) = ½·(1 + erf(u/√2)), or ½·(1 + tanh(√(2/π)·(u + 0.044715·u³))). NumPy
        has np.tanh; Python's math.erf takes one number at a time.""",
    ),
    judge=[
        values(
            "z",
            cases=FAR,
            after="values of z",
            help="Far from 0 the second factor is 0 or 1. Which parts of your formula overflow?",
        ),
        values("z", cases=SLOPE),
    ],
    # np.sqrt(2 / np.pi), a float64, is a usual factor.
    any_dtype=True,
    after="values of z",
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    hints="""
    A smaller example: u = 1. u + 0.044715·u³ = 1.044715, times √(2/π) = 0.797885 gives 0.833562;
    its tanh is 0.682384; z = ½·1·1.682384 = 0.841192. (With erf: 0.841345.)
    """,
    mistakes=slips("""
z = u / (1 + np.exp(-1.702 * u))
    This is u·sigmoid(1.702·u), the rough approximation of the GELU, with errors up to 0.02. Use the
    error function or its tanh form.
z = u / (1 + np.exp(-u))
    This is u·sigmoid(u), which is called SiLU or swish. GELU has a similar shape, but uses Φ
    instead of the sigmoid.
a = np.tanh(SCALE * (u + 10 * CUBIC * u**3))
    Your constant is ten times too large: count its zeros.
a = np.tanh(SCALE * u)
    The tanh lacks a term. It hardly matters near 0, but it does for larger |u|.
a = np.tanh(SCALE * (u + CUBIC * u**2))
    The argument of the tanh has to change its sign with u, but a square does not. Which power does
    the formula have?
a = np.tanh(SCALE * u + CUBIC * u**3)
    Inside the tanh, does the square root multiply one term or both?
a = np.tanh(2 / np.pi * (u + CUBIC * u**3))
    The argument of the tanh is too small. Is its factor 2/π or the root of 2/π?
a = np.tanh(np.sqrt(2) / np.pi * (u + CUBIC * u**3))
    Look at the square root: it has to include the whole fraction 2/π.
z = u * (1 + a)
    The result is twice too large: for large u the curve should approach the line z = u. By which
    number do you have to multiply 1 + tanh so that it is between 0 and 1?
z = 0.5 * (1 + a)
    Your values do not grow with u: you return only the second factor, in its tanh form. By what do
    you have to multiply it?
z = 0.5 * (1 + erf(u / np.sqrt(2)))
    Your values are between 0 and 1: you return only Φ(u), the second factor. By what do you have to
    multiply it?
z = 0.5 * u * (1 - a)
    Your curve is 0 where it should approach the line z = u, for large u. Look at the sign before
    the tanh or the error function.
z = 0.5 * u * a
    The tanh has values from −1 to 1. Which number do you have to add before you scale it to the
    range from 0 to 1?
z = 0.5 * u * (1 + math.erf(u / math.sqrt(2)))
    A function of Python's `math` takes a single number, but you pass an array. How can you apply it
    to every entry?
z = 0.5 * u * (1 + erf(u))
    The error function belongs to a normal distribution of variance ½. By what do you have to divide
    u for a variance of 1?
z = u * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    You multiply u by the density φ(u). Φ(u) is the area under the density to the left of u.
a = (np.exp(SCALE * (u + CUBIC * u**3)) - np.exp(-SCALE * (u + CUBIC * u**3))) / (
    np.exp(SCALE * (u + CUBIC * u**3)) + np.exp(-SCALE * (u + CUBIC * u**3)))
    Far from 0 an exponential overflows, and inf/inf is nan. NumPy has a tanh that does not.
a = np.tanh(np.sqrt(2 * np.pi) * (u + CUBIC * u**3))
    The constant in front of the bracket is √(2·π), about 2.5. It should be √(2/π), about 0.8.
a = np.tanh(np.sqrt(np.pi / 2) * (u + CUBIC * u**3))
    The constant in front of the bracket is √(π/2), about 1.25. It should be √(2/π), about 0.8.
"""),
)
