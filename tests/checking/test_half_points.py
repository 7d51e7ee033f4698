"""A temperature that is near the best one earns half of what its property weighs."""

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict

ends = (0.05, 20.0)


def earned(move):
    """Points for the right T, moved where it lies between the ends."""
    exercise = find("fit_temperature")
    (right,) = exercise.reference

    def moved(u, labels):
        T = right(u, labels)
        return T if np.isclose(T, ends, rtol=1e-3).any() else move(T)

    cases = make_cases(exercise, 0)
    return verdict(exercise, cases, outcomes_of(exercise, (moved,), cases), hints=False).score


@pytest.mark.parametrize(
    ("factor", "points"), [(1.001, 4.0), (0.999, 4.0), (1.0275, 2.0), (0.9725, 2.0)]
)
def test_a_temperature_within_three_percent_earns_half(factor, points):
    assert earned(lambda T: T * factor) == pytest.approx(points)


@pytest.mark.parametrize("factor", [0.75, 1.3])
def test_a_temperature_further_off_earns_nothing(factor):
    assert earned(lambda T: T * factor) == 0


def test_the_nearest_of_a_grid_in_steps_of_a_tenth_earns_half():
    assert earned(lambda T: 0.05 + 0.1 * round((T - 0.05) / 0.1)) == pytest.approx(2.0)
