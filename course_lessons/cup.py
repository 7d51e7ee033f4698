"""What the two notebooks of the emoji cup train: settings, network, training, cost and splits.

A configuration is a dictionary with the settings that differ from `START`. The judge of the cup
trains with the same functions, on pictures that are divided anew.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from course_lessons.cup_figures import draw_differences as draw_differences
from course_lessons.cup_figures import draw_losses as draw_losses
from course_lib import initializers, layers, optimizers
from course_lib.augmentation import horizontal_flip, translate
from course_lib.backend import Array, Generator, to_device
from course_lib.datasets import load_emoji, load_emoji_groups
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.schedules import step_decay, warmup_cosine
from course_lib.training import History, accuracy, fit

Settings = dict[str, Any]

N_TRAIN, N_HELD_OUT, N_CLASSES = 1200, 320, 8
CHANCE = 1 / N_CLASSES
LARGE = 40  # a group of more pictures is always in training; the emoji have one, of 101 faces
BUDGET = 30_000_000_000  # multiplications of a forward pass times pictures seen in training

START: Settings = {
    "model": "cnn",
    "side": 16,
    "channels": [8, 16],
    "layers": [64],
    "activation": "relu",
    "init": "he_normal",
    "norm": "none",
    "dropout": 0.0,
    "optimizer": "sgd",
    "lr": 0.1,
    "momentum": 0.0,
    "weight_decay": 0.0,
    "schedule": "constant",
    "batch_size": 50,
    "epochs": 8,
    "flip": 0.0,
    "shift": 0,
    "inputs": "standardized",
}
"""Plain defaults; what a configuration leaves out is as here."""

BASE: Settings = {"channels": [4, 8], "optimizer": "adamw", "lr": 0.01, "schedule": "warmup_cosine"}
"""A small network with a short training, which the cards change."""

PAIR_SHARE = 0.125
"""The share of the budget that a training of a pair may cost."""

ACTIVATIONS: dict[str, Callable[[], layers.Layer]] = {
    "relu": layers.ReLU,
    "leaky_relu": layers.LeakyReLU,
    "gelu": layers.GELU,
    "tanh": layers.Tanh,
    "sigmoid": layers.Sigmoid,
}
OPTIMIZERS: dict[str, Callable[..., optimizers.Optimizer]] = {
    "sgd": optimizers.SGD,
    "nesterov": optimizers.Nesterov,
    "rmsprop": optimizers.RMSprop,
    "adam": optimizers.Adam,
    "adamw": optimizers.AdamW,
}
OWN = {"sgd": ("momentum",), "nesterov": ("momentum",), "adamw": ("weight_decay",)}


@dataclass(frozen=True)
class Pictures:
    """Pictures (N, 3, 32, 32) in [0, 1], labels (N,) and the group of similar emoji of each."""

    x: np.ndarray
    t: np.ndarray
    groups: np.ndarray

    def at(self, rows: Any) -> "Pictures":
        """Some of them."""
        return Pictures(self.x[rows], self.t[rows], self.groups[rows])


@cache
def public() -> Pictures:
    """The 1,200 training pictures, then the 320 validation pictures; the test stays closed."""
    sets, groups = load_emoji()[:2], load_emoji_groups()[:2]
    x = np.concatenate([one.x for one in sets]).reshape(-1, 3, 32, 32)
    return Pictures(x, np.concatenate([one.t for one in sets]), np.concatenate(groups))


def given_split() -> tuple[Pictures, Pictures]:
    """The public pictures as the course divides them: 1,200 for training, 320 for validation."""
    return public().at(np.s_[:N_TRAIN]), public().at(np.s_[N_TRAIN:])


@cache
def new_split(seed: int) -> tuple[Pictures, Pictures]:
    """The public pictures divided anew by their groups, as the judge divides all pictures."""
    parts = split_by_groups(public().t, public().groups, np.random.default_rng([seed, 0]))
    return public().at(parts[0]), public().at(parts[1])


def split_by_groups(
    t: np.ndarray, groups: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of training and held-out pictures: no group is in both.

    150 of each class are for training. Held out are all others but the rest of a group that the
    training needed a part of.
    """
    drawn = [_drawn(np.flatnonzero(t == label), groups, rng) for label in range(N_CLASSES)]
    training = np.concatenate(drawn)
    return training, np.flatnonzero(~np.isin(groups, groups[training]))


