"""How a configuration is trained and measured, with course_lib, in float32.

A seed draws a split of all 2,120 emoji pictures by their groups (1,200 for training, the others for
the test), the initial weights and the batches. So no emoji of the test has been seen in training.
The seeds of a check are drawn anew each time at home. Where a class is graded they come from its
secret and are the same for all its students. Within one process no configuration is trained twice
with one seed.

What is graded is trained on the CPU. Only the open board, which has no points, uses a GPU.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib import initializers, layers, optimizers
from course_lib.augmentation import horizontal_flip, translate
from course_lib.backend import Array, Generator, to_device
from course_lib.datasets import load_emoji, load_emoji_groups
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.schedules import step_decay, warmup_cosine
from course_lib.training import History, evaluate, fit
from grader.exercises.capstone import N_CLASSES, N_TRAIN, Settings

N_TRAININGS, N_PUBLIC = 3, 320
CHANCE = 1 / N_CLASSES
LARGE = 40  # a group of more pictures is always in training; the emoji have one, of 101 faces
NOTHING = 0.15  # below this a network has learned nothing, and counts as guessing
ROWS = 1000  # pictures that are evaluated at a time


def draw_seeds(rng: np.random.Generator) -> tuple[int, ...]:
    """A seed for each training of a check."""
    return tuple(rng.integers(2**63, size=N_TRAININGS).tolist())


# --- Training ------------------------------------------------------------------------------------

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


def pictures(x: np.ndarray, side: int) -> np.ndarray:
    """(N, 3, 32, 32) as it is, or means of 2 × 2 pixels if side is 16."""
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
    own = {"sgd": ["momentum"], "nesterov": ["momentum"], "adamw": ["weight_decay"]}
    further = {entry: settings[entry] for entry in own.get(name, [])}
    return OPTIMIZERS[name](network.parameters(), lr=settings["lr"], **further)


def schedule_of(settings: Settings, steps: int) -> Callable[[int], float] | None:
    """The rate of a step, for a training of so many steps."""
    name, lr = settings["schedule"], settings["lr"]
    if name == "step":  # a third of the training at each rate
        return lambda t: step_decay(t, lr=lr, factor=0.3, every=math.ceil(steps / 3))
    if name in ("cosine", "warmup_cosine"):
        warmup = 0 if name == "cosine" else steps // 10
        return lambda t: warmup_cosine(t, lr=lr, warmup=warmup, total=steps)
    return None


def train(
    settings: Settings,
    x: np.ndarray,
    t: np.ndarray,
    rng: np.random.Generator,
    device: str = "cpu",
    rows: int = ROWS,
) -> tuple[Callable[[np.ndarray, np.ndarray], float], History]:
    """Train a network on x (N, 3, 32, 32) in [0, 1] and labels t (N,).

    Parameters
    ----------
    device : "cpu" or "cuda"; the random numbers are the same on both
    rows : pictures that are evaluated at a time, which decides about the memory

    Returns
    -------
    reached : (images, labels) -> accuracy on them, nan if the network gives no numbers
    history : what `fit` recorded

    Raises
    ------
    FloatingPointError
        The loss became infinite.
    """
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
        progress=False,
    )

    def reached(images: np.ndarray, labels: np.ndarray) -> float:
        _loss, share = evaluate(
            network,
            prepared(images),
            to_device(labels, device),
            loss=softmax_cross_entropy,
            batch_size=rows,
        )
        return float("nan") if share is None else share

    return reached, history


# --- Measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What one training came to."""

    test: float  # accuracy on the test pictures of its split
    training: float  # on the 1,200 training pictures as they are
    how: str = "trained"  # or "diverged", or "learned nothing"


def split(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of training and test pictures, by groups.

    150 of each class are in training. The test has all others but the rest of a group that
    training needed a part of: at least 100 of each class.
    """
    _x, t, groups = _all_emoji()
    rng = np.random.default_rng([seed, 0])
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


def _public() -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training pictures and of the public validation pictures."""
    return np.arange(N_TRAIN), np.arange(N_TRAIN, N_TRAIN + N_PUBLIC)


def measure(
    settings: Settings, seed: int, *, public: bool = False, device: str = "cpu", rows: int = ROWS
) -> Result:
    """Train with a seed and test; remembered for the same arguments.

    ``public``: on the split that everybody has, with its validation pictures as the test. The
    others are those of :func:`train`.
    """
    with np.errstate(all="ignore"):
        return _measure(json.dumps(settings, sort_keys=True), seed, public, device, rows)


@cache
def _all_emoji() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sets = load_emoji()
    x = np.concatenate([one.x for one in sets]).reshape(-1, 3, 32, 32)
    return x, np.concatenate([one.t for one in sets]), np.concatenate(load_emoji_groups())


@cache
def _measure(settings_text: str, seed: int, public: bool, device: str, rows: int) -> Result:
    settings: Settings = json.loads(settings_text)
    x, t, _groups = _all_emoji()
    training, test = _public() if public else split(seed)
    rng = np.random.default_rng(seed)
    try:
        reached, history = train(settings, x[training], t[training], rng, device, rows)
    except FloatingPointError:
        return Result(CHANCE, CHANCE, "diverged")
    result = Result(reached(x[test], t[test]), reached(x[training], t[training]))
    if math.isnan(result.test) or math.isnan(result.training):
        return Result(CHANCE, CHANCE, "diverged")
    if result.test >= NOTHING:
        return result
    blew_up = max(history.loss) > 3 * math.log(N_CLASSES)
    return Result(CHANCE, CHANCE, "diverged" if blew_up else "learned nothing")
