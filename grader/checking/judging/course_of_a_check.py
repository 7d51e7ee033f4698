"""The course of a check: what is asked of a student's functions, judged and said about them.

It is the same at home, under plain nbgrader and where submissions are graded. These places differ
in where the functions are and in what limits the judge: see :class:`StudentFunctions`.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.registry import find
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import Verdict
from grader.checking.judging.prerequisites import (
    behind_own_forward,
    followed_through,
    with_prerequisites,
)


class StudentFunctions(Protocol):
    """Where a student's functions for an exercise are."""

    def cases(self, exercise: Exercise) -> list[Case]:
        """The cases that the functions are tested on."""

    def apply(
        self, exercise: Exercise, cases: Sequence[Case], right: Sequence[Exercise] = ()
    ) -> list[Outcome]:
        """The outcomes of the exercise's ``run`` with the functions, one for each case.

        Within it the functions that belong to the exercises ``right`` are the references.
        """

    def judge(
        self,
        exercise: Exercise,
        cases: Sequence[Case],
        outcomes: Sequence[Outcome],
        *,
        hints: bool = True,
    ) -> Verdict:
        """The verdict on the outcomes."""

    def incorrect(self, names: Sequence[str]) -> Collection[str]:
        """Those of the exercises ``names`` whose functions are here and do not hold."""

    def pays_for(self, own: Exercise) -> bool:
        """Whether a backward pass earns its points by being right for the student's own forward."""


def checked(exercise: Exercise, functions: StudentFunctions) -> Verdict:
    """The verdict on a student's functions, with a remark on what they build on if they fail."""
    result = _verdict(exercise, functions)
    if result.status in ("complete", "not written"):
        return result
    incorrect = functions.incorrect(exercise.foundations)
    unsound = [name for name in exercise.foundations if name in incorrect]
    own = behind_own_forward(exercise) if set(unsound) & set(exercise.takes) else None
    follows = own is not None and _holds(own, functions)
    alone = bool(unsound) and set(unsound) <= set(exercise.uses)
    alone = alone and _holds(exercise, functions, unsound)
    result = with_prerequisites(result, exercise, unsound, follows=follows, alone=alone)
    if own is not None and follows and functions.pays_for(own):
        return followed_through(result)
    return result


def _holds(exercise: Exercise, functions: StudentFunctions, right: Sequence[str] = ()) -> bool:
    return _verdict(exercise, functions, right, hints=False).status == "complete"


def _verdict(
    exercise: Exercise,
    functions: StudentFunctions,
    right: Sequence[str] = (),
    *,
    hints: bool = True,
) -> Verdict:
    cases = functions.cases(exercise)
    outcomes = functions.apply(exercise, cases, [find(name) for name in right])
    return functions.judge(exercise, cases, outcomes, hints=hints)
