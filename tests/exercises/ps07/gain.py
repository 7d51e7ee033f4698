"""Programs for ``gain``."""

import math

import numpy as np


def branches(nonlinearity):
    if nonlinearity in ("linear", "sigmoid"):
        return 1
    if nonlinearity == "tanh":
        return 5 / 3
    return np.sqrt(2)


def table(nonlinearity):
    return {"relu": 2**0.5, "tanh": 5.0 / 3.0}.get(nonlinearity, 1.0)


def matched(nonlinearity):
    match nonlinearity:
        case "linear" | "sigmoid":
            return 1.0
        case "tanh":
            return np.float32(5 / 3)
        case "relu":
            return math.sqrt(2)
    raise ValueError(nonlinearity)


def an_array(nonlinearity):
    return np.sqrt(np.array({"linear": 1, "sigmoid": 1, "tanh": 25 / 9, "relu": 2}[nonlinearity]))


def in_digits(nonlinearity):
    return dict(zip(("linear", "sigmoid", "tanh", "relu"), (1, 1, 1.667, 1.414), strict=True))[
        nonlinearity
    ]


VARIANTS = [(f.__name__, (f,)) for f in (branches, table, matched, an_array, in_digits)]


def in_a_list(nonlinearity):
    return [branches(nonlinearity)]


DRESSED = [("in_a_list", (in_a_list,))]


def made_of(**gains):
    known = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)} | gains
    return lambda nonlinearity: known[nonlinearity]


WRONG = [
    ("a_text", (lambda nonlinearity: nonlinearity,)),
    ("exchanged", (made_of(tanh=math.sqrt(2), relu=5 / 3),)),
    ("tanh_one", (made_of(tanh=1.0),)),
    ("linear_half", (made_of(linear=0.5),)),
    ("tanh_inverse", (made_of(tanh=3 / 5),)),
    ("tanh_root", (made_of(tanh=math.sqrt(5 / 3)),)),
    ("a_bit_off", (made_of(relu=1.41),)),
    ("unknown_sigmoid", (lambda n: {"linear": 1.0, "tanh": 5 / 3, "relu": 2**0.5}[n],)),
    ("always_relu", (lambda nonlinearity: math.sqrt(2),)),
]
