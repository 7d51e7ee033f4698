"""A step of grading that takes too long is interrupted, and only that step."""

import re
import time

import pytest

from grader.grading.limits import TimeLimit, time_limit


def forever() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    "step",
    [forever, lambda: time.sleep(10**6), lambda: re.match(r"(a+)+b", "a" * 60)],
    ids=["a loop", "sleep", "a regular expression"],
)
def test_a_long_step_is_interrupted(step: object) -> None:
    with pytest.raises(TimeLimit), time_limit(0.1):
        step()  # type: ignore[operator]


def test_code_that_catches_the_interrupt_is_interrupted_again() -> None:
    def stubborn() -> None:
        try:
            forever()
        except BaseException:
            forever()

    with pytest.raises(TimeLimit), time_limit(0.1):
        stubborn()


def test_an_inner_limit_leaves_the_outer_one_in_force() -> None:
    def steps() -> None:
        with pytest.raises(TimeLimit), time_limit(0.05):
            forever()
        with time_limit(60):
            forever()

    with pytest.raises(TimeLimit), time_limit(1):
        steps()


def test_nothing_is_interrupted_after_the_block() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.2)
