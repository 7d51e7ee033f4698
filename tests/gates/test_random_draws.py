"""Random functions that repeat their draws, or that draw for small inputs alone, lose most points.

The right function is made wrong in two ways: it sets the generator back after every call, so that
all calls draw the same; or it draws nothing where its input is as large as in real training.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.registry import find, names
from tests.gates.drawn import drawn

GRADED = {name: find(name).reference[-1] for name in names()}
DRAWING = [name for name, f in GRADED.items() if "rng" in inspect.signature(f).parameters]
# A search, a network, a ranking, a training: each is one call, and nothing calls it again with the
# generator.
ONE_CALL = (
    "OwnNetwork",
    "doubts",
    "learn_distance",
    "learn_noisy_labels",
    "random_search",
    "recognise",
    "train",
)
LARGE = 5_000  # numbers
LARGE_IMAGE = 80  # pixels


@pytest.mark.parametrize("name", [name for name in DRAWING if name not in ONE_CALL])
def test_setting_the_generator_back_costs_most_of_the_points(name, seeds):
    exercise, reference = find(name), GRADED[name]
    signature = inspect.signature(reference)

    def sets_back(*arguments, **settings):
        rng = signature.bind(*arguments, **settings).arguments["rng"]
        state = rng.bit_generator.state
        result = reference(*arguments, **settings)
        rng.bit_generator.state = state
        return result

    for draw in (drawn(name, seed) for seed in seeds):
        outcomes = draw.outcomes([*exercise.reference[:-1], sets_back])
        told = draw.verdict(outcomes, hints=True, facts=draw.facts)
        assert told.score < 0.5 * exercise.points
        assert told.hints or told.ladder


class InOrder:
    """In place of a generator: nothing is shuffled."""

    permutation = staticmethod(np.arange)


def right(f, a):
    return f(**a)


# What each function does that does not draw.
IDLE: dict[str, Callable[..., Any]] = {
    "dropout_forward": lambda f, a: f(**a | {"training": False}),
    "own_changes": lambda f, a: a["images"].copy(),
    "random_patch": lambda f, a: a["images"][..., : a["size"], : a["size"]].copy(),
    "split_indices": lambda f, a: f(**a | {"rng": InOrder}),
    "minibatch_indices": lambda f, a: f(**a | {"rng": InOrder}),
    "minibatch_epoch": lambda f, a: f(**a | {"rng": InOrder}),
    "group_folds": lambda f, a: f(**a | {"rng": InOrder}),
    "initialise": lambda f, a: np.zeros(a["shape"]),
}


def test_every_function_that_draws_is_here():
    assert IDLE.keys() == set(DRAWING) - set(ONE_CALL)


def numbers(given: dict[str, Any]) -> bool:
    """Whether an input, or what is drawn, has as many numbers as in training."""
    if "n" in given:
        return bool(given["n"] > LARGE)
    if "groups" in given:
        return len(given["groups"]) > LARGE
    if "shape" in given:
        return bool(np.prod(given["shape"]) > LARGE)
    return sum(map(np.size, given.get("images", [given.get("W", given.get("x"))]))) > LARGE


def pixels(given: dict[str, Any]) -> bool:
    """Whether an image is larger than 9 x 9."""
    return max(image.shape[-2] * image.shape[-1] for image in given["images"]) > LARGE_IMAGE


TRIALS = [(name, numbers) for name in IDLE]
TRIALS += [
    (name, pixels) for name in IDLE if "images" in inspect.signature(GRADED[name]).parameters
]


@pytest.mark.parametrize(("name", "is_large"), TRIALS)
def test_drawing_nothing_for_large_inputs_costs_points(name, is_large, seeds):
    exercise, reference = find(name), GRADED[name]
    signature = inspect.signature(reference)

    def idle_if_large(*arguments, **settings):
        given = signature.bind(*arguments, **settings).arguments
        return (IDLE[name] if is_large(given) else right)(reference, given)

    for seed in seeds:
        result = drawn(name, seed).judged([*exercise.reference[:-1], idle_if_large])
        assert result.score < 0.9 * exercise.points
