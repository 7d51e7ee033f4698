"""What a diagnosis has to say: which measurement tells a fault from what looks like it.

The names are those of :mod:`course_lessons.clinic.names`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from course_lessons import clinic
from grader.exercises.ps25.update_ratio import update_ratio

Recipe = Mapping[str, float]


def anew(measure: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The measurement on the run as it starts."""

    def measured(run: Any) -> Any:
        run.restart()
        return measure(run)

    return measured


OWN: dict[str, Callable[[Any], float]] = {
    "smallest update ratio": anew(lambda run: min(update_ratio(run))),
    "largest update ratio": anew(lambda run: max(update_ratio(run))),
}
INSTRUMENTS: dict[str, Callable[[Any], float]] = {
    name: OWN.get(name, partial(clinic.measure, measurement=name)) for name in clinic.MEASUREMENTS
}

ROUGH = 0.5  # of the grader's own value
RANDOM = {"gradient error": 0.8, "one image twice": 0.8}  # directions and dropout are random
NOTHING = 1e-3  # a value below this is 0
SMALL = {"smallest update ratio": 1e-7, "largest update ratio": 1e-7}  # but for these

LOOK_ALIKE: dict[str, str] = {
    "healthy": "ReLU mask missing",
    "learning rate too low": "labels shuffled",
    "learning rate too high": "gradient of the sum",
    "initial weights too large": "learning rate too high",
    "initial weights all zero": "learning rate too low",
    "first layer frozen": "healthy",
    "gradients not reset": "labels shuffled",
    "softmax applied twice": "learning rate too low",
    "ReLU mask missing": "healthy",
    "gradient of the sum": "learning rate too high",
    "labels shuffled": "learning rate too low",
    "images mirrored": "dropout left on",
    "dropout left on": "mean of its own batch",
    "mean of its own batch": "healthy",
    "validation scaled twice": "healthy",
    "training images in validation": "healthy",
}
"""Fault -> the run that shows the same at first sight."""

DECIDED_BY: dict[str, tuple[str, ...]] = {
    "healthy": ("gradient error",),
    "learning rate too low": (
        "smallest update ratio",
        "largest update ratio",
        "memorises 20 images",
        "wrong labels",
    ),
    "learning rate too high": ("gradient error",),
    "initial weights too large": (
        "first loss",
        "smallest update ratio",
        "largest update ratio",
    ),
    "initial weights all zero": (
        "smallest update ratio",
        "largest update ratio",
    ),
    "first layer frozen": ("smallest update ratio",),
    "gradients not reset": (
        "smallest update ratio",
        "largest update ratio",
        "growth of the updates",
        "wrong labels",
    ),
    "softmax applied twice": (
        "last loss",
        "smallest update ratio",
        "largest update ratio",
    ),
    "ReLU mask missing": ("gradient error",),
    "gradient of the sum": ("gradient error",),
    "labels shuffled": (
        "smallest update ratio",
        "largest update ratio",
        "memorises 20 images",
        "wrong labels",
    ),
    "images mirrored": (
        "foreign images",
        "one image twice",
        "alone and in a batch",
    ),
    "dropout left on": ("one image twice",),
    "mean of its own batch": ("alone and in a batch",),
    "validation scaled twice": ("logged minus recomputed accuracy",),
    "training images in validation": ("validation minus new accuracy",),
}
"""Fault -> the measurements whose values leave a gap to its look-alike (100 draws of each)."""


@lru_cache(maxsize=4096)
def _value(items: tuple[tuple[str, float], ...], measurement: str) -> float:
    return INSTRUMENTS[measurement](clinic.TrainingRun(dict(items)))


def value_of(recipe: Recipe, measurement: str) -> float:
    """The value of a measurement on the run of a recipe."""
    return _value(tuple(sorted(recipe.items())), measurement)


def agrees(recipe: Recipe, measurement: str, value: float) -> bool:
    """Whether a value is that of the measurement on this run, up to what is left open."""
    if measurement not in INSTRUMENTS:
        return False
    own = value_of(recipe, measurement)
    rough = RANDOM.get(measurement, ROUGH)
    return abs(value - own) <= rough * abs(own) + SMALL.get(measurement, NOTHING)
