"""``gain(nonlinearity) -> float``: the factor that a nonlinearity requires for the weights."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, values


def gain(nonlinearity):
    return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": np.sqrt(2)}[nonlinearity]


def cases(rng: np.random.Generator) -> list[Case]:
    return [case("all four names", names=["linear", "sigmoid", "tanh", "relu"])]


def run(gain: Any, case: Case) -> dict[str, Any]:
    return {name: gain(name) for name in case["names"]}


exercise = function(
    gain,
    returns="a number",
    points=1,
    cases=cases,
    run=run,
    # Three digits are enough: 1.414 and 1.667 are right. Together with the 1 of a linear layer,
    # because a constant would meet one number alone.
    judge=[
        values("relu", "linear", weight=3, rtol=1e-3, title="values of relu"),
        values("tanh", "linear", weight=2, rtol=1e-3, title="values of tanh"),
        # Form: always 1 meets it.
        values("linear", "sigmoid", form=True, rtol=1e-3),
    ],
    form=[shapes(title="single numbers")],
    answers=("course_lib.initializers",),
    hints=(
        "Which names have their gain in the text above, and which one have we derived?",
        "The weights have the variance gain² / n_in. For ReLU that has to be He's variance: what "
        "is gain² then?",
        "Smaller: if a nonlinearity left only a ninth of the mean square, the weights' variance "
        "would have to be 9 / n_in, and its gain would be 3.",
    ),
)

exercise.slip(
    '5 / 3, "relu": np.sqrt(2)',
    '25 / 9, "relu": 2',
    "These are factors for the variance. The gain multiplies the weights themselves, and with "
    "them the standard deviation.",
)
exercise.slip(
    '5 / 3, "relu": np.sqrt(2)',
    '3 / 5, "relu": 1 / np.sqrt(2)',
    "ReLU and tanh take something away, so the gain that makes up for it is above 1. Yours is "
    "what is left over.",
)
exercise.slip(
    "np.sqrt(2)",
    "2",
    "For ReLU you give the factor of the variance. By what are the weights to be multiplied, so "
    "that their variance grows by it?",
)
exercise.slip(
    "np.sqrt(2)",
    "np.sqrt(1 / 2)",
    "For ReLU you give what is left of the root of the mean square. Which factor brings it back "
    "to 1?",
)
exercise.slip(
    "5 / 3",
    "5 // 3",
    "The gain of tanh came out as 1: `//` drops what is behind the point.",
)
exercise.slip(
    '5 / 3, "relu": np.sqrt(2)',
    '1, "relu": 1',
    "All gains are 1. Linear layers and, by custom, the sigmoid have that; what do tanh and ReLU "
    "take away from the mean square?",
)
exercise.slip(
    "np.sqrt(2)",
    "1",
    "With gain 1, half of the mean square is lost in every ReLU. What undoes that?",
)
exercise.slip(
    '"sigmoid": 1',
    '"sigmoid": 4',
    "4 for the sigmoid makes up for its derivative of at most 1/4, and some texts do that. Here, "
    "as in PyTorch, the sigmoid has the gain of a linear layer.",
)
exercise.slip(
    '5 / 3, "relu": np.sqrt(2)',
    '1.7, "relu": 1.4',
    "Rounded to one digit. Over fifty layers an error of one percent grows to more than 60 "
    "percent: give the fraction and the root themselves.",
)
