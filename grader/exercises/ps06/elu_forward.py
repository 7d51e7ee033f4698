"""``elu_forward(u, alpha) -> (z, cache)``: a line on the right, an exponential on the left."""

from typing import Any

import numpy as np

from course_lib.functional import elu_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)

NEAR = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "float32",
)
ZEROS = "some zeros"
FAR = ("far to the left", "far to the right")


def batch(
    rng: np.random.Generator, about: str, n: int, n_units: int, *, steep: bool = False
) -> Case:
    """Pre-activations: the last of every row negative, the one before positive, others either.

    alpha is away from 1, so that there is a kink at 0: above it if ``steep``, below otherwise.
    """
    u = rng.uniform(0.3, 2.5, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
    u[:, -1] = -np.abs(u[:, -1])
    if n_units > 1:
        u[:, -2] = np.abs(u[:, -2])
    dz = rng.uniform(0.3, 2, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
    if n_units > 1:  # gradients of both signs meet a u of either sign, in every seed
        dz[:, -2:] = np.abs(dz[:, -2:]) * [-1.0, 1.0]
    alpha = rng.uniform(1.6, 2.4) if steep else rng.uniform(0.3, 0.6)
    return case(about, u=u, alpha=float(alpha), dz=dz)


def far(rng: np.random.Generator, about: str, sign: int) -> Case:
    """A column where the exponential overflows or is rounded to 0, beside ordinary ones."""
    some = batch(rng, about, 3, 4, steep=True)
    some["u"][:, 0] = sign * rng.uniform(800, 1600, size=3)
    return some


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4, steep=True)
    for name in ("u", "dz"):
        single[name] = single[name].astype(np.float32)
    zeros = batch(rng, ZEROS, 3, 4)
    zeros["u"][:, 0] = 0.0
    close = batch(rng, "more rows than columns", 5, 3, steep=True)
    close["u"][:2, 0] = rng.uniform(0.1, 0.2, size=2) * [-1, 1]  # slopes of about alpha and 1
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3, steep=True),
        batch(rng, "as many rows as columns", 3, 3),
        close,
        single,
        zeros,
        far(rng, "far to the left", -1),
        far(rng, "far to the right", 1),
    ]


def run(elu_forward: Any, case: Case) -> dict[str, Any]:
    z, cache = elu_forward(case["u"], case["alpha"])
    return {"z": z}


def left_part(u: Any, left: Any) -> Any:
    return np.where(u > 0, u, left)


def alpha_forgotten(u: Any, alpha: float) -> Any:
    return left_part(u, np.exp(u) - 1), u


def one_forgotten(u: Any, alpha: float) -> Any:
    return left_part(u, alpha * np.exp(u)), u


def brackets_forgotten(u: Any, alpha: float) -> Any:
    return left_part(u, alpha * np.exp(u) - 1), u


def alpha_in_the_exponent(u: Any, alpha: float) -> Any:
    return left_part(u, np.exp(alpha * u) - 1), u


def turned_up(u: Any, alpha: float) -> Any:
    return left_part(u, alpha * (1 - np.exp(u))), u


def exponent_turned(u: Any, alpha: float) -> Any:
    return left_part(u, alpha * (np.exp(-u) - 1)), u


def nothing_on_the_left(u: Any, alpha: float) -> Any:
    return np.maximum(u, 0), u


def straight_on_the_left(u: Any, alpha: float) -> Any:
    return left_part(u, alpha * u), u


def sides_swapped(u: Any, alpha: float) -> Any:
    return np.where(u < 0, u, alpha * (np.exp(u) - 1)), u


def larger_of_both(u: Any, alpha: float) -> Any:
    return np.maximum(u, alpha * (np.exp(u) - 1)), u


def added_everywhere(u: Any, alpha: float) -> Any:
    return np.maximum(u, 0) + alpha * (np.exp(u) - 1), u


def infinity_times_zero(u: Any, alpha: float) -> Any:
    return (u > 0) * u + (u <= 0) * alpha * (np.exp(u) - 1), u


def slope_for_value(u: Any, alpha: float) -> Any:
    return np.where(u > 0, 1, alpha * np.exp(u)).astype(u.dtype), u


def in_place(u: Any, alpha: float) -> Any:
    left = u <= 0
    u[left] = alpha * (np.exp(u[left]) - 1)
    return u, u


exercise = Exercise(
    name="elu_forward",
    takes=("elu_forward",),
    points=1,
    reference=(elu_forward,),
    cases=cases,
    run=run,
    judge=[
        values("z", weight=5, cases=(*NEAR, ZEROS)),
        values("z", weight=2, cases=FAR, title=_("right also where exp(u) overflows or is 0")),
        shapes("z", cases=NEAR),
        dtype("z", cases=NEAR),
        unchanged_inputs(cases=NEAR),
    ],
    mistakes=[
        Mistake(
            alpha_forgotten,
            hint=_("`alpha` is not used. Far to the left the curve goes to −alpha, yours to −1."),
        ),
        Mistake(
            one_forgotten,
            hint=_(
                "Just left of 0 your curve jumps up to alpha. Both parts have to meet at 0: what "
                "is missing beside the exponential?"
            ),
        ),
        Mistake(
            brackets_forgotten,
            hint=_(
                "Far to the left your curve goes to −1 whatever alpha is, and at 0 it jumps. What "
                "does alpha multiply?"
            ),
        ),
        Mistake(
            alpha_in_the_exponent,
            hint=_(
                "alpha stands in the exponent. It scales the height of the left part, not the "
                "width."
            ),
        ),
        Mistake(
            turned_up,
            hint=_("On the left your curve is above 0. It goes on below, to −alpha."),
        ),
        Mistake(
            exponent_turned,
            hint=_(
                "On the left your values grow without end. There u is negative already: which "
                "exponential becomes small?"
            ),
        ),
        Mistake(
            nothing_on_the_left,
            hint=_("Negative numbers became 0, as with ReLU. Here a curved part goes on below."),
        ),
        Mistake(
            straight_on_the_left,
            hint=_("On the left you have a straight line. It has to level off: an exponential."),
        ),
        Mistake(
            sides_swapped,
            hint=_("The sides are swapped: the line belongs to u > 0, the exponential to u < 0."),
        ),
        Mistake(
            larger_of_both,
            hint=_(
                "Taking the larger of both works for two lines (leaky ReLU). Here the exponential "
                "lies above the line in places where the line is wanted. Choose by the sign of u."
            ),
        ),
        Mistake(
            infinity_times_zero,
            hint=_(
                "For large u exp(u) is infinite, and 0 · inf is nan: a mask of zeros does not "
                "switch it off. Let NumPy choose, or keep large numbers out of the exponential."
            ),
        ),
        Mistake(
            added_everywhere,
            hint=_(
                "On the right you are too high: the exponential is added to positive u as well. "
                "What could you put into it that is never above 0?"
            ),
        ),
        Mistake(
            slope_for_value,
            hint=_(
                "You return the steepness of the curve (1 on the right), which the way back will "
                "need. What is its height?"
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
    answers=("course_lib.functional.elu",),
    returns="(z, cache)",
    hints=(
        _("Two parts that meet at 0: z = u on the right, and on the left a curve down to −alpha."),
        _(
            "On the left z = alpha·(exp(u) − 1). For large u the exponential overflows; that is no "
            "harm as long as its value is not used, not even multiplied by 0."
        ),
        _(
            "Smaller: u = [[3, −1]] with alpha = 2. exp(−1) = 0.368, so z = [[3, 2·(−0.632)]] = "
            "[[3, −1.264]]. Keep in the cache what the way back will need."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
