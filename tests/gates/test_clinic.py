"""The clinic: what decides, and what a diagnosis earns that was not measured."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from course_lessons.clinic import FAULTS, MEASUREMENTS, TrainingRun
from course_lessons.clinic.patients import fault_of, recipe_of
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.exercises.clinic import DECIDED_BY, INSTRUMENTS, LOOK_ALIKE, NOTHING, SMALL, value_of
from grader.grading.sandbox.student_tree import contents
from tests import sizes

exercise = find("diagnose")


def earned(doctor, seed: int) -> float:
    cases = make_cases(exercise, seed)
    return verdict(exercise, cases, outcomes_of(exercise, [doctor], cases), hints=False).score


def test_every_fault_has_a_look_alike_and_a_measurement_that_decides():
    assert tuple(INSTRUMENTS) == MEASUREMENTS
    assert DECIDED_BY.keys() == LOOK_ALIKE.keys() == set(FAULTS)
    assert {name for names in DECIDED_BY.values() for name in names} <= set(MEASUREMENTS)
    assert all(fault != other for fault, other in LOOK_ALIKE.items())


@pytest.mark.parametrize("fault", FAULTS)
def test_what_decides_tells_the_fault_from_its_look_alike(fault):
    """All draws of the fault lie on one side, and all of its look-alike on the other."""

    def values(of: str, measurement: str) -> np.ndarray:
        recipes = [recipe_of(of, np.random.default_rng([seed, 7])) for seed in range(sizes.SEEDS)]
        found = np.array([value_of(recipe, measurement) for recipe in recipes])
        return np.where(np.abs(found) < SMALL.get(measurement, NOTHING), 0, found)

    for measurement in DECIDED_BY[fault]:
        ranges = sorted(
            (values(of, measurement).min(), values(of, measurement).max())
            for of in (fault, LOOK_ALIKE[fault])
        )
        assert all(high < low for (_, high), (low, _) in pairwise(ranges)), measurement


def test_a_fault_that_is_known_without_a_measurement_earns_nothing():
    for seed in range(sizes.SEEDS):
        (case,) = make_cases(exercise, seed)
        faults = iter([fault_of(recipe) for recipe in case["recipes"]])

        def knowing(run, faults=faults):
            fault = next(faults)
            return fault, DECIDED_BY[fault][0], 0.0

        assert earned(knowing, seed) == 0


def in_reach(value: Any, depth: int = 4) -> Iterator[Any]:
    """Texts and single numbers that the attributes and closures of an object lead to."""
    if isinstance(value, (str, int, float, type(None))):
        yield value
    elif isinstance(value, (dict, list, tuple, set)):
        for item in [*value, *(value.values() if isinstance(value, dict) else ())]:
            yield from in_reach(item, depth)
    elif depth and not isinstance(value, (np.ndarray, type, ModuleType)):
        for cell in getattr(value, "__closure__", None) or ():
            yield from in_reach(cell.cell_contents, depth - 1)
        own = [name for name in dir(value) if not name.startswith("__") or name == "__dict__"]
        own += ["__self__", "__func__"] * callable(value)
        for name in own:
            yield from in_reach(getattr(value, name, None), depth - 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_shows_nothing_that_a_healthy_run_does_not_show(fault):
    """No text or number in reach depends on the recipe, before a training and after it."""
    sick, healthy = (recipe_of(of, np.random.default_rng(5)) for of in (fault, "healthy"))
    runs = [TrainingRun(sick), TrainingRun(healthy | {"seed": sick["seed"]})]
    for run in runs:
        run.train()
        run.batch()
    shown = [list(in_reach(run)) for run in runs]
    assert shown[0] == shown[1] and not set(FAULTS) & set(map(str, shown[0]))
    with pytest.raises(TypeError):
        vars(runs[0])


def test_a_copy_of_a_run_goes_on_by_itself():
    run = TrainingRun(recipe_of("dropout left on", np.random.default_rng(0)))
    run.step()
    copy = deepcopy(run)
    assert copy.step() == run.step()
    copy.step()
    assert not np.array_equal(copy.parameters()[0], run.parameters()[0])


def test_the_answers_for_the_runs_of_another_student_earn_almost_nothing():
    found = []
    for seed in range(5):
        (theirs,) = make_cases(exercise, seed + 1000)
        right = exercise.reference[-1]
        answers = iter([right(TrainingRun(recipe)) for recipe in theirs["recipes"]])
        found.append(earned(lambda run, answers=answers: next(answers), seed))
    assert np.mean(found) < 0.05 * exercise.points


def test_where_submissions_are_graded_nothing_tells_faults_by_their_numbers():
    (patients,) = (text for path, text in contents() if path == "course_lessons/clinic/patients.py")
    for fault in set(FAULTS) - {"healthy"}:
        assert fault not in patients.decode()
