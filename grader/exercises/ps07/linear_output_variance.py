"""``linear_output_variance(n_in, var_w, mean_square_z) -> float``: the rule behind all of them."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, values


def linear_output_variance(n_in, var_w, mean_square_z):
    return n_in * var_w * mean_square_z


def layer(rng: np.random.Generator, about: str, n_in: int, low: float, high: float) -> Case:
    return case(
        about,
        n_in=n_in,
        var_w=float(rng.uniform(low, high)),
        mean_square_z=float(rng.uniform(2.2, 2.8)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        layer(rng, "three inputs", 3, 0.1, 0.2),
        layer(rng, "one input", 1, 0.3, 0.4),
        layer(rng, "a wide layer", 500, 0.003, 0.005),
        layer(rng, "wide weights", 20, 5.0, 6.0),
        layer(rng, "no signal", 7, 0.1, 0.2) | {"mean_square_z": 0.0},
    ]


SIGNAL = ("three inputs", "one input", "a wide layer", "wide weights")

exercise = function(
    linear_output_variance,
    returns="var_u",
    points=1,
    cases=cases,
    judge=[
        values("var_u", weight=4, cases=SIGNAL, title="the variance of u"),
        # Form: handing back 0 meets it.
        values("var_u", cases="no signal", form=True, title="no signal, no variance"),
    ],
    form=[shapes("var_u", title="a single number")],
    answers=("course_lib.initializers",),
    hints=(
        "How many products does u add up, and what is the variance of one of them?",
        "With E(w) = 0, Var(w z) = Var(w) · E(z²). Independent terms: the variance of their sum is "
        "the sum of their variances.",
        "Smaller: 4 inputs, weights of variance 0.5, mean square 3: one product has the variance "
        "1.5, the sum of the four 6.",
    ),
)

exercise.slip(
    "n_in * var_w",
    "var_w",
    "That is the variance of one product. u adds up n_in of them, and the variances of independent "
    "terms are added as well.",
)
exercise.slip(
    "n_in * var_w * mean_square_z",
    "var_w * mean_square_z / n_in",
    "More inputs make your variance smaller. u is the sum of the products, not their mean.",
)
exercise.slip(
    "n_in * var_w * mean_square_z",
    "np.sqrt(n_in * var_w * mean_square_z)",
    "That is the standard deviation of u. The variance is asked for.",
)
exercise.slip(
    "var_w * mean_square_z",
    "var_w**2 * mean_square_z",
    "`var_w` is the mean square of a weight already; it was squared once more.",
)
exercise.slip(
    "var_w * mean_square_z",
    "var_w * mean_square_z**2",
    "`mean_square_z` is a square already; it was squared once more.",
)
exercise.slip(
    "var_w * mean_square_z",
    "var_w**2 * mean_square_z**2",
    "Both `var_w` and `mean_square_z` are squares already; they were squared once more.",
)
exercise.slip(
    "n_in * var_w",
    "n_in**2 * var_w",
    "n_in comes in twice. That would hold if all products were one and the same number; what holds "
    "for independent ones?",
)
exercise.slip(
    "n_in * var_w",
    "np.sqrt(n_in) * var_w",
    "The standard deviation of a sum grows like √n_in. How does its variance grow?",
)
exercise.slip(
    "n_in * var_w",
    "0.5 * n_in * var_w",
    "The result is half of what it should be. The half of the ReLU is in `mean_square_z` already, "
    "wherever z comes from.",
)
exercise.slip(
    "n_in * var_w * mean_square_z",
    "n_in * (var_w + mean_square_z)",
    "Weight and input are multiplied in each term, so the mean squares of the two are multiplied, "
    "too.",
)
exercise.slip(
    "var_w * mean_square_z",
    "var_w",
    "`mean_square_z` is not used: a stronger input must give u a larger variance.",
)
