"""``gelu_forward(u) -> (z, cache)``: u times the share of a normal distribution below u."""

from typing import Any

import numpy as np

from course_lib.backend import erf
from course_lib.functional import gelu_erf_forward, gelu_forward
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values

NEAR = ("one number", "one row", "as many rows as columns", "more rows than columns")
FAR = "far from 0"
SCALE, CUBIC = np.sqrt(2 / np.pi), 0.044715


def batch(rng: np.random.Generator, about: str, n: int, n_units: int) -> Case:
    """Pre-activations of both signs, where the curve is neither 0 nor the line z = u."""
    u = rng.uniform(0.5, 2.2, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
    u[:, -1] = np.abs(u[:, -1])
    if n_units > 1:
        u[:, -2] = -np.abs(u[:, -2])
    dz = rng.uniform(0.3, 2, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
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
    ]


def run(gelu_forward: Any, case: Case) -> dict[str, Any]:
    z, cache = gelu_forward(case["u"])
    return {"z": z}


def tanh_form(u: Any, inner: Any) -> Any:
    return 0.5 * u * (1 + np.tanh(inner)), u


def rough_form(u: Any) -> Any:
    return u / (1 + np.exp(-1.702 * u)), u


def silu(u: Any) -> Any:
    return u / (1 + np.exp(-u)), u


def constant_ten_times(u: Any) -> Any:
    return tanh_form(u, SCALE * (u + 10 * CUBIC * u**3))


def cube_forgotten(u: Any) -> Any:
    return tanh_form(u, SCALE * u)


def square_for_cube(u: Any) -> Any:
    return tanh_form(u, SCALE * (u + CUBIC * u**2))


def brackets_forgotten(u: Any) -> Any:
    return tanh_form(u, SCALE * u + CUBIC * u**3)


def root_forgotten(u: Any) -> Any:
    return tanh_form(u, 2 / np.pi * (u + CUBIC * u**3))


def root_of_two_only(u: Any) -> Any:
    return tanh_form(u, np.sqrt(2) / np.pi * (u + CUBIC * u**3))


def half_forgotten(u: Any) -> Any:
    return 2 * gelu_forward(u)[0], u


def share_without_u(u: Any) -> Any:
    return 0.5 * (1 + np.tanh(SCALE * (u + CUBIC * u**3))), u


def share_without_u_exactly(u: Any) -> Any:
    return 0.5 * (1 + erf(u / np.sqrt(2))), u


def share_above(u: Any) -> Any:
    return u - gelu_forward(u)[0], u


def one_forgotten(u: Any) -> Any:
    return 0.5 * u * np.tanh(SCALE * (u + CUBIC * u**3)), u


def root_of_two_forgotten(u: Any) -> Any:
    return 0.5 * u * (1 + erf(u)), u


def density(u: Any) -> Any:
    return u * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi), u


def infinity_by_infinity(u: Any) -> Any:
    v = SCALE * (u + CUBIC * u**3)
    return 0.5 * u * (1 + (np.exp(v) - np.exp(-v)) / (np.exp(v) + np.exp(-v))), u


def in_place(u: Any) -> Any:
    u *= 0.5 * (1 + np.tanh(SCALE * (u + CUBIC * u**3)))
    return u, u


exercise = Exercise(
    name="gelu_forward",
    takes=("gelu_forward",),
    points=1,
    reference=(gelu_forward,),
    accepts=((gelu_erf_forward,),),
    cases=cases,
    run=run,
    # The float type is not judged: np.sqrt(2 / np.pi), a float64, is a usual factor.
    judge=[
        values("z", weight=4, cases=NEAR),
        values("z", cases=FAR, title=_("right also far from 0")),
        shapes("z", cases=NEAR),
        unchanged_inputs(cases=NEAR),
    ],
    mistakes=[
        Mistake(
            rough_form,
            hint=_(
                "This is u·sigmoid(1.702·u), the rough approximation of the GELU: up to 0.02 off. "
                "Here the error function or its tanh form is meant."
            ),
        ),
        Mistake(
            silu,
            hint=_(
                "This is u·sigmoid(u), which is called SiLU or swish. GELU has the same shape but "
                "another curve in place of the sigmoid."
            ),
        ),
        Mistake(
            constant_ten_times,
            hint=_("Count the zeros of your constant: it is ten times too large."),
        ),
        Mistake(
            cube_forgotten,
            hint=_(
                "Near 0 you are right, further out slightly off: a term is missing inside the "
                "tanh, which matters only for larger u."
            ),
        ),
        Mistake(
            square_for_cube,
            hint=_(
                "What goes into the tanh must change its sign with u, and a square does not: "
                "which power stands in the formula?"
            ),
        ),
        Mistake(
            brackets_forgotten,
            hint=_("Inside the tanh: does the square root multiply one term or both?"),
        ),
        Mistake(
            root_forgotten,
            hint=_("The slope at the middle is too small: of 2/π, is it the number or its root?"),
        ),
        Mistake(
            root_of_two_only,
            hint=_("Look at the square root: does it cover the whole fraction 2/π?"),
        ),
        Mistake(
            half_forgotten,
            hint=_(
                "Twice too large: for large u the curve should go along the line z = u. By which "
                "number does a sum of 1 and a tanh have to be multiplied to lie between 0 and 1?"
            ),
        ),
        Mistake(
            share_without_u,
            hint=_(
                "Your values lie between 0 and 1: that is the share Φ(u) in its tanh form, the "
                "factor by which u is let through. What is it a factor of?"
            ),
        ),
        Mistake(
            share_without_u_exactly,
            hint=_(
                "Your values lie between 0 and 1: that is Φ(u) itself, the factor by which u is "
                "let through. What is it a factor of?"
            ),
        ),
        Mistake(
            share_above,
            hint=_(
                "You let through what should be held back: for large u the curve should go along "
                "the line z = u. Look at the sign before the tanh or the error function."
            ),
        ),
        Mistake(
            one_forgotten,
            hint=_(
                "Your curve is positive on both sides. The tanh goes from −1 to 1; before it can "
                "be a share between 0 and 1, it has to be shifted."
            ),
        ),
        Mistake(
            root_of_two_forgotten,
            hint=_(
                "The error function belongs to a normal distribution of variance ½. By what must "
                "u be divided to fit one of variance 1?"
            ),
        ),
        Mistake(
            density,
            hint=_(
                "You multiply u by the density φ(u), the bell. Φ(u) is the share of the bell that "
                "lies to the left of u."
            ),
        ),
        Mistake(
            infinity_by_infinity,
            hint=_(
                "Far from 0 an exponential overflows, and inf/inf is nan. NumPy has a tanh that "
                "does not."
            ),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `u` itself was overwritten, and whoever called you may "
                "still need it. Make a new array."
            ),
        ),
    ],
    answers=("course_lib.functional.gelu", "course_lib.functional.gelu_erf"),
    returns="(z, cache)",
    hints=(
        _("Two factors: u, and a number between 0 and 1 that says how much of it passes."),
        _(
            "The factor is Φ(u) = ½·(1 + erf(u/√2)), or ½·(1 + tanh(√(2/π)·(u + 0.044715·u³))). "
            "NumPy has np.tanh; Python's math.erf takes one number at a time."
        ),
        _(
            "Smaller: u = 1. u + 0.044715·u³ = 1.044715, times √(2/π) = 0.797885 gives 0.833562; "
            "its tanh is 0.682384; z = ½·1·1.682384 = 0.841192. (By erf: 0.841345.)"
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
