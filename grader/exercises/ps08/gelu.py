"""``gelu(u) -> z, df``: u times the probability that a normal number is below u."""

import math

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.activations import ANY_SHAPE, ORDINARY

SCALE, CUBIC = math.sqrt(2 / math.pi), 0.044715
erf = np.vectorize(math.erf, otypes=[float])


def gelu(u):
    Phi = 0.5 * (1 + erf(u / np.sqrt(2)))
    density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    z = u * Phi
    df = Phi + u * density
    return z, df


def gelu_by_tanh(u):
    share = 0.5 * (1 + np.tanh(SCALE * (u + CUBIC * u**3)))
    derivative = 2 * share * (1 - share) * SCALE * (1 + 3 * CUBIC * u**2)
    return u * share, share + u * derivative


FAR, NEAR = "right also far from 0", "right near 0"


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    u = rng.uniform(0.5, 2.2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u.flat[:2] = np.array([-1, 1])[: u.size] * np.abs(u.flat[:2])
    return case(about, u=u)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    far, near, zeros = (
        batch(rng, FAR, 3, 4),
        batch(rng, NEAR, 2, 3),
        batch(rng, "some zeros", 5, 3),
    )
    far["u"][:, :2] = rng.uniform(20, 40, size=(3, 2)) * [1, -1]
    near["u"] /= 250
    zeros["u"][0, 0] = 0.0
    return {
        ORDINARY: [
            batch(rng, "one number", 1, 1),
            batch(rng, "as many rows as columns", 3, 3),
            zeros,
            float32(batch(rng, "float32", 3, 4)),
        ],
        FAR: [far],
        NEAR: [near],
        ANY_SHAPE: [batch(rng, "one axis", 6), batch(rng, "three axes", 2, 3, 4)],
    }


def two_axes_only(u):
    """Your code fails unless the array has two axes, but any shape is allowed. Use operations that
    treat every entry separately.
    """
    _N, _D = u.shape
    return gelu(u)


exercise = function(
    gelu,
    returns="z, df",
    points=3,
    cases=cases,
    accepts=((gelu_by_tanh,),),
    judge=[
        values(
            "z",
            weight=3,
            cases=ORDINARY,
            title="values of z",
            help="z has two factors: u, and Φ(u), a number between 0 and 1.",
        ),
        values(
            "df",
            weight=5,
            cases=ORDINARY,
            title="values of df",
            help=(
                "z is the product of u and a factor that depends on u. How many terms has the"
                " product rule?",
                "d/du [u·Φ(u)] = Φ(u) + u·Φ′(u), and Φ′ is the normal density.",
            ),
        ),
        values(
            "z",
            "df",
            cases=FAR,
            help="Far from 0 the factor Φ is 0 or 1. Which parts of your formula overflow?",
        ),
        values("z", "df", weight=2, cases=NEAR, help="At u = 0, z is 0 and the derivative is ½."),
        values("z", "df", cases=ANY_SHAPE, help="`u` may have any number of axes."),
    ],
    # np.vectorize(math.erf) and np.sqrt(2) give float64.
    form=(shapes(cases=ORDINARY), unchanged_inputs(cases=ORDINARY)),
    answers=(
        "grader.exercises.ps08.gelu",
        "course_lib.functional.gelu",
        "course_lib.functional.gelu_erf",
    ),
    hints="""
    `math.erf` takes one number, not an array. `np.vectorize(math.erf, otypes=[float])` makes a
    function that takes arrays.

    A smaller example: u = 1. erf(1/√2) = 0.682689, so Φ = 0.841345 = z. The density at 1 is
    exp(−½)/√(2π) = 0.241971, so df = 0.841345 + 0.241971 = 1.083315.
    """,
    mistakes=(
        mistake(two_axes_only),
        *slips("""
Phi = 1 / (1 + np.exp(-1.702 * u))
    This is u·sigmoid(1.702·u), the rough approximation of the GELU, with errors up to 0.02. Use the
    error function.
Phi = 1 / (1 + np.exp(-u))
    This is u·sigmoid(u), which is called SiLU or swish. GELU has a similar shape, but uses Φ
    instead of the sigmoid.
Phi = 0.5 * (1 + math.erf(u / math.sqrt(2)))
    A function of Python's `math` takes a single number, but you pass an array. How can you apply it
    to every entry?
Phi = 0.5 * (1 + erf(u))
    The error function belongs to a normal distribution of variance ½. By what do you have to divide
    u for a variance of 1?
Phi = erf(u / np.sqrt(2))
    Your factor goes from −1 to 1. A probability lies between 0 and 1.
Phi = 0.5 * (1 - erf(u / np.sqrt(2)))
    Your factor is the probability of a larger number. GELU lets u pass if the number is below u.
Phi = 1 + erf(u / np.sqrt(2))
    Your factor goes from 0 to 2. A probability lies between 0 and 1.
z = Phi
    You return only Φ(u). By what do you have to multiply it?
z = u * density
    You multiply u by the density. Φ(u) is the area under the density to the left of u.
df = Phi
    You have only the first term of the product rule. The factor of u depends on u, too. Which
    second term follows?
df = u * density
    You differentiate only the factor Φ. The product rule has a second term, with the derivative of
    u itself.
df = Phi + density
    The second term of the product rule lacks a factor: multiply the derivative of the second factor
    by the first one.
df = Phi - u * density
    The derivative of Φ is the density, with a plus.
df = u * Phi + u * density
    The first term is the derivative of u times Φ. What is the derivative of u?
df = Phi + u * (-u * density)
    You differentiate the density. It is itself the derivative of Φ.
density = np.exp(-(u**2) / 2)
    The area under exp(−u²/2) is not 1. By which number do you have to divide it to get the normal
    density?
density = np.exp(-(u**2)) / np.sqrt(2 * np.pi)
    The exponent of the density is wrong: the normal density of variance 1 has exp(−u²/2).
density = np.exp(u**2 / 2) / np.sqrt(2 * np.pi)
    Your density grows with the distance from 0. Look at the sign in the exponent.
density = np.exp(-(u**2) / 2) / (2 * np.pi)
    The density is divided by 2π. One root is missing.
return u * gelu_by_tanh(u)[1] * 0 + z, gelu_by_tanh(u)[1]
    Your z has the error function, but your derivative belongs to the tanh form. A gradient check
    would fail in the fourth digit, so use one form for both.
return gelu_by_tanh(u)[0], df
    Your z has the tanh form, but your derivative belongs to the error function. A gradient check
    would fail in the fourth digit, so use one form for both.
return df, z
    Your two results are exchanged: the value comes first.
"""),
    ),
)
