"""``leaky_relu_forward(u, slope) -> (z, cache)``: negative u leaks through, made smaller."""

from typing import Any

import numpy as np

from course_lib.functional import leaky_relu_forward
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


def batch(rng: np.random.Generator, about: str, n: int, n_units: int) -> Case:
    """Pre-activations: the last of every row negative, the one before positive, others either."""
    u = rng.uniform(0.2, 2, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
    u[:, -1] = -np.abs(u[:, -1])
    if n_units > 1:
        u[:, -2] = np.abs(u[:, -2])
    dz = rng.uniform(0.3, 2, size=(n, n_units)) * rng.choice([-1.0, 1.0], size=(n, n_units))
    if n_units > 1:  # gradients of both signs meet a u of either sign, in every seed
        dz[:, -2:] = np.abs(dz[:, -2:]) * [-1.0, 1.0]
    return case(about, u=u, slope=float(rng.uniform(0.15, 0.4)), dz=dz)


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    for name in ("u", "dz"):
        single[name] = single[name].astype(np.float32)
    kink = batch(rng, "some zeros", 3, 4)
    kink["u"][:, 0] = 0.0
    large = batch(rng, "large numbers", 6, 5)
    large["u"] *= 100
    small = batch(rng, "more rows than columns", 5, 3)
    small["u"][:2, 1] = small["slope"] * rng.uniform(0.3, 0.6, size=2)  # above 0, below slope
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        small,
        large,
        single,
        kink,
    ]


def run(leaky_relu_forward: Any, case: Case) -> dict[str, Any]:
    z, cache = leaky_relu_forward(case["u"], case["slope"])
    return {"z": z}


def nothing_leaks(u: Any, slope: float) -> Any:
    return np.maximum(u, 0), u


def always_a_hundredth(u: Any, slope: float) -> Any:
    return np.where(u > 0, u, 0.01 * u), u


def sides_swapped(u: Any, slope: float) -> Any:
    return np.minimum(u, slope * u), u


def slope_for_value(u: Any, slope: float) -> Any:
    return (np.where(u > 0, 1, slope) * np.ones_like(u)).astype(u.dtype), u


def constant_on_the_left(u: Any, slope: float) -> Any:
    return np.where(u > 0, u, slope), u


def larger_of_u_and_slope(u: Any, slope: float) -> Any:
    return np.maximum(u, slope), u


def leaks_everywhere(u: Any, slope: float) -> Any:
    return np.maximum(u, 0) + slope * u, u


def turned_up(u: Any, slope: float) -> Any:
    return np.where(u > 0, u, -slope * u), u


def divided(u: Any, slope: float) -> Any:
    return np.where(u > 0, u, u / slope), u


def in_place(u: Any, slope: float) -> Any:
    u[u < 0] *= slope
    return u, u


def promoted(u: Any, slope: float) -> Any:
    return u * np.where(u > 0, 1.0, slope), u


exercise = Exercise(
    name="leaky_relu_forward",
    takes=("leaky_relu_forward",),
    points=1,
    reference=(leaky_relu_forward,),
    cases=cases,
    run=run,
    judge=[values("z", weight=4), shapes("z"), dtype("z"), unchanged_inputs()],
    mistakes=[
        Mistake(
            nothing_leaks,
            hint=_("Negative numbers became 0, as with ReLU. Here a part of them is let through."),
        ),
        Mistake(
            always_a_hundredth,
            hint=_(
                "A hundredth leaks through whatever `slope` is. That is a usual value, but the "
                "argument decides."
            ),
        ),
        Mistake(
            sides_swapped,
            hint=_(
                "The sides are swapped: positive numbers stay as they are, negative ones are made "
                "smaller. (Of u and slope·u, which one is it that you keep?)"
            ),
        ),
        Mistake(
            slope_for_value,
            hint=_(
                "You return 1 and `slope`: that is the steepness of the curve, which the way back "
                "will need. What is its height at u?"
            ),
        ),
        Mistake(
            constant_on_the_left,
            hint=_(
                "On the left every value is the same number. A line through 0 with the steepness "
                "`slope` has which height at u?"
            ),
        ),
        Mistake(
            larger_of_u_and_slope,
            hint=_(
                "You compare u with the number `slope`, so nothing is below it. Compare u with "
                "another line instead."
            ),
        ),
        Mistake(
            leaks_everywhere,
            hint=_(
                "On the right you are too high: the leak is added to positive u as well. They pass "
                "as they are."
            ),
        ),
        Mistake(
            turned_up,
            hint=_(
                "On the left the curve rises again: negative numbers came out positive. The line "
                "goes on through 0 in the same direction, only less steep."
            ),
        ),
        Mistake(
            divided,
            hint=_("On the left the curve became steeper than the line z = u, not flatter."),
        ),
        Mistake(
            in_place,
            hint=_(
                "The values are right, but `u` itself was overwritten, and whoever called you may "
                "still need it. Make a new array."
            ),
        ),
        Mistake(
            promoted,
            hint=_(
                "The values are right, but float32 became float64: `np.where` with two plain "
                "numbers makes a float64 array, and that takes the product along. Let it choose "
                "between two arrays of the type of `u`, or convert its result with `astype`."
            ),
        ),
    ],
    answers=("course_lib.functional.leaky_relu",),
    returns="(z, cache)",
    hints=(
        _("Two straight lines meet at 0. Which one holds where u > 0, which one where u < 0?"),
        _(
            "z = u where u > 0, and z = slope·u elsewhere. NumPy can choose by a condition; or ask "
            "which of the two lines lies higher, as long as slope is below 1."
        ),
        _(
            "Smaller: u = [[3, −2]] with slope 0.1 gives z = [[3, −0.2]]. The cache is for you: "
            "the way back needs to know which numbers were positive, and the slope."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
