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


ONE = "values of linear, sigmoid"

exercise = function(
    gain,
    returns="a number",
    points=1,
    cases=cases,
    run=run,
    # Three digits are enough: 1.414 and 1.667 are right. Together with the 1 of a linear layer,
    # because a constant would satisfy one number alone.
    judge=[
        values(
            "relu",
            "linear",
            weight=3,
            rtol=1e-3,
            title="values of relu",
            help=(
                """Which share of the mean square remains after a ReLU, and which factor of the
                weights compensates for it?""",
                """The weights have the variance gain² / n_in. For ReLU this has to be He's
                variance. What is gain² then?""",
            ),
        ),
        values(
            "tanh",
            "linear",
            weight=2,
            rtol=1e-3,
            title="values of tanh",
            help="The gain of tanh is in the text above, a fraction. Which number do you return?",
        ),
        # A function that always returns 1 satisfies it.
        values(
            "linear",
            "sigmoid",
            alone=False,
            rtol=1e-3,
            title=ONE,
            help="""A linear layer does not change the mean square, and the sigmoid is treated like
            one. Which factor changes nothing?""",
        ),
    ],
    form=[shapes(title="single numbers")],
    without=("in place",),  # it is given a name and a number
    answers=("course_lib.initializers",),
    hints="""
    Smaller: if a nonlinearity left only a ninth of the mean square, the weights' variance would
    have to be 9 / n_in, and its gain would be 3.
    """,
)

exercise.slips("""
return {"linear": 1, "sigmoid": 1, "tanh": 25 / 9, "relu": 2}[nonlinearity]
    These are factors of the variance. The gain multiplies the weights themselves, and therefore
    their standard deviation.
return {"linear": 1, "sigmoid": 1, "tanh": 3 / 5, "relu": 1 / np.sqrt(2)}[nonlinearity]
    ReLU and tanh reduce the signal, so a gain that compensates for this is above 1. You return the
    share that remains.
return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 2}[nonlinearity]
    For ReLU you return the factor of the variance. By what do you multiply the weights so that
    their variance grows by this factor?
return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": np.sqrt(1 / 2)}[nonlinearity]
    For ReLU you return the share of the root mean square that remains. Which factor restores it to
    1?
return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 1 / 2}[nonlinearity]
    For ReLU you return the share of the mean square that remains. Which factor of the weights
    restores the mean square to 1?
return {"linear": 1, "sigmoid": 1, "tanh": 3 / 5, "relu": np.sqrt(2)}[nonlinearity]
    The gain of tanh is below 1, so the weights become smaller. tanh already makes a signal smaller.
    Should the gain do the same, or the opposite?
return {"linear": 1, "sigmoid": 1, "tanh": np.sqrt(5 / 3), "relu": np.sqrt(2)}[nonlinearity]
    For tanh you return the root of the number in the text. Does that number multiply the weights or
    their variance?
return {"linear": 1, "sigmoid": 1, "tanh": 25 / 9, "relu": np.sqrt(2)}[nonlinearity]
    For tanh you return the factor of the variance. By what do you multiply the weights then?
return {"linear": 1, "sigmoid": np.sqrt(2), "tanh": 5 / 3, "relu": np.sqrt(2)}[nonlinearity]
    Your sigmoid has the gain of ReLU. Which gain does it have in the text, and which branch of your
    code does its name reach?
return {"linear": 1, "sigmoid": 1, "tanh": 5 // 3, "relu": np.sqrt(2)}[nonlinearity]
    You return 1 for tanh. Its gain is 5/3, about 1.67. Does your code lack it, or does `//` drop
    the decimals?
return {"linear": 1, "sigmoid": 1, "tanh": 1, "relu": 1}[nonlinearity]
    All your gains are 1. Linear layers have this gain, and by convention the sigmoid. Does your
    code reach the branches of tanh and ReLU? (`name == "a" or "b"` is always true.)
return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 1}[nonlinearity]
    With gain 1, every ReLU halves the mean square. Which gain compensates for this?
return {"linear": 1, "sigmoid": 4, "tanh": 5 / 3, "relu": np.sqrt(2)}[nonlinearity]
    Some texts use 4 for the sigmoid, because its derivative is at most 1/4. Here, as in PyTorch,
    the sigmoid has the gain of a linear layer.
return {"linear": 1, "sigmoid": 1, "tanh": 1.7, "relu": 1.4}[nonlinearity]
    Your gains are rounded. Over fifty layers an error of one percent grows to more than 60 percent,
    so return the fraction and the root themselves.
""")
