"""``gelu_forward(u) -> (z, cache)``: u times the share of a normal distribution below u."""

import math

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, unchanged_inputs, values
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
    zeros = batch(rng, NEAR[3], 5, 3)
    zeros["u"][0, 0] = 0.0
    return [
        batch(rng, NEAR[0], 1, 1),
        batch(rng, NEAR[1], 1, 3),
        batch(rng, NEAR[2], 3, 3),
        zeros,
        far,
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
        values("z", weight=4, cases=NEAR),
        values("z", cases=FAR, title=ALSO_FAR),
        values("z", cases=OTHER_AXES, title=ANY_SHAPE),
    ],
    form=(shapes("z", cases=NEAR), unchanged_inputs(cases=NEAR)),
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    hints=(
        step(
            "Two factors: u, and a number between 0 and 1 that says how much of it passes.",
            "values of z",
        ),
        step("Far from 0 the share is 0 or 1. Which parts of your formula overflow?", ALSO_FAR),
        step(
            "The factor is Φ(u) = ½·(1 + erf(u/√2)), or ½·(1 + tanh(√(2/π)·(u + 0.044715·u³))). "
            "NumPy has np.tanh; Python's math.erf takes one number at a time.",
            "values of z",
        ),
        step("`u` may have any number of axes. Which of your lines counts on two?", ANY_SHAPE),
        "Smaller: u = 1. u + 0.044715·u³ = 1.044715, times √(2/π) = 0.797885 gives 0.833562; "
        "its tanh is 0.682384; z = ½·1·1.682384 = 0.841192. (By erf: 0.841345.)",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

two_axes_only(exercise)
exercise.slip(
    "0.5 * u * (1 + a)",
    "u / (1 + np.exp(-1.702 * u))",
    "This is u·sigmoid(1.702·u), the rough approximation of the GELU: up to 0.02 off. Here "
    "the error function or its tanh form is meant.",
)
exercise.slip(
    "0.5 * u * (1 + a)",
    "u / (1 + np.exp(-u))",
    "This is u·sigmoid(u), which is called SiLU or swish. GELU has the same shape but another "
    "curve in place of the sigmoid.",
)
exercise.slip(
    "CUBIC",
    "10 * CUBIC",
    "Count the zeros of your constant: it is ten times too large.",
)
exercise.slip(
    "SCALE * (u + CUBIC * u**3)",
    "SCALE * u",
    "Near 0 you are right, further out slightly off: a term is missing inside the tanh, which "
    "matters only for larger u.",
)
exercise.slip(
    "u**3",
    "u**2",
    "What goes into the tanh must change its sign with u, and a square does not: which power "
    "stands in the formula?",
)
exercise.slip(
    "SCALE * (u + CUBIC * u**3)",
    "SCALE * u + CUBIC * u**3",
    "Inside the tanh: does the square root multiply one term or both?",
)
exercise.slip(
    "SCALE",
    "2 / np.pi",
    "The slope at the middle is too small: of 2/π, is it the number or its root?",
)
exercise.slip(
    "SCALE",
    "np.sqrt(2) / np.pi",
    "Look at the square root: does it cover the whole fraction 2/π?",
)
exercise.slip(
    "0.5 * u",
    "u",
    "Twice too large: for large u the curve should go along the line z = u. By which number "
    "does a sum of 1 and a tanh have to be multiplied to lie between 0 and 1?",
)
exercise.slip(
    "0.5 * u",
    "0.5",
    "Your values do not grow with u: what you return is the factor by which u is let through, in "
    "its tanh form. What is it a factor of?",
)
exercise.slip(
    "0.5 * u * (1 + a)",
    "0.5 * (1 + erf(u / np.sqrt(2)))",
    "Your values lie between 0 and 1: that is Φ(u) itself, the factor by which u is let "
    "through. What is it a factor of?",
)
exercise.slip(
    "(1 + a)",
    "(1 - a)",
    "You let through what should be held back: for large u the curve should go along the line "
    "z = u. Look at the sign before the tanh or the error function.",
)
exercise.slip(
    "(1 + a)",
    "a",
    "The tanh goes from −1 to 1. Before it can be a share between 0 and 1, it has to be shifted.",
)
exercise.slip(
    "0.5 * u * (1 + a)",
    "0.5 * u * (1 + math.erf(u / math.sqrt(2)))",
    "A function of Python's `math` takes a single number, and gets an array. How do you apply it "
    "to every entry?",
)
exercise.slip(
    "0.5 * u * (1 + a)",
    "0.5 * u * (1 + erf(u))",
    "The error function belongs to a normal distribution of variance ½. By what must u be "
    "divided to fit one of variance 1?",
)
exercise.slip(
    "0.5 * u * (1 + a)",
    "u * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)",
    "You multiply u by the density φ(u), the bell. Φ(u) is the share of the bell that lies to "
    "the left of u.",
)
exercise.slip(
    "a = np.tanh(SCALE * (u + CUBIC * u**3))",
    "v = SCALE * (u + CUBIC * u**3)\n    a = (np.exp(v) - np.exp(-v)) / (np.exp(v) + np.exp(-v))",
    "Far from 0 an exponential overflows, and inf/inf is nan. NumPy has a tanh that does not.",
)
exercise.slip(
    "return 0.5 * u * (1 + a)",
    "u *= 0.5 * (1 + a)\n    return u",
    "The values are right, but `u` itself was overwritten, and your caller may still need "
    "it. Make a new array.",
    needs=("values of z",),
)
