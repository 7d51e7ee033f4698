"""How a configuration is trained and measured, in float32, as the notebooks of the cup do it.

A seed draws a split of all 2,120 emoji pictures by their groups (1,200 for training, the others for
the test), the initial weights and the batches. So no emoji of the test has been seen in training.
The seeds of a check are drawn anew each time at home. Where a class is graded they come from its
secret and are the same for all its students. Within one process no configuration is trained twice
with one seed.

What is graded is trained on the CPU. Only the open board, which has no points, uses a GPU.
"""

import json
import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lessons.cup import (
    CHANCE,
    N_CLASSES,
    N_HELD_OUT,
    N_TRAIN,
    Settings,
    Trained,
    split_by_groups,
    train,
)
from course_lib.backend import to_device
from course_lib.datasets import load_emoji, load_emoji_groups
from course_lib.losses import softmax_cross_entropy
from course_lib.training import evaluate

N_TRAININGS = 3
NOTHING = 0.15  # below this a network has learned nothing, and counts as guessing
ROWS = 1000  # pictures that are evaluated at a time


def draw_seeds(rng: np.random.Generator) -> tuple[int, ...]:
    """A seed for each training of a check."""
    return tuple(rng.integers(2**63, size=N_TRAININGS).tolist())


# --- Measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What one training came to."""

    test: float  # accuracy on the test pictures of its split
    training: float  # on the 1,200 training pictures as they are
    how: str = "trained"  # or "diverged", or "learned nothing"


def split(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of training and test pictures, by groups; at least 100 of each class in the test."""
    _x, t, groups = _all_emoji()
    return split_by_groups(t, groups, np.random.default_rng([seed, 0]))


def _public() -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training pictures and of the public validation pictures."""
    return np.arange(N_TRAIN), np.arange(N_TRAIN, N_TRAIN + N_HELD_OUT)


def measure(
    settings: Settings, seed: int, *, public: bool = False, device: str = "cpu", rows: int = ROWS
) -> Result:
    """Train with a seed and test; remembered for the same arguments.

    Parameters
    ----------
    public : on the split that everybody has, with its validation pictures as the test
    device : "cpu" or "cuda"; the random numbers are the same on both
    rows : pictures that are evaluated at a time, which decides about the memory
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
        trained = train(settings, x[training], t[training], rng, device=device)
    except FloatingPointError:
        return Result(CHANCE, CHANCE, "diverged")
    tested, known = (
        _accuracy(trained, x[part], t[part], device, rows) for part in (test, training)
    )
    result = Result(tested, known)
    if math.isnan(result.test) or math.isnan(result.training):
        return Result(CHANCE, CHANCE, "diverged")
    if result.test >= NOTHING:
        return result
    blew_up = max(trained.history.loss) > 3 * math.log(N_CLASSES)
    return Result(CHANCE, CHANCE, "diverged" if blew_up else "learned nothing")


def _accuracy(
    trained: Trained, images: np.ndarray, labels: np.ndarray, device: str, rows: int
) -> float:
    """The accuracy on some pictures, nan if the network gives no numbers."""
    _loss, share = evaluate(
        trained.network,
        trained.prepared(images),
        to_device(labels, device),
        loss=softmax_cross_entropy,
        batch_size=rows,
    )
    return float("nan") if share is None else share
