"""Solutions of ``gain(nonlinearity) -> float``: linear 1, sigmoid 1, tanh 5/3, relu √2."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(nonlinearity):
    return {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}[nonlinearity]


@right
def one_if_after_another(nonlinearity):
    if nonlinearity == "tanh":
        return 5.0 / 3.0
    if nonlinearity == "relu":
        return np.sqrt(2.0)
    if nonlinearity in ("linear", "sigmoid"):
        return 1.0
    raise ValueError(f"no gain is known for {nonlinearity!r}")


@right
def matched(nonlinearity, slope=0):
    match nonlinearity.lower():
        case "relu":
            return (2 / (1 + slope**2)) ** 0.5
        case "tanh":
            return 1.0 + 2 / 3
        case _:
            return 1.0


@right
def root_of_the_lost_share(nonlinearity):
    kept = {"linear": 1, "sigmoid": 1, "tanh": 9 / 25, "relu": 1 / 2}
    return 1 / math.sqrt(kept[nonlinearity])


@right
def two_lists(nonlinearity):
    names = ["linear", "sigmoid", "tanh", "relu"]
    return np.array([1, 1, 5 / 3, 2**0.5])[names.index(nonlinearity)]


@right
def logarithms(nonlinearity):
    logs = {"relu": 0.5 * math.log(2), "tanh": math.log(5) - math.log(3)}
    return math.exp(logs.get(nonlinearity, 0.0))


@right
def in_digits(nonlinearity):
    return {"linear": 1, "sigmoid": 1, "tanh": 1.667, "relu": 1.414}[nonlinearity]


@right
def single_precision(nonlinearity):
    return np.float32(textbook(nonlinearity))


@form
def list_of_one(nonlinearity):
    return [textbook(nonlinearity)]
