"""``gain(nonlinearity) -> float``: the factor that a nonlinearity requires for the weights."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, values


def gain(nonlinearity):
    return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": np.sqrt(2)}[nonlinearity]


def cases(rng: np.random.Generator) -> list[Case]:
    return [case("all four names", names=["linear", "sigmoid", "tanh", "relu"])]


def run(gain: Any, case: Case) -> dict[str, Any]:
    return {name: gain(name) for name in case["names"]}


ONE = "values of linear, sigmoid"

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
        values("linear", "sigmoid", form=True, rtol=1e-3, title=ONE),
    ],
    form=[shapes(title="single numbers")],
    answers=("course_lib.initializers",),
    hints=(
        step(
            "A linear layer takes nothing away, and the sigmoid is treated like it. Which factor "
            "changes nothing?",
            ONE,
        ),
        step(
            "What does a ReLU leave of the mean square, and which factor of the weights makes up "
            "for it?",
            "values of relu",
        ),
        step(
            "The gain of tanh is in the text above, a fraction. Which number do you return?",
            "values of tanh",
        ),
        step(
            "The weights have the variance gain² / n_in. For ReLU that has to be He's variance: "
            "what is gain² then?",
            "values of relu",
        ),
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
    "np.sqrt(2)",
    "1 / 2",
    "For ReLU you give what is left of the mean square. Which factor of the weights brings the "
    "mean square back to 1?",
)
exercise.slip(
    "5 / 3",
    "3 / 5",
    "The gain of tanh is below 1, so the weights become smaller. tanh makes a signal smaller "
    "itself: is the gain to do the same, or the opposite?",
)
exercise.slip(
    "5 / 3",
    "np.sqrt(5 / 3)",
    "For tanh you give the root of the number in the text. Does that number multiply the weights "
    "or their variance?",
)
exercise.slip(
    "5 / 3",
    "25 / 9",
    "For tanh you give the factor of the variance. By what are the weights multiplied then?",
)
exercise.slip(
    '"sigmoid": 1',
    '"sigmoid": np.sqrt(2)',
    "The sigmoid has the gain of ReLU. Which gain has it in the text, and which of your branches "
    "does the name reach?",
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
