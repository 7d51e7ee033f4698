"""The clinic: what decides, and what a diagnosis earns that was not measured."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.clinic import FAULTS, MEASUREMENTS, TrainingRun
from course_lib.clinic.patients import fault_of, recipe_of
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


def test_a_fault_that_is_read_off_the_numbers_earns_a_third():
    def reading(run):
        fault = fault_of(run._recipe)
        return fault, DECIDED_BY[fault][0], 0.0

    for seed in range(sizes.SEEDS):
        assert earned(reading, seed) == pytest.approx(exercise.points / 3, abs=1e-3)


def test_the_answers_for_the_runs_of_another_student_earn_almost_nothing():
    found = []
    for seed in range(10):
        (theirs,) = make_cases(exercise, seed + 1000)
        right = exercise.reference[-1]
        answers = iter([right(TrainingRun(recipe)) for recipe in theirs["recipes"]])
        found.append(earned(lambda run, answers=answers: next(answers), seed))
    assert np.mean(found) < 0.05 * exercise.points


def test_where_submissions_are_graded_nothing_tells_faults_by_their_numbers():
    (patients,) = (text for path, text in contents() if path == "course_lib/clinic/patients.py")
    for fault in set(FAULTS) - {"healthy"}:
        assert fault not in patients.decode()
    run = TrainingRun(recipe_of("ReLU mask missing", np.random.default_rng(0)))
    assert not any(fault in repr(vars(run)) for fault in FAULTS)
