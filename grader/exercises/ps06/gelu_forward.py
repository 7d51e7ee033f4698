"""``gelu_forward(u) -> (z, cache)``: u times the probability that a standard normal number is below
u.
"""

import math

import numpy as np

from grader.checking.contract import Case, case, function, shapes, unchanged_inputs, values
from grader.exercises.activations import ANY_SHAPE, OTHER_AXES, two_axes_only

SCALE, CUBIC = np.sqrt(2 / np.pi), 0.044715
erf = np.vectorize(math.erf, otypes=[float])


def gelu_forward(u):
    a = np.tanh(SCALE * (u + CUBIC * u**3))
    return 0.5 * u * (1 + a), (u, a)


def gelu_erf_forward(u):
    share = 0.5 * (1 + erf(u / np.sqrt(2)))
    return u * share, (u, share)


NEAR = ("one number", "one row", "as many rows as columns", "more rows than columns")
FAR = "far from 0"
ALSO_FAR = "right also far from 0"


AT_ZERO, SLOPE = "near 0", "right near 0"


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Pre-activations of both signs, where the curve is neither 0 nor the line z = u."""
    u = rng.uniform(0.5, 2.2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u[..., -1] = np.abs(u[..., -1])
    if shape[-1] > 1:
        u[..., -2] = -np.abs(u[..., -2])
    dz = rng.uniform(0.3, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return case(about, u=u, dz=dz)


def cases(rng: np.random.Generator) -> list[Case]:
    far = batch(rng, FAR, 3, 4)
    far["u"][:, 0] = rng.uniform(20, 40, size=3)
    far["u"][:, 1] = -rng.uniform(20, 40, size=3)
    slope = batch(rng, AT_ZERO, 2, 3)
    slope["u"] = slope["u"] / 250
    zeros = batch(rng, NEAR[3], 5, 3)
    zeros["u"][0, 0] = 0.0
    return [
        batch(rng, NEAR[0], 1, 1),
        batch(rng, NEAR[1], 1, 3),
        batch(rng, NEAR[2], 3, 3),
        zeros,
        far,
        slope,
        batch(rng, OTHER_AXES[0], 4),
        batch(rng, OTHER_AXES[1], 2, 3, 2),
    ]


exercise = function(
    gelu_forward,
    returns="z, cache",
    points=1,
    cases=cases,
    accepts=((gelu_erf_forward,),),
    # The float type is not judged: np.sqrt(2 / np.pi), a float64, is a usual factor.
    judge=[
        values(
            "z",
            weight=4,
            cases=NEAR,
            help=(
                "z has two factors: u, and a number between 0 and 1 that depends on u.",
                """The factor is Φ(u) = ½·(1 + erf(u/√2)), or ½·(1 + tanh(√(2/π)·(u +
                0.044715·u³))). NumPy has np.tanh; Python's math.erf takes one number at a time.""",
            ),
        ),
        values(
            "z",
            cases=FAR,
            title=ALSO_FAR,
            after="values of z",
            help="Far from 0 the second factor is 0 or 1. Which parts of your formula overflow?",
        ),
        values("z", cases=AT_ZERO, title=SLOPE),
        values(
            "z",
            cases=OTHER_AXES,
            title=ANY_SHAPE,
            after="values of z",
            help="`u` may have any number of axes. Which of your lines assumes two?",
        ),
    ],
    form=(shapes("z", cases=NEAR), unchanged_inputs(cases=NEAR)),
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    hints="""
    Smaller: u = 1. u + 0.044715·u³ = 1.044715, times √(2/π) = 0.797885 gives 0.833562; its tanh is
    0.682384; z = ½·1·1.682384 = 0.841192. (With erf: 0.841345.)
    """,
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

two_axes_only(exercise)
exercise.slips("""
return u / (1 + np.exp(-1.702 * u)), (u, a)
    This is u·sigmoid(1.702·u), the rough approximation of the GELU, with errors up to 0.02. Use the
    error function or its tanh form.
return u / (1 + np.exp(-u)), (u, a)
    This is u·sigmoid(u), which is called SiLU or swish. GELU has a similar shape, but uses Φ
    instead of the sigmoid.
a = np.tanh(SCALE * (u + 10 * CUBIC * u**3))
    Your constant is ten times too large: count its zeros.
a = np.tanh(SCALE * u)
    Your values are right near 0 and slightly wrong further out: the tanh lacks a term that matters
    only for larger |u|.
a = np.tanh(SCALE * (u + CUBIC * u**2))
    The argument of the tanh has to change its sign with u, but a square does not. Which power does
    the formula have?
a = np.tanh(SCALE * u + CUBIC * u**3)
    Inside the tanh, does the square root multiply one term or both?
a = np.tanh(2 / np.pi * (u + CUBIC * u**3))
    The argument of the tanh is too small. Is its factor 2/π or the root of 2/π?
a = np.tanh(np.sqrt(2) / np.pi * (u + CUBIC * u**3))
    Look at the square root: it has to include the whole fraction 2/π.
return u * (1 + a), (u, a)
    The result is twice too large: for large u the curve should approach the line z = u. By which
    number do you have to multiply 1 + tanh so that it is between 0 and 1?
return 0.5 * (1 + a), (u, a)
    Your values do not grow with u: you return only the second factor, in its tanh form. By what do
    you have to multiply it?
return 0.5 * (1 + erf(u / np.sqrt(2))), (u, a)
    Your values are between 0 and 1: you return only Φ(u), the second factor. By what do you have to
    multiply it?
return 0.5 * u * (1 - a), (u, a)
    Your curve is 0 where it should approach the line z = u, for large u. Look at the sign before
    the tanh or the error function.
return 0.5 * u * a, (u, a)
    The tanh has values from −1 to 1. Which number do you have to add before you scale it to the
    range from 0 to 1?
return 0.5 * u * (1 + math.erf(u / math.sqrt(2))), (u, a)
    A function of Python's `math` takes a single number, but you pass an array. How can you apply it
    to every entry?
return 0.5 * u * (1 + erf(u)), (u, a)
    The error function belongs to a normal distribution of variance ½. By what do you have to divide
    u for a variance of 1?
return u * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi), (u, a)
    You multiply u by the density φ(u). Φ(u) is the area under the density to the left of u.
""")
exercise.slip(
    "a = np.tanh(SCALE * (u + CUBIC * u**3))",
    "v = SCALE * (u + CUBIC * u**3)\n    a = (np.exp(v) - np.exp(-v)) / (np.exp(v) + np.exp(-v))",
    "Far from 0 an exponential overflows, and inf/inf is nan. NumPy has a tanh that does not.",
)
for written, root in {"2 * np.pi": "√(2·π), about 2.5", "np.pi / 2": "√(π/2), about 1.25"}.items():
    exercise.slip(
        "np.tanh(SCALE * ",
        f"np.tanh(np.sqrt({written}) * ",
        f"The constant in front of the bracket is {root}. It should be √(2/π), about 0.8.",
    )
