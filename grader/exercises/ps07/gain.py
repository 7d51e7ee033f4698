"""``gain(nonlinearity) -> float``: by what a nonlinearity asks weights to be enlarged."""

from typing import Any

import numpy as np

from course_lib.initializers import gain
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values


def cases(rng: np.random.Generator) -> list[Case]:
    return [case("all four names", names=["linear", "sigmoid", "tanh", "relu"])]


def run(gain: Any, case: Case) -> dict[str, Any]:
    return {name: gain(name) for name in case["names"]}


def variances(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 25 / 9, "relu": 2}[nonlinearity]


def turned_round(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 3 / 5, "relu": 1 / np.sqrt(2)}[nonlinearity]


def relu_twice(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 2}[nonlinearity]


def relu_half(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": np.sqrt(1 / 2)}[nonlinearity]


def whole_division(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 5 // 3, "relu": np.sqrt(2)}[nonlinearity]


def always_one(nonlinearity: str) -> Any:
    return 1.0


def relu_one(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 1}[nonlinearity]


def sigmoid_four(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 4, "tanh": 5 / 3, "relu": np.sqrt(2)}[nonlinearity]


def rounded(nonlinearity: str) -> Any:
    return {"linear": 1, "sigmoid": 1, "tanh": 1.7, "relu": 1.4}[nonlinearity]


exercise = Exercise(
    name="gain",
    takes=("gain",),
    points=1,
    reference=(gain,),
    cases=cases,
    run=run,
    # Three digits are enough: 1.414 and 1.667 are right. Together with the 1 of a linear layer,
    # because a constant would meet one number alone.
    judge=[
        values("relu", "linear", weight=3, rtol=1e-3, title=_("values of relu")),
        values("tanh", "linear", weight=2, rtol=1e-3, title=_("values of tanh")),
        # Form: always 1 meets it.
        values("linear", "sigmoid", form=True, rtol=1e-3),
        shapes(title=_("single numbers")),
    ],
    mistakes=[
        Mistake(
            variances,
            hint=_(
                "These are factors for the variance. The gain multiplies the weights themselves, "
                "and with them the standard deviation."
            ),
        ),
        Mistake(
            turned_round,
            hint=_(
                "ReLU and tanh take something away, so the gain that makes up for it is above 1. "
                "Yours is what is left over."
            ),
        ),
        Mistake(
            relu_twice,
            hint=_(
                "For ReLU you give the factor of the variance. By what are the weights to be "
                "multiplied, so that their variance grows by it?"
            ),
        ),
        Mistake(
            relu_half,
            hint=_(
                "For ReLU you give what is left of the root of the mean square. Which factor "
                "brings it back to 1?"
            ),
        ),
        Mistake(
            whole_division,
            hint=_("The gain of tanh came out as 1: `//` drops what is behind the point."),
        ),
        Mistake(
            always_one,
            hint=_(
                "All gains are 1. Linear layers and, by custom, the sigmoid have that; what do "
                "tanh and ReLU lose on the way?"
            ),
        ),
        Mistake(
            relu_one,
            hint=_("With gain 1, half of the mean square is lost in every ReLU. What undoes that?"),
        ),
        Mistake(
            sigmoid_four,
            hint=_(
                "4 for the sigmoid makes up for its slope of 1/4, and some texts do that. Here, as "
                "in PyTorch, the sigmoid has the gain of a linear layer."
            ),
        ),
        Mistake(
            rounded,
            hint=_(
                "Rounded to one digit. Over fifty layers an error of one percent grows to half as "
                "much again: give the fraction and the root themselves."
            ),
        ),
    ],
    answers=("course_lib.initializers",),
    returns="a number",
    hints=(
        _("Which names have their gain in the text above, and which one have we derived?"),
        _(
            "The weights have the variance gain² / n_in. For ReLU that has to be He's variance: "
            "what is gain² then?"
        ),
        _(
            "Smaller: if a nonlinearity left only a ninth of the mean square, the weights' "
            "variance would have to be 9 / n_in, and its gain would be 3."
        ),
    ),
)
