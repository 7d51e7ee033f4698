"""How a handed-in configuration is read, what it may cost, and how it is trained.

A configuration is plain data, so nothing of the student's runs here. :func:`read` makes settings of
it or says what is wrong, :func:`budget_used` tells before any training what it costs, the same on
every machine, and :func:`train` trains one network with course_lib, in float32.

A seed draws 1,000 training images out of the 5,000 digits, the initial weights and the batches;
the other 4,000 images are the test split. The seeds of a check are drawn anew each time at home.
Where a class is graded they come from its secret and are the same for all its students. Within one
process no configuration is trained twice with one seed. ``benchmarks/capstone.py`` measures the
spread.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from course_lib import initializers, layers, losses, optimizers
from course_lib.augmentation import translate
from course_lib.backend import Array, Generator, to_numpy
from course_lib.datasets import Dataset, load_mnist5000
from course_lib.models import Sequential, mlp
from course_lib.preprocessing import one_hot, standardize_apply, standardize_fit
from course_lib.regularizers import l2_penalty
from course_lib.schedules import inverse_time_decay, step_decay, warmup_cosine
from course_lib.training import History, accuracy, fit
from grader.checking.contract.compare import described
from grader.checking.contract.wire import Unusable

N_TRAIN, SIDE, N_CLASSES = 1000, 28, 10
BUDGET = 5_000_000_000  # examples times parameters
N_TRAININGS = 3
# Mean test accuracy that earns nothing, and everything. Over 36 seeds the reference has a mean of
# 0.9405 and a standard deviation of 0.0035, so its mean of three trainings is below UPPER in about
# 3 of 1,000 classes.
LOWER, UPPER = 0.89, 0.935
CHANCE = 1 / N_CLASSES
NOTHING = 0.2  # below this a network has learned nothing, and counts as guessing

Settings = dict[str, Any]


class ConfigurationError(ValueError):
    """A configuration that cannot be trained; the message says why."""


# --- What may be in a configuration ----------------------------------------------------------


def one_of(*names: str) -> Callable[[str, Any], str]:
    """A reader for one of a few names."""

    def read_name(key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            near = get_close_matches(value[:40], names, 1) if isinstance(value, str) else []
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise _unusable(key, value, "one of " + ", ".join(map(repr, names)), hint)
        return value

    return read_name


def whole(low: int, high: int) -> Callable[[str, Any], int]:
    """A reader for a whole number; 64.0 is one as well."""

    def read_whole(key: str, value: Any) -> int:
        number = finite_number(value)
        if number is None or not low <= number <= high or number != math.floor(number):
            raise _unusable(key, value, f"a whole number from {low} to {high:,}")
        return int(number)

    return read_whole


def between(low: float, high: float, *, above: bool = False) -> Callable[[str, Any], float]:
    """A reader for a number from low to high, or above low."""

    def read_number(key: str, value: Any) -> float:
        number = finite_number(value)
        if number is None or not low <= number <= high or (above and number == low):
            wanted = f"above {low:g}, {high:g} at most" if above else f"from {low:g} to {high:g}"
            raise _unusable(key, value, f"a number {wanted}")
        return number

    return read_number


def units(most_layers: int, most_units: int) -> Callable[[str, Any], list[int]]:
    """A reader for a list of numbers of hidden units."""
    unit = whole(1, most_units)

    def read_units(key: str, value: Any) -> list[int]:
        wanted = (
            f"a list of at most {most_layers} whole numbers from 1 to {most_units}, one for each "
            "HIDDEN layer"
        )
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()
        if not isinstance(value, list) or len(value) > most_layers:
            raise _unusable(key, value, wanted)
        try:
            return [unit(key, item) for item in value]
        except ConfigurationError:
            raise _unusable(key, value, wanted) from None

    return read_units


READERS: dict[str, Callable[[str, Any], Any]] = {
    "layers": units(4, 512),
    "activation": one_of("relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid"),
    "init": one_of("lecun_normal", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform"),
    "norm": one_of("none", "batchnorm", "layernorm"),
    "dropout": between(0, 0.95),
    "loss": one_of("softmax_cross_entropy", "multiclass_hinge", "squared_error"),
    "optimizer": one_of("sgd", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw"),
    "lr": between(0, 100, above=True),
    "momentum": between(0, 0.999),
    "schedule": one_of("constant", "step", "inverse_time", "cosine", "warmup_cosine"),
    "batch_size": whole(25, N_TRAIN),
    "epochs": whole(1, 60),
    "l2": between(0, 1),
    "weight_decay": between(0, 1),
    "shift": whole(0, 5),
    "inputs": one_of("raw", "standardized"),
}

START: Settings = {
    "layers": [100],
    "activation": "relu",
    "init": "he_normal",
    "norm": "none",
    "dropout": 0.0,
    "loss": "softmax_cross_entropy",
    "optimizer": "sgd",
    "lr": 0.1,
    "momentum": 0.0,
    "schedule": "constant",
    "batch_size": 50,
    "epochs": 10,
    "l2": 0.0,
    "weight_decay": 0.0,
    "shift": 0,
    "inputs": "raw",
}
"""A plain baseline; what a configuration leaves out is as here."""


def read(configuration: Any) -> Settings:
    """The settings of a configuration, every one of them there, in Python's own types.

    Parameters
    ----------
    configuration : plain data

    Raises
    ------
    ConfigurationError
        It is not a dictionary, or an entry is unknown or cannot be used.
    """
    if not isinstance(configuration, Mapping):
        returned = described(configuration)
        if isinstance(configuration, list) and any(isinstance(e, Mapping) for e in configuration):
            returned += " that holds a dictionary"
        raise ConfigurationError(f"configuration() returned {returned}; expected a dictionary")
    for key in configuration:
        if key not in READERS:
            raise ConfigurationError(_unknown(str(key)[:40]))
    given = START | dict(configuration)
    settings = {key: reader(key, given[key]) for key, reader in READERS.items()}
    # Settings that the optimizer does not use make no difference, so such configurations are
    # trained once.
    if settings["optimizer"] not in ("sgd", "nesterov"):
        settings["momentum"] = 0.0
    if settings["optimizer"] != "adamw":
        settings["weight_decay"] = 0.0
    normalised = settings["norm"] == "batchnorm" and settings["layers"]
    if normalised and N_TRAIN % settings["batch_size"] == 1:
        raise ConfigurationError(
            f"with 'batch_size' {settings['batch_size']} the last batch holds a single one of "
            f"the {N_TRAIN:,} examples, which 'batchnorm' cannot normalise; choose another "
            "'batch_size'"
        )
    return settings


def _unknown(key: str) -> str:
    """What to say about a key that is not an entry."""
    near = ["lr"] if key.endswith("rate") else get_close_matches(key, READERS, 1, 0.7)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    allowed = ", ".join(READERS)
    return f"{key!r} is not an entry of a configuration{hint} Allowed are {allowed}"


def finite_number(value: Any) -> float | None:
    """A finite number out of plain data, or None: True is none, and neither is "0.1"."""
    if isinstance(value, np.ndarray):
        if value.size != 1 or value.dtype.kind not in "iuf":
            return None
        value = value.reshape(()).item()
    if type(value) not in (int, float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _unusable(key: str, value: Any, wanted: str, hint: str = "") -> ConfigurationError:
    if isinstance(value, list) and len(value) <= 6 and "list" in wanted:
        shown = f"[{', '.join(described(item)[:40] for item in value)}]"
    else:
        shown = described(value)
        if isinstance(value, str):
            shown += ", a text"
        elif isinstance(value, (list, np.ndarray)) and np.size(value) != 1:
            hint = hint or "; give one of them, not a list"
    return ConfigurationError(f"{key!r} is {shown}; expected {wanted}{hint}")


# --- What it costs -----------------------------------------------------------------------------


def parameter_count(settings: Settings) -> int:
    """Weights, biases, and what normalising adds: a gamma and a beta for each hidden unit."""
    sizes = [SIDE * SIDE, *settings["layers"], N_CLASSES]
    linear: int = sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
    normalising: int = 0 if settings["norm"] == "none" else 2 * sum(settings["layers"])
    return linear + normalising


def budget_used(settings: Settings) -> float:
    """Examples seen in training times parameters, as a share of the budget."""
    examples: int = settings["epochs"] * N_TRAIN
    return examples * parameter_count(settings) / BUDGET


def within_budget(settings: Settings) -> Settings:
    """The settings, if they may be trained.

    Raises
    ------
    ConfigurationError
        They cost more than the budget.
    """
    if (used := budget_used(settings)) > 1:
        epochs, parameters = settings["epochs"], parameter_count(settings)
        most = BUDGET // (N_TRAIN * parameters)
        advice = (
            f"This network can be trained for at most {most} epochs; for more epochs, take a "
            "smaller network."
            if most
            else "This network is too large for a single epoch: take fewer units."
        )
        raise ConfigurationError(
            f"it costs {used:.2f} times the budget: {epochs} epochs × {N_TRAIN:,} examples × "
            f"{parameters:,} parameters = {epochs * N_TRAIN * parameters:,}; allowed are "
            f"{BUDGET:,}. {advice}"
        )
    return settings


# --- Training ------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Seeds(Unusable):
    """The seeds of a check's trainings, which stay with the judge.

    As part of a case they reach neither the student's process, which is sent no more than ``what``,
    nor a report.
    """

    numbers: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return self.what


def draw_seeds(rng: np.random.Generator) -> tuple[int, ...]:
    """A seed for each training of a check."""
    return tuple(rng.integers(2**63, size=N_TRAININGS).tolist())


ACTIVATIONS: dict[str, Callable[[], layers.Layer]] = {
    "relu": layers.ReLU,
    "leaky_relu": layers.LeakyReLU,
    "elu": layers.ELU,
    "gelu": layers.GELU,
    "tanh": layers.Tanh,
    "sigmoid": layers.Sigmoid,
}
OPTIMIZERS: dict[str, Callable[..., optimizers.Optimizer]] = {
    "sgd": optimizers.SGD,
    "nesterov": optimizers.Nesterov,
    "adagrad": optimizers.Adagrad,
    "rmsprop": optimizers.RMSprop,
    "adadelta": optimizers.Adadelta,
    "adam": optimizers.Adam,
    "adamw": optimizers.AdamW,
}
NORMS: dict[str, Callable[[int], layers.Layer] | None] = {
    "none": None,
    "batchnorm": layers.BatchNorm,
    "layernorm": layers.LayerNorm,
}


def network_of(settings: Settings, rng: np.random.Generator) -> Sequential:
    """The network, with its initial weights."""
    return mlp(
        [SIDE * SIDE, *settings["layers"], N_CLASSES],
        rng=rng,
        activation=ACTIVATIONS[settings["activation"]],
        init=getattr(initializers, settings["init"]),
        norm=NORMS[settings["norm"]],
        drop_prob=settings["dropout"],
    )


def optimizer_of(settings: Settings, network: Sequential) -> optimizers.Optimizer:
    """The optimizer with its rate, and whatever else is its own."""
    name = settings["optimizer"]
    own = {"sgd": ["momentum"], "nesterov": ["momentum"], "adamw": ["weight_decay"]}
    further = {entry: settings[entry] for entry in own.get(name, [])}
    return OPTIMIZERS[name](network.parameters(), lr=settings["lr"], **further)


def schedule_of(settings: Settings, steps: int) -> Callable[[int], float] | None:
    """The rate of a step, for a training of so many steps."""
    name, lr = settings["schedule"], settings["lr"]
    if name == "step":  # a third of the training at each rate
        return lambda t: step_decay(t, lr=lr, factor=0.3, every=math.ceil(steps / 3))
    if name == "inverse_time":  # a tenth of the rate in the end
        return lambda t: inverse_time_decay(t, lr=lr, k=9 / steps)
    if name in ("cosine", "warmup_cosine"):
        warmup = 0 if name == "cosine" else steps // 10
        return lambda t: warmup_cosine(t, lr=lr, warmup=warmup, total=steps)
    return None


def loss_of(settings: Settings) -> Callable[[Any, Any], tuple[float, Any]]:
    """``value, gradient = loss(y, labels)``."""
    name = settings["loss"]
    if name == "squared_error":
        return lambda y, t: losses.squared_error(y, to_numpy(one_hot(t, N_CLASSES)).astype(y.dtype))
    if name == "multiclass_hinge":
        return lambda y, t: losses.multiclass_hinge(y, t, 1.0)
    return losses.softmax_cross_entropy


def train(
    settings: Settings, x: np.ndarray, t: np.ndarray, rng: np.random.Generator
) -> tuple[Callable[[np.ndarray], np.ndarray], History]:
    """Train a network on x (N, 784) in [0, 1] and labels t (N,).

    Returns
    -------
    scores : images (M, 784) -> (M, 10)
    history : what `fit` recorded

    Raises
    ------
    FloatingPointError
        The loss became infinite.
    """
    network = network_of(settings, rng)
    stats = standardize_fit(x) if settings["inputs"] == "standardized" else None

    def prepared(images: Array) -> Array:
        return images if stats is None else standardize_apply(images, stats)

    def augmented(batch: Array, rng: Generator) -> Array:
        images = to_numpy(batch).reshape(-1, SIDE, SIDE, 1)
        moved = to_numpy(translate(images, settings["shift"], rng))
        return prepared(moved.reshape(batch.shape))

    moving = settings["shift"] > 0  # images are moved before their pixels are standardised
    steps = settings["epochs"] * math.ceil(len(x) / settings["batch_size"])
    l2 = settings["l2"]
    history = fit(
        network,
        x if moving else prepared(x),
        t,
        loss=loss_of(settings),
        optimizer=optimizer_of(settings, network),
        epochs=settings["epochs"],
        batch_size=settings["batch_size"],
        rng=rng,
        schedule=schedule_of(settings, steps),
        augment=augmented if moving else None,
        penalty=(lambda weights: l2_penalty(weights, l2)) if l2 else None,
        progress=False,
    )

    def scores(images: np.ndarray) -> np.ndarray:
        return to_numpy(network(prepared(images)))

    return scores, history


@dataclass(frozen=True)
class Result:
    """What one training came to."""

    test: float  # accuracy on the test split
    training: float  # on the 1,000 training images as they are
    how: str = "trained"  # or "diverged", or "learned nothing"


def measure(settings: Settings, seed: int) -> Result:
    """Train with a seed and test; remembered for the same settings and seed."""
    with np.errstate(all="ignore"):
        return _measure(json.dumps(settings, sort_keys=True), seed)


@cache
def _digits() -> Dataset:
    return load_mnist5000()


@cache
def _measure(settings_text: str, seed: int) -> Result:
    settings: Settings = json.loads(settings_text)
    digits, rng = _digits(), np.random.default_rng(seed)
    order = rng.permutation(len(digits.x))
    rows, test = order[:N_TRAIN], order[N_TRAIN:]
    x, t = digits.x[rows], digits.t[rows]
    try:
        scores, history = train(settings, x, t, rng)
    except FloatingPointError:
        return Result(CHANCE, CHANCE, "diverged")
    y, y_training = scores(digits.x[test]), scores(x)
    if not (np.isfinite(y).all() and np.isfinite(y_training).all()):
        return Result(CHANCE, CHANCE, "diverged")
    result = Result(accuracy(y, digits.t[test]), accuracy(y_training, t))
    if result.test >= NOTHING:
        return result
    guessing, _gradient = loss_of(settings)(np.zeros((len(t), N_CLASSES), np.float32), t)
    blew_up = max(history.loss) > 3 * guessing
    return Result(CHANCE, CHANCE, "diverged" if blew_up else "learned nothing")
