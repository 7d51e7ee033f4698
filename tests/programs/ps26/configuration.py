"""Programs for ``configuration``; few of them are trained, because each costs seconds."""

import numpy as np

from grader.exercises.ps26.configuration import configuration as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


INTERVAL = (0.475, 0.563)


@right
def one_block_more_channels_from_the_start():
    settings = {
        "model": "cnn",
        "side": 16,
        "channels": (16, 32),
        "norm": "batchnorm",
        "optimizer": "adam",
        "lr": 0.01,
        "momentum": 0.9,
        "schedule": "cosine",
        "batch_size": 50,
        "epochs": 40,
        "weight_decay": 0,
        "flip": 0.5,
        "shift": 2,
    }
    return settings, [0.48, 0.56]


@right
def numpy_all_over():
    """What `random_search` hands out when the lists are arrays."""
    best, interval = reference()
    settings = {name: np.array(value)[()] for name, value in best.items()}
    settings["channels"] = np.array([8.0, 16.0, 32.0])
    return settings | {"lr": np.float64(0.01), "epochs": np.int32(40)}, np.array(interval)


@right
def whole_numbers_as_floats():
    best, interval = reference()
    settings = best | {"momentum": 0.5, "layers": [16]}  # of no account here
    return [{k: float(v) if type(v) is int else v for k, v in settings.items()}, interval]


class Own(dict):
    """A dictionary of one's own."""


@right
def an_own_kind_of_dictionary():
    best, interval = reference()
    return Own({name: best[name] for name in reversed(best)}), interval


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
    return {"channels": [2], "epochs": 2, "optimizer": "adam", "lr": 0.002}, INTERVAL


@wrong
def rate_100_times_too_high():
    return {"lr": 10.0, "momentum": 0.9, "epochs": 3, "shift": 1}, (0.05, 0.15)


@wrong
def an_mlp():
    settings = {"model": "mlp", "optimizer": "adamw", "lr": 0.001, "epochs": 20}
    return settings, (0.31, 0.36)


wrong.add("the defaults", lambda: ({}, (0.34, 0.40)))

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
    "four blocks": {"channels": [8] * 4},
    "a block of no channels": {"channels": [16, 0]},
    "a block too large": {"channels": [1000]},
    "channels nested deeply": {"channels": deep()},
    "half a channel": {"channels": [12.5]},
    "channels in a matrix": {"channels": np.full((1, 2), 64)},
    "an unknown optimizer": {"optimizer": "Adamax"},
    "a class for a name": {"activation": dict},
    "dropout of everything": {"dropout": 1.0},
    "a long text": {"init": "he_normal" * 100_000},
    "a key that is a number": {1: 2},
}
for name, change in UNREADABLE.items():
    wrong.add(name, lambda change=change: (reference()[0] | change, INTERVAL))
wrong.add("100,000 keys", lambda: ({str(i): i for i in range(200_000)}, INTERVAL))
wrong.add("its text", lambda: str(reference()))
wrong.add("a dictionary that lies", lambda: (Endless(reference()[0]), INTERVAL))
