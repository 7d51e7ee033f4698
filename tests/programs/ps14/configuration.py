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


def changed(title, **change):
    return title, (lambda: reference() | change,)


def deep(levels=200):
    tower = []
    for _ in range(levels):
        tower = [tower]
    return tower


class Endless(dict):
    """Says something else than it holds."""

    def items(self):
        return [("lr", "anything")]


def too_small_and_short():
    return {"layers": [4], "epochs": 4, "optimizer": "adam", "lr": 0.002, "shift": 2}


def rate_100_times_too_high():
    return {"layers": [100], "lr": 20.0, "momentum": 0.9, "epochs": 5, "shift": 1}


def one_epoch_only():
    return {"layers": [128], "optimizer": "adam", "lr": 0.001, "epochs": 1, "shift": 2}


def deep_sigmoid():
    return {"layers": [64, 64, 64, 64], "activation": "sigmoid", "epochs": 6, "lr": 0.1}


WRONG = [
    ("a learning rate 100 times too high", (rate_100_times_too_high,)),
    ("one epoch", (one_epoch_only,)),
    ("four layers of sigmoids", (deep_sigmoid,)),
    ("the baseline", (dict,)),
    ("a net of four units", (too_small_and_short,)),
    ("more than its budget", (lambda: reference() | {"layers": [512], "epochs": 60},)),
    changed("rate is nan", lr=float("nan")),
    changed("rate is infinite", lr=float("inf")),
    changed("rate is 0", lr=0),
    changed("rate is negative", lr=-0.01),
    changed("rate is True", lr=True),
    changed("rate is None", lr=None),
    changed("rate is a text", lr="0.004"),
    changed("rate is a function", lr=lambda t: 0.004),
    changed("rate is complex", lr=0.004 + 1j),
    changed("rate is an enormous whole number", lr=10**3000),
    changed("epochs are not whole", epochs=20.5),
    changed("epochs are negative", epochs=-1),
    changed("epochs are enormous", epochs=1e300),
    changed("epochs are numpy's True", epochs=np.True_),
    changed("batch size 0", batch_size=0),
    changed("layers is a number", layers=128),
    changed("five layers", layers=[8] * 5),
    changed("a layer of no units", layers=[128, 0]),
    changed("a layer too large", layers=[1000]),
    changed("layers nested deeply", layers=deep()),
    changed("layers of half units", layers=[12.5]),
    changed("layers in a matrix", layers=np.full((1, 2), 64)),
    changed("an unknown optimizer", optimizer="Adamax"),
    changed("a class for a name", activation=dict),
    changed("dropout of everything", dropout=1.0),
    changed("a long text", init="he_normal" * 100_000),
    changed("an unknown entry", data_augmentation="rotate"),
    ("a key that is a number", (lambda: {**reference(), 1: 2},)),
    ("100,000 keys", (lambda: {str(i): i for i in range(200_000)},)),
    ("a list of pairs", (lambda: list(reference().items()),)),
    ("its text", (lambda: str(reference()),)),
    ("a dictionary that lies", (lambda: Endless(reference()),)),
    (
        "a batch of one under batch norm",
        (lambda: reference() | {"norm": "batchnorm", "batch_size": 27},),
    ),
]

for name, functions in WRONG:
    wrong.add(name, *functions)
