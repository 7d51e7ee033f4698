"""Programs for ``configuration``; few of them are trained, because each costs seconds."""

import numpy as np

from grader.exercises.ps14.configuration import configuration as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


@right
def batchnorm_and_two_layers():
    return {
        "layers": [256, 128],
        "activation": "relu",
        "init": "he_uniform",
        "norm": "batchnorm",
        "dropout": 0,
        "loss": "softmax_cross_entropy",
        "optimizer": "adam",
        "lr": 0.005,
        "momentum": 0.9,
        "schedule": "cosine",
        "batch_size": 50,
        "epochs": 20,
        "l2": 0,
        "weight_decay": 0,
        "shift": 2,
        "inputs": "raw",
    }


@right
def narrower_and_longer():
    settings = {"optimizer": "adam", "lr": 0.005, "schedule": "cosine", "activation": "gelu"}
    return settings | {"layers": (96,), "epochs": 60, "shift": 2}


@right
def numpy_all_over():
    """What `random_search` hands out when the lists are arrays; also what needs no entry."""
    settings = {name: np.array(value)[()] for name, value in reference().items()}
    settings["layers"] = np.array([128.0])
    return settings | {"lr": np.float64(settings["lr"]), "epochs": np.int32(settings["epochs"])}


@right
def whole_numbers_as_floats():
    settings = reference() | {"momentum": 0.5, "weight_decay": 0.1}  # of no account for Adam
    return {k: float(v) if type(v) is int else v for k, v in settings.items()}


class Own(dict):
    """A dictionary of one's own."""


@right
def an_own_kind_of_dictionary():
    return Own({name: reference()[name] for name in reversed(reference())})


def deep(levels=200):
    tower = []
    for _ in range(levels):
        tower = [tower]
    return tower


class Endless(dict):
    """Says something else than it holds."""

    def items(self):
        return [("lr", "anything")]


@wrong
def too_small_and_short():
    return {"layers": [4], "epochs": 4, "optimizer": "adam", "lr": 0.002, "shift": 2}


@wrong
def rate_100_times_too_high():
    return {"layers": [100], "lr": 20.0, "momentum": 0.9, "epochs": 5, "shift": 1}


@wrong
def one_epoch_only():
    return {"layers": [128], "optimizer": "adam", "lr": 0.001, "epochs": 1, "shift": 2}


@wrong
def deep_sigmoid():
    return {"layers": [64, 64, 64, 64], "activation": "sigmoid", "epochs": 6, "lr": 0.1}


wrong.add("the baseline", dict)

# More that cannot be read is in tests/gates/test_capstone.py, with what is said about it.
UNREADABLE = {
    "rate is infinite": {"lr": float("inf")},
    "rate is 0": {"lr": 0},
    "rate is negative": {"lr": -0.01},
    "rate is True": {"lr": True},
    "rate is None": {"lr": None},
    "rate is a function": {"lr": lambda t: 0.004},
    "rate is complex": {"lr": 0.004 + 1j},
    "rate is an enormous whole number": {"lr": 10**3000},
    "epochs are negative": {"epochs": -1},
    "epochs are enormous": {"epochs": 1e300},
    "epochs are numpy's True": {"epochs": np.True_},
    "batch size 0": {"batch_size": 0},
    "five layers": {"layers": [8] * 5},
    "a layer of no units": {"layers": [128, 0]},
    "a layer too large": {"layers": [1000]},
    "layers nested deeply": {"layers": deep()},
    "layers of half units": {"layers": [12.5]},
    "layers in a matrix": {"layers": np.full((1, 2), 64)},
    "an unknown optimizer": {"optimizer": "Adamax"},
    "a class for a name": {"activation": dict},
    "dropout of everything": {"dropout": 1.0},
    "a long text": {"init": "he_normal" * 100_000},
    "a key that is a number": {1: 2},
}
for name, change in UNREADABLE.items():
    wrong.add(name, lambda change=change: reference() | change)
wrong.add("100,000 keys", lambda: {str(i): i for i in range(200_000)})
wrong.add("its text", lambda: str(reference()))
wrong.add("a dictionary that lies", lambda: Endless(reference()))
