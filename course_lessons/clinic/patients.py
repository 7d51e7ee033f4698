"""The faults of the clinic as plain data, and eight runs drawn from a name."""

import hashlib
from collections.abc import Mapping

import numpy as np

from course_lessons.clinic.names import FAULTS
from course_lessons.clinic.training_run import BATCH, USUAL, TrainingRun

Range = float | tuple[float, float]  # one number, or the bounds between which it is drawn
Recipe = dict[str, float]

HEALTHY = FAULTS[0]


def changes() -> dict[str, dict[str, Range]]:
    """Fault -> the numbers of a recipe in which it differs from a healthy run."""
    return {
        HEALTHY: {},
        "learning rate too low": {"lr": (0.0003, 0.001)},
        "learning rate too high": {"lr": (8, 16)},
        "initial weights too large": {"weight_scale": (4, 8)},
        "initial weights all zero": {"weight_scale": 0},
        "first layer frozen": {"first_trained": 1},
        "gradients not reset": {"kept": 1, "lr": (0.006, 0.012)},
        "softmax applied twice": {"softmaxes": 2, "lr": (0.2, 0.3)},
        "ReLU mask missing": {"mask": 0, "lr": (0.05, 0.1)},
        "gradient of the sum": {"gradient_scale": BATCH},
        "labels shuffled": {"relabelled": (0.9, 1)},
        "images mirrored": {"mirrored": (0.4, 0.6)},
        "dropout left on": {"dropout": (0.2, 0.4), "dropout_after": (0.2, 0.4)},
        "mean of its own batch": {"own_mean": 1},
        "validation scaled twice": {"scale_after": (0.05, 0.12)},
        "training images in validation": {"leaked": (0.9, 1)},
    }


def wards() -> list[tuple[int, tuple[str, ...]]]:
    """How many of eight runs are drawn from which faults, so that each part of a run is there."""
    gradients = ("ReLU mask missing", "gradient of the sum")
    loader = ("labels shuffled", "images mirrored")
    prediction = ("dropout left on", "mean of its own batch", "validation scaled twice")
    numbers = ("softmax applied twice", "training images in validation")
    # A value of 0 decides about these and the healthy run: so 0 for all runs is right twice.
    steps = ("learning rate too high", "initial weights all zero", "first layer frozen")
    others = ("learning rate too low", "initial weights too large", "gradients not reset")
    one_each = ((HEALTHY,), gradients, loader, prediction, numbers, steps)
    return [*((1, names) for names in one_each), (2, others)]


def recipe_of(fault: str, rng: np.random.Generator) -> Recipe:
    """A random recipe of a run with this fault."""
    seed, lr, dropout = int(rng.integers(2**31)), rng.uniform(0.1, 0.2), rng.uniform(0, 0.1)
    recipe = {"seed": seed, "lr": float(lr), "dropout": float(dropout)}
    for name, value in changes()[fault].items():
        low, high = value if isinstance(value, tuple) else (value, value)
        recipe[name] = float(rng.uniform(low, high)) if low < high else low
    return recipe


def fault_of(recipe: Mapping[str, float]) -> str:
    """The fault that a recipe has."""
    whole = {**USUAL, **recipe}

    def has(change: Mapping[str, Range]) -> bool:
        bounds = {k: v if isinstance(v, tuple) else (v, v) for k, v in change.items()}
        return all(low <= whole[name] <= high for name, (low, high) in bounds.items())

    found = [fault for fault, change in changes().items() if change and has(change)]
    return found[0] if found else HEALTHY


def eight(rng: np.random.Generator) -> list[Recipe]:
    """Eight recipes in random order, one of them healthy; no fault comes twice."""
    chosen = [name for n, names in wards() for name in rng.permutation(names)[:n]]
    return [recipe_of(str(fault), rng) for fault in rng.permutation(chosen)]


def one_of_each(rng: np.random.Generator) -> list[Recipe]:
    """A recipe with each fault and a healthy one, in random order."""
    return [recipe_of(str(fault), rng) for fault in rng.permutation(FAULTS)]


def patients(name: str) -> list[TrainingRun]:
    """Eight runs drawn from a name, the same ones each time: a healthy one and seven faults."""
    return [TrainingRun(recipe) for recipe in eight(_from(name))]


def truth(name: str) -> list[str]:
    """What the eight runs of :func:`patients` have, in their order."""
    return [fault_of(recipe) for recipe in eight(_from(name))]


def _from(name: str) -> np.random.Generator:
    words = " ".join(name.lower().split())
    return np.random.default_rng(int(hashlib.sha256(words.encode()).hexdigest()[:15], 16))