def _drawn(rows: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The training pictures of one class: groups in random order, as long as they fit.

    A large group is always in training, so that no class is tested by a single group. What is
    missing at the end comes from the smallest group that is left.
    """
    members = [rows[groups[rows] == name] for name in rng.permutation(np.unique(groups[rows]))]
    members.sort(key=lambda group: len(group) <= LARGE)  # keeps the order of the others
    taken: list[np.ndarray] = []
    left: list[np.ndarray] = []
    room = N_TRAIN // N_CLASSES
    for group in members:
        if len(group) <= room:
            taken.append(group)
            room -= len(group)
        else:
            left.append(group)
    if room:
        taken.append(min(left, key=len)[:room])
    return np.concatenate(taken)


# --- From settings to a training -----------------------------------------------------------------


def pictures(x: np.ndarray, side: int) -> np.ndarray:
    """Pictures (N, 3, 32, 32) as they are, or as means of 2 × 2 pixels if side is 16."""
    if side == 32:
        return x
    pairs = x[..., ::2] + x[..., 1::2]
    means: np.ndarray = (pairs[..., ::2, :] + pairs[..., 1::2, :]) / 4
    return means


def network_of(settings: Settings, rng: np.random.Generator) -> Sequential:
    """The network for pictures (N, 3, side, side), with its initial weights."""
    side = settings["side"]
    common = {
        "rng": rng,
        "activation": ACTIVATIONS[settings["activation"]],
        "init": getattr(initializers, settings["init"]),
        "norm": layers.BatchNorm if settings["norm"] == "batchnorm" else None,
        "drop_prob": settings["dropout"],
    }
    if settings["model"] == "cnn":
        return small_cnn((3, side, side), N_CLASSES, channels=settings["channels"], **common)
    units = [3 * side * side, *settings["layers"], N_CLASSES]
    return Sequential(layers.Flatten(), mlp(units, **common))


def optimizer_of(settings: Settings, network: Sequential) -> optimizers.Optimizer:
    """The optimizer with its rate, and whatever else is its own."""
    name = settings["optimizer"]
    further = {entry: settings[entry] for entry in OWN.get(name, ())}
    return OPTIMIZERS[name](network.parameters(), lr=settings["lr"], **further)


def schedule_of(settings: Settings, steps: int) -> Callable[[int], float] | None:
    """The rate of a step, for a training of so many steps; None keeps it constant."""
    name, lr = settings["schedule"], settings["lr"]
    if name == "step":  # a third of the training at each rate
        return lambda t: step_decay(t, lr=lr, factor=0.3, every=math.ceil(steps / 3))
    if name in ("cosine", "warmup_cosine"):
        warmup = 0 if name == "cosine" else steps // 10
        return lambda t: warmup_cosine(t, lr=lr, warmup=warmup, total=steps)
    return None


@dataclass(frozen=True)
class Trained:
    """A network after its training; ``prepared`` makes its inputs of pictures (N, 3, 32, 32)."""

    network: Sequential
    prepared: Callable[[np.ndarray], Array]
    history: History

    def scores(self, images: np.ndarray) -> Array:
        """The scores (N, 8) of pictures (N, 3, 32, 32)."""
        with np.errstate(all="ignore"):
            return self.network(self.prepared(images))


def train(
    configuration: Mapping[str, Any],
    x: np.ndarray,
    t: np.ndarray,
    rng: np.random.Generator,
    *,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    device: str = "cpu",
) -> Trained:
    """Train a network on pictures x (N, 3, 32, 32) and labels t (N,).

    FloatingPointError is raised if the loss becomes infinite. The random numbers are the same on
    all devices.
    """
    settings = START | dict(configuration)
    network = network_of(settings, rng)
    if device != "cpu":
        network.to(device)
    small = pictures(x, settings["side"])
    mean, sd = 0.0, 1.0
    if settings["inputs"] == "standardized":  # one mean and standard deviation for each colour
        axes = (0, 2, 3)
        mean, sd = small.mean(axes, keepdims=True), small.std(axes, keepdims=True)

    def prepared(images: np.ndarray) -> Array:
        ready = ((pictures(images, settings["side"]) - mean) / sd).astype(np.float32)
        return to_device(ready, device)

    def augmented(batch: Array, rng: Generator) -> Array:
        return translate(horizontal_flip(batch, rng, settings["flip"]), settings["shift"], rng)

    steps = settings["epochs"] * math.ceil(len(x) / settings["batch_size"])
    with np.errstate(all="ignore"):  # the loss of a run that diverges says so
        history = fit(
            network,
            prepared(x),
            to_device(t, device),
            loss=softmax_cross_entropy,
            optimizer=optimizer_of(settings, network),
            epochs=settings["epochs"],
            batch_size=settings["batch_size"],
            rng=rng,
            schedule=schedule_of(settings, steps),
            augment=augmented if settings["flip"] or settings["shift"] else None,
            validation=validation and (prepared(validation[0]), to_device(validation[1], device)),
            progress=False,
        )
    return Trained(network, prepared, history)


def score(configuration: Mapping[str, Any], seed: int, *, new: bool = True) -> float:
    """The accuracy on held-out public pictures after one training; 0.125 if it diverges.

    The seed draws the division by groups, the initial weights and the minibatches. With
    ``new=False`` the division is the given one for all seeds.
    """
    inside, outside = new_split(seed) if new else given_split()
    try:
        trained = train(configuration, inside.x, inside.t, np.random.default_rng(seed))
    except FloatingPointError:
        return CHANCE
    return float(accuracy(trained.scores(outside.x), outside.t))


def differences(
    change: Mapping[str, Any], seeds: Sequence[int], base: Mapping[str, Any] = BASE
) -> np.ndarray:
    """For each seed the accuracy of ``base | change`` minus that of ``base``, on one division.

    Raises
    ------
    ValueError
        A training costs more than :data:`PAIR_SHARE` of the budget.
    """
    used = budget_used({**base, **change})
    if used > PAIR_SHARE:
        raise ValueError(
            f"differences: {dict(change)} costs {used:.3f} of the budget, and a pair may cost at "
            f"most {PAIR_SHARE}; choose a smaller network or fewer epochs"
        )
    changed, kept = (json.dumps({**base, **more}, sort_keys=True) for more in (change, {}))
    pairs = [(_kept(changed, seed), _kept(kept, seed)) for seed in seeds]
    return np.array([new - as_it_is for new, as_it_is in pairs])


@cache
def _kept(configuration: str, seed: int) -> float:
    return score(json.loads(configuration), seed)


# --- What it costs -------------------------------------------------------------------------------


def multiplications(settings: Settings) -> int:
    """Multiplications of one forward pass for one picture."""
    size: int = settings["side"]
    if settings["model"] == "mlp":
        units = [3 * size * size, *settings["layers"], N_CLASSES]
        return sum(n_in * n_out for n_in, n_out in pairwise(units))
    total, n_in = 0, 3
    for n_out in settings["channels"]:
        total += size * size * 9 * n_in * n_out
        n_in, size = n_out, size // 2
    return total + size * size * n_in * N_CLASSES


def budget_used(configuration: Mapping[str, Any]) -> float:
    """The share of the budget that the training of a configuration costs."""
    settings = START | dict(configuration)
    return float(settings["epochs"] * N_TRAIN * multiplications(settings) / BUDGET)
