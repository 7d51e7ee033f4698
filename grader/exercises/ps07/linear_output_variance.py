"""``linear_output_variance(n_in, var_w, mean_square_z) -> float``: the rule behind all of them."""

from typing import Any

import numpy as np

from course_lib.initializers import linear_output_variance
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values


def layer(rng: np.random.Generator, about: str, n_in: int, low: float, high: float) -> Case:
    return case(
        about,
        n_in=n_in,
        var_w=float(rng.uniform(low, high)),
        mean_square_z=float(rng.uniform(2.2, 2.8)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    no_signal = layer(rng, "no signal", 7, 0.1, 0.2)
    no_signal["mean_square_z"] = 0.0
    return [
        layer(rng, "three inputs", 3, 0.1, 0.2),
        layer(rng, "one input", 1, 0.3, 0.4),
        layer(rng, "a wide layer", 500, 0.003, 0.005),
        layer(rng, "wide weights", 20, 5.0, 6.0),
        no_signal,
    ]


def run(linear_output_variance: Any, case: Case) -> dict[str, Any]:
    return {"var_u": linear_output_variance(case["n_in"], case["var_w"], case["mean_square_z"])}


def without_inputs(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return var_w * mean_square_z


def divided(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return var_w * mean_square_z / n_in


def deviation(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return np.sqrt(n_in * var_w * mean_square_z)


def weights_squared(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return n_in * var_w**2 * mean_square_z


def signal_squared(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return n_in * var_w * mean_square_z**2


def both_squared(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return n_in * var_w**2 * mean_square_z**2


def inputs_squared(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return n_in**2 * var_w * mean_square_z


def root_of_inputs(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return np.sqrt(n_in) * var_w * mean_square_z


def halved(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return 0.5 * n_in * var_w * mean_square_z


def added(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return n_in * (var_w + mean_square_z)


def without_signal(n_in: int, var_w: float, mean_square_z: float) -> Any:
    return n_in * var_w


SIGNAL = ("three inputs", "one input", "a wide layer", "wide weights")

exercise = Exercise(
    name="linear_output_variance",
    takes=("linear_output_variance",),
    points=1,
    reference=(linear_output_variance,),
    cases=cases,
    run=run,
    judge=[
        values("var_u", weight=4, cases=SIGNAL, title=_("the variance of u")),
        # Form: handing back 0 meets it.
        values("var_u", cases="no signal", form=True, title=_("no signal, no variance")),
        shapes("var_u", title=_("a single number")),
    ],
    mistakes=[
        Mistake(
            without_inputs,
            hint=_(
                "That is the variance of one product. u adds up n_in of them, and the variances of "
                "independent terms are added as well."
            ),
        ),
        Mistake(
            divided,
            hint=_("More inputs make your variance smaller. u is a sum of the products, no mean."),
        ),
        Mistake(
            deviation,
            hint=_("That is the standard deviation of u. The variance is asked for."),
        ),
        Mistake(
            weights_squared,
            hint=_("`var_w` is the mean square of a weight already; it was squared once more."),
        ),
        Mistake(
            signal_squared,
            hint=_("`mean_square_z` is a square already; it was squared once more."),
        ),
        Mistake(
            both_squared,
            hint=_(
                "Both `var_w` and `mean_square_z` are squares already; they were squared once more."
            ),
        ),
        Mistake(
            inputs_squared,
            hint=_(
                "n_in comes in twice. That would hold if all products were one and the same "
                "number; what holds for independent ones?"
            ),
        ),
        Mistake(
            root_of_inputs,
            hint=_(
                "The width of a sum grows like √n_in, and that is its standard deviation. How does "
                "its variance grow?"
            ),
        ),
        Mistake(
            halved,
            hint=_(
                "The result is half of what it should be. The half of the ReLU is in "
                "`mean_square_z` already, wherever z comes from."
            ),
        ),
        Mistake(
            added,
            hint=_(
                "Weight and input are multiplied in each term, so the mean squares of the two are "
                "multiplied, too."
            ),
        ),
        Mistake(
            without_signal,
            hint=_("`mean_square_z` is not used: a stronger input must make a wider u."),
        ),
    ],
    answers=("course_lib.initializers",),
    returns="a number",
    hints=(
        _("How many products does u add up, and what is the variance of one of them?"),
        _(
            "With E(w) = 0, Var(w z) = Var(w) · E(z²). Independent terms: the variance of their "
            "sum is the sum of their variances."
        ),
        _(
            "Smaller: 4 inputs, weights of variance 0.5, mean square 3: one product has the "
            "variance 1.5, the sum of the four 6."
        ),
    ),
)
