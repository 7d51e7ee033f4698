"""The entries of a configuration, how it is read, what it costs, and how large it may be.

A configuration is plain data, so nothing of the student's runs here. :func:`read` makes settings of
it or says what is wrong, and :func:`budget_used` tells before any training what it costs, the same
on every machine. :mod:`grader.exercises.capstone_training` trains it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from course_lessons.cup import BUDGET as BUDGET
from course_lessons.cup import N_TRAIN, multiplications
from course_lessons.cup import START as START
from course_lessons.cup import Settings as Settings
from grader.checking.contract.compare import described
from grader.exercises.settings_readers import (
    ConfigurationError,
    between,
    one_of,
    sizes,
    unusable,
    whole,
)


@dataclass(frozen=True)
class Limits:
    """How large a configuration may be.

    Attributes
    ----------
    budget : multiplications of a forward pass times examples seen in training
    blocks, channels : of a convolutional network, and of each of its blocks
    hidden, units : hidden layers of a perceptron, and of each of them
    activations : outputs of all convolutions for one minibatch, which decide how much memory a
        training takes; None: as many as the other limits allow
    """

    budget: int
    blocks: int
    channels: int
    hidden: int
    units: int
    activations: int | None = None


CUP = Limits(BUDGET, blocks=3, channels=64, hidden=3, units=512)
"""Of the exam."""

OPEN = Limits(20 * BUDGET, blocks=4, channels=256, hidden=4, units=2048, activations=40_000_000)
"""Of the open board, which has no points. No network needs 2 GiB."""


def side(key: str, value: Any) -> int:
    """16 or 32."""
    number = whole(16, 32)(key, value)
    if number not in (16, 32):
        raise unusable(key, value, "16 or 32")
    return number


def readers(limits: Limits) -> dict[str, Callable[[str, Any], Any]]:
    """What checks each entry."""
    return {
        "model": one_of("cnn", "mlp"),
        "side": side,
        "channels": sizes(1, limits.blocks, limits.channels, "block of convolution and pooling"),
        "layers": sizes(0, limits.hidden, limits.units, "HIDDEN layer"),
        "activation": one_of("relu", "leaky_relu", "gelu", "tanh", "sigmoid"),
        "init": one_of(
            "lecun_normal", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform"
        ),
        "norm": one_of("none", "batchnorm"),
        "dropout": between(0, 0.9),
        "optimizer": one_of("sgd", "nesterov", "rmsprop", "adam", "adamw"),
        "lr": between(0, 10, above=True),
        "momentum": between(0, 0.999),
        "weight_decay": between(0, 1),
        "schedule": one_of("constant", "step", "cosine", "warmup_cosine"),
        "batch_size": whole(25, 600),
        "epochs": whole(1, 100),
        "flip": between(0, 1),
        "shift": whole(0, 4),
        "inputs": one_of("raw", "standardized"),
    }


# Entries that only one choice of another entry uses.
USED_BY = {
    "channels": ("model", ("cnn",)),
    "layers": ("model", ("mlp",)),
    "momentum": ("optimizer", ("sgd", "nesterov")),
    "weight_decay": ("optimizer", ("adamw",)),
}


def read(configuration: Any, name: str = "configuration()", limits: Limits = CUP) -> Settings:
    """The settings of a configuration, every one of them there, in Python's own types.

    Parameters
    ----------
    configuration : plain data
    name : what it is called in a message

    Raises
    ------
    ConfigurationError
        It is not a dictionary, or an entry is unknown or cannot be used.
    """
    if not isinstance(configuration, Mapping):
        returned = described(configuration)
        raise ConfigurationError(f"{name} gave {returned}; expected a dictionary")
    for key in configuration:
        if key not in START:
            raise ConfigurationError(_unknown(str(key)[:40]))
    given = START | dict(configuration)
    settings = {key: reader(key, given[key]) for key, reader in readers(limits).items()}
    # Entries that are not used make no difference, so such configurations are trained once.
    for key, (other, users) in USED_BY.items():
        if settings[other] not in users:
            settings[key] = START[key]
    if settings["norm"] == "batchnorm" and N_TRAIN % settings["batch_size"] == 1:
        raise ConfigurationError(
            f"with 'batch_size' {settings['batch_size']} the last batch holds a single one of "
            f"the {N_TRAIN:,} pictures, which 'batchnorm' cannot normalise; choose another "
            "'batch_size'"
        )
    if limits.activations is not None and activations(settings) > limits.activations:
        most = limits.activations * settings["batch_size"] // activations(settings)
        raise ConfigurationError(
            f"one minibatch of {settings['batch_size']} pictures has {activations(settings):,} "
            f"outputs of convolutions; allowed are {limits.activations:,}, because they have to "
            f"fit into memory. Take a 'batch_size' of {most} or less, or fewer channels"
        )
    return settings


def _unknown(key: str) -> str:
    """What to say about a key that is not an entry."""
    near = ["lr"] if key.endswith("rate") else get_close_matches(key, START, 1, 0.7)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    allowed = ", ".join(START)
    return f"{key!r} is not an entry of a configuration{hint} Allowed are {allowed}"


# --- What it costs -----------------------------------------------------------------------------


def activations(settings: Settings) -> int:
    """Outputs of all convolutions for one minibatch; 0 for a perceptron."""
    if settings["model"] == "mlp":
        return 0
    size, number = settings["side"], 0
    for n_out in settings["channels"]:
        number += size * size * n_out
        size //= 2
    return int(settings["batch_size"] * number)


def cost(settings: Settings) -> int:
    """Examples seen in training times multiplications."""
    return int(settings["epochs"] * N_TRAIN * multiplications(settings))


def budget_used(settings: Settings, limits: Limits = CUP) -> float:
    """The cost as a share of the budget."""
    return cost(settings) / limits.budget


def within_budget(settings: Settings, limits: Limits = CUP) -> Settings:
    """The settings, if they may be trained within the budget of these limits.

    Raises
    ------
    ConfigurationError
        They cost more than that.
    """
    allowed = int(limits.budget)
    epochs, each = settings["epochs"], N_TRAIN * multiplications(settings)
    if epochs * each > allowed:
        most = allowed // each
        advice = (
            f"Epochs that are allowed for this network: {most}. For more epochs, take a smaller "
            "network."
            if most
            else "This network is too large for a single epoch: take fewer channels or units."
        )
        raise ConfigurationError(
            f"it costs {epochs * each / allowed:.2f} times what is allowed: {epochs} epochs × "
            f"{N_TRAIN:,} pictures × {multiplications(settings):,} multiplications = "
            f"{epochs * each:,}; allowed are {allowed:,}. {advice}"
        )
    return settings
