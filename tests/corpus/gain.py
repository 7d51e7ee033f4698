"""Solutions of ``gain(nonlinearity) -> float``: linear 1, sigmoid 1, tanh 5/3, relu √2."""

import functools
import math
from typing import Any

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(nonlinearity):
    return {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}[nonlinearity]


@put(RIGHT)
def one_if_after_another(nonlinearity):
    if nonlinearity == "tanh":
        return 5.0 / 3.0
    if nonlinearity == "relu":
        return np.sqrt(2.0)
    if nonlinearity in ("linear", "sigmoid"):
        return 1.0
    raise ValueError(f"no gain is known for {nonlinearity!r}")


@put(RIGHT)
def matched(nonlinearity, slope=0):
    match nonlinearity.lower():
        case "relu":
            return (2 / (1 + slope**2)) ** 0.5
        case "tanh":
            return 1.0 + 2 / 3
        case _:
            return 1.0


@put(RIGHT)
def root_of_the_lost_share(nonlinearity):
    kept = {"linear": 1, "sigmoid": 1, "tanh": 9 / 25, "relu": 1 / 2}
    return 1 / math.sqrt(kept[nonlinearity])


@put(RIGHT)
def two_lists(nonlinearity):
    names = ["linear", "sigmoid", "tanh", "relu"]
    return np.array([1, 1, 5 / 3, 2**0.5])[names.index(nonlinearity)]


@put(RIGHT)
def logarithms(nonlinearity):
    logs = {"relu": 0.5 * math.log(2), "tanh": math.log(5) - math.log(3)}
    return math.exp(logs.get(nonlinearity, 0.0))


RIGHT["partially_applied"] = (functools.partial(matched, slope=0.0),)


@put(FORM)
def list_of_one(nonlinearity):  # [gain]
    return [textbook(nonlinearity)]


@put(FORM)
def array_of_shape_one(nonlinearity):  # (1,)
    return np.array([textbook(nonlinearity)])


@put(FORM)
def tuple_of_one(nonlinearity):  # (gain,), a comma too many
    return (textbook(nonlinearity),)


@put(EITHER)
def whole_ones(nonlinearity):
    # An int where the number is whole.
    return {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": math.sqrt(2)}[nonlinearity]


@put(EITHER)
def single_precision(nonlinearity):
    return np.float32(textbook(nonlinearity))


# --- wrong ------------------------------------------------------------------------------------

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}


def looked_up(nonlinearity, gains):
    return gains[nonlinearity]


for name, wrong in {
    "relu_without_the_root": {"relu": 2.0},
    "relu_upside_down": {"relu": math.sqrt(1 / 2)},
    "relu_one": {"relu": 1.0},
    "relu_of_one_half": {"relu": 0.5},
    "relu_rounded": {"relu": 1.4},
    "tanh_upside_down": {"tanh": 3 / 5},
    "tanh_four": {"tanh": 4.0},
    "tanh_floor_division": {"tanh": 5 // 3},
    "tanh_squared": {"tanh": 25 / 9},
    "tanh_with_a_root": {"tanh": math.sqrt(5 / 3)},
    "tanh_rounded": {"tanh": 1.6},
    "sigmoid_four": {"sigmoid": 4.0},
    "sigmoid_a_quarter": {"sigmoid": 0.25},
    "sigmoid_as_tanh": {"sigmoid": 5 / 3},
    "linear_zero": {"linear": 0.0},
    "linear_root_of_two": {"linear": math.sqrt(2)},
    "tanh_and_relu_swapped": {"tanh": math.sqrt(2), "relu": 5 / 3},
    "squares": {"tanh": 25 / 9, "relu": 2.0},
    "not_a_number_for_sigmoid": {"sigmoid": math.nan},
    "text": {"tanh": "5/3"},
}.items():
    table: dict[str, Any] = {**GAINS, **wrong}  # type: ignore[dict-item]
    WRONG[name] = (functools.partial(looked_up, gains=table),)


@put(WRONG)
def or_that_is_always_true(nonlinearity):
    if nonlinearity == "linear" or "sigmoid":  # noqa: SIM222
        return 1.0
    return textbook(nonlinearity)


@put(WRONG)
def capital_letters(nonlinearity):
    return {"Linear": 1.0, "Sigmoid": 1.0, "Tanh": 5 / 3, "ReLU": math.sqrt(2)}[nonlinearity]


@put(WRONG)
def relu_forgotten(nonlinearity):
    if nonlinearity == "tanh":
        return 5 / 3
    if nonlinearity in {"linear", "sigmoid"}:
        return 1.0


@put(WRONG)
def printed(nonlinearity):
    print(textbook(nonlinearity))
