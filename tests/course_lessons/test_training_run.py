"""A run does what its numbers say, the same on every call."""

from typing import Any

import numpy as np
import pytest

from course_lessons.clinic import FAULTS, TrainingRun
from course_lessons.clinic.patients import recipe_of

EXACT = {"rtol": 0, "atol": 0}


def run_of(**recipe: float) -> TrainingRun:
    return TrainingRun({"seed": 3, **recipe})


def predicted(run: TrainingRun) -> np.ndarray:
    return run.predict(run.new[0][:30])


def test_a_number_that_no_recipe_has_is_named() -> None:
    with pytest.raises(ValueError, match="'rate' is not in a recipe"):
        TrainingRun({"rate": 0.1})


@pytest.mark.parametrize("fault", FAULTS)
def test_the_same_recipe_gives_the_same_run(fault: str) -> None:
    recipe = recipe_of(fault, np.random.default_rng(1))
    first, second = TrainingRun(recipe), TrainingRun(recipe)
    np.testing.assert_allclose(first.train(), second.train(), **EXACT)
    np.testing.assert_allclose(predicted(first), predicted(second), **EXACT)


def test_a_restarted_run_takes_the_same_steps() -> None:
    run = run_of(dropout=0.1)
    begun = [run.step() for _ in range(3)]
    run.train()
    run.restart()
    assert [run.step() for _ in range(3)] == begun


def test_the_end_of_a_training_is_that_of_its_steps() -> None:
    run, by_hand = run_of(seed=8), run_of(seed=8)
    log = run.train()
    np.testing.assert_allclose([by_hand.step() for _ in log], log, **EXACT)
    for p, q in zip(run.parameters(), by_hand.parameters(), strict=True):
        np.testing.assert_allclose(p, q, **EXACT)


def test_no_image_is_in_two_parts() -> None:
    run = run_of()
    parts = (run.training, run.validation, run.new)
    rows = np.concatenate([images for images, _ in parts])
    # A few of the 1,797 digits are the same image twice.
    assert len(np.unique(rows, axis=0)) > len(rows) - 5


def test_the_parameters_are_the_network() -> None:
    run = run_of()
    before = predicted(run)
    run.parameters()[-1][0] += 1.0
    assert (predicted(run)[:, 0] > before[:, 0]).all()


@pytest.mark.parametrize("softmaxes", [1, 2])
def test_the_gradients_are_those_of_the_loss(softmaxes: int) -> None:
    run = run_of(softmaxes=softmaxes)
    batch = run.batch()
    for p, g in zip(run.parameters(), run.gradients(batch), strict=True):
        place = np.unravel_index(np.argmax(np.abs(g)), p.shape)
        losses = []
        for h in (1e-6, -2e-6):
            p[place] += h
            losses.append(run.loss(batch))
        p[place] += 1e-6
        # A central difference with this step is off by about 1e-9.
        assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(g[place], rel=1e-5)


def test_gradients_that_are_kept_add_up() -> None:
    run, other = run_of(kept=1, lr=1e-6), run_of(kept=1, lr=1e-6)
    batch = run.batch()
    for _ in range(5):
        run.step(batch)
    before = [p.copy() for p in run.parameters()]
    run.step(batch)
    gradients = other.gradients(batch)
    for p, old, g in zip(run.parameters(), before, gradients, strict=True):
        # In six tiny steps the gradient changes by less than a thousandth.
        np.testing.assert_allclose(old - p, 6e-6 * g, rtol=1e-2, atol=1e-10)


def test_the_numbers_of_the_prediction_change_only_the_prediction() -> None:
    usual = run_of()
    for other in ({"scale_after": 0.1}, {"own_mean": 1}, {"dropout_after": 0.3}):
        run: Any = run_of(**other)
        np.testing.assert_allclose(run.train(), usual.train(), **EXACT)
        assert not np.allclose(predicted(run), predicted(usual))
