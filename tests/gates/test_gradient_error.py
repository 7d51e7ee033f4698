"""The gradient error of ps24 does not depend on which directions and which distance one chooses."""

import numpy as np
import pytest

from course_lib.course.clinic.training_run import TrainingRun
from grader.exercises.ps24 import gradient_error as exercise
from tests.programs.ps24.gradient_error import moved_loss, relative


def errors_of(recipe, distances, seeds=(3, 4)):
    """The errors by other distances along other directions than the reference's."""
    for h in distances:
        for seed in seeds:
            run, rng = TrainingRun(recipe), np.random.default_rng(seed)
            batch, given, measured = run.batch(), [], []
            gradients = run.gradients(batch)
            for _ in range(8):
                v = [rng.normal(size=g.shape) for g in gradients]
                up, down = (moved_loss(run, batch, [c * d for d in v]) for c in (h, -h))
                given.append(sum(np.sum(g * d) for g, d in zip(gradients, v, strict=True)))
                measured.append((up - down) / (2 * h))
            yield relative(given, measured)


@pytest.mark.parametrize("seed", range(0, 150, 5))
def test_every_distance_of_the_course_gives_the_same_error(seed):
    cases = exercise.cases(np.random.default_rng(seed))
    for group, within in ((exercise.EXACT, exercise.WITHIN), (exercise.SMALL, exercise.RIGHT)):
        for case in cases[group]:
            expected = exercise.gradient_error(TrainingRun(case["recipe"]))
            for error in errors_of(case["recipe"], distances=(1e-6, 1e-7, 1e-8)):
                assert abs(error - expected) < within


def test_no_single_factor_leads_to_the_error():
    for case in exercise.cases(np.random.default_rng(0))[exercise.EXACT]:
        recipe, evenly = case["recipe"], case["recipe"] | {"gradient_scale": 1.0, "uneven": 0.0}
        runs = [TrainingRun(numbers) for numbers in (recipe, evenly)]
        given, right = (run.gradients(run.batch()) for run in runs)
        factors = {
            round(float(np.sum(g * w) / np.sum(w * w)), 4)
            for g, w in zip(given, right, strict=True)
        }
        assert len(factors) == 2


def test_a_run_with_a_unit_at_its_kink_is_not_drawn(monkeypatch):
    """Of the draws without this rule, one in fifty had one: seed 44 was among them."""
    monkeypatch.setattr(exercise, "has_no_kink_nearby", lambda recipe: True)
    cases = exercise.cases(np.random.default_rng(44))
    recipes = [case["recipe"] for case in (*cases[exercise.EXACT], *cases[exercise.SMALL])]
    monkeypatch.undo()
    assert not all(exercise.has_no_kink_nearby(recipe) for recipe in recipes)
    again = exercise.cases(np.random.default_rng(44))
    drawn = [case["recipe"] for case in (*again[exercise.EXACT], *again[exercise.SMALL])]
    assert all(exercise.has_no_kink_nearby(recipe) for recipe in drawn)
