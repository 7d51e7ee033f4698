"""The course of a check: what is asked of a student's functions, judged and said about them.

It is the same at home, under plain nbgrader and where submissions are graded. These places differ
in where the functions are and in what limits the judge: see :class:`StudentFunctions`.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.registry import find, is_exercise, problem_set
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import Verdict
from grader.checking.judging.prerequisites import (
    behind_own_forward,
    followed_through,
    paid_with,
    says_more,
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

    @property
    def follow_through(self) -> bool:
        """Whether a mistake in an earlier function costs the points of that function alone."""

    def pays_for(self, own: Exercise) -> bool:
        """Whether a backward pass earns its points by being right for the student's own forward."""


def checked(exercise: Exercise, functions: StudentFunctions) -> Verdict:
    """The verdict on a student's functions, with a remark on what they build on if they fail."""
    cases = functions.cases(exercise)
    outcomes = functions.apply(exercise, cases)
    lower = _foundations(exercise, outcomes)
    result = functions.judge(exercise, cases, outcomes, hints=not lower)
    if not lower or result.status in ("complete", "not written"):
        return result
    incorrect = functions.incorrect(lower)
    unsound = [name for name in lower if name in incorrect]
    # An error inside of one that holds shows a case that its own check lacks.
    raised = {one.failure.function for one in outcomes if one.failure} & set(lower)
    blamed = unsound or sorted(filter(is_exercise, raised))
    if not blamed:
        return functions.judge(exercise, cases, outcomes)
    own = behind_own_forward(exercise) if set(unsound) & set(exercise.takes) else None
    follows = own is not None and _holds(own, functions)
    with_right = functions.apply(exercise, cases, [find(name) for name in blamed])
    instead = functions.judge(exercise, cases, with_right, hints=False)
    if not follows and instead.status != "complete":  # one of the two has something to say
        if not unsound or not says_more(instead, result):
            result = functions.judge(exercise, cases, outcomes)
        else:
            instead = functions.judge(exercise, cases, with_right)
        if not unsound:
            return result
    told = with_prerequisites(result, exercise, blamed, instead, follows=follows)
    # Of one that holds, nobody knows here whether it comes before: its reference pays nothing.
    if not functions.follow_through or not unsound:
        return told
    if own is not None and follows and functions.pays_for(own):
        return followed_through(told)
    return paid_with(told, instead, blamed)


def _foundations(exercise: Exercise, outcomes: Sequence[Outcome]) -> list[str]:
    """The exercises that a function builds on: those it is told to use, and those that it calls.

    One whose functions include the judged one is none: with its reference, that would be right.
    A call counts if its exercise is of the same notebook. What a notebook gives may have the name
    of an exercise of an earlier one, and other arguments.
    """
    called = [name for outcome in outcomes for name in outcome.calls if is_exercise(name)]
    own = [name for name in called if problem_set(name) == problem_set(exercise.name)]
    found = dict.fromkeys([*exercise.foundations, *own])
    return [
        name for name in found if not is_exercise(name) or exercise.name not in find(name).takes
    ]


def _holds(exercise: Exercise, functions: StudentFunctions) -> bool:
    cases = functions.cases(exercise)
    outcomes = functions.apply(exercise, cases)
    return functions.judge(exercise, cases, outcomes, hints=False).status == "complete"
