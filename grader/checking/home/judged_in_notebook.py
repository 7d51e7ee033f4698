"""The verdict on functions of this process: the course of a check in a student's notebook."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from grader import COURSE
from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.registry import find, is_exercise
from grader.checking.home.blocked_library import outcomes_without_library
from grader.checking.home.mine import as_graded
from grader.checking.judging.advice import vectorised
from grader.checking.judging.apply import Failure, Outcome, missing
from grader.checking.judging.course_of_a_check import checked
from grader.checking.judging.diagnosis import Diagnosis
from grader.checking.judging.judge import Verdict, make_cases, verdict

Functions = Sequence[Callable[..., Any]]


class NotebookFunctions:
    """A student's functions for an exercise, and the notebook that they are in."""

    def __init__(self, exercise: Exercise, functions: Functions) -> None:
        self.functions = functions
        self.notebook: dict[str, Any] = getattr(functions[-1], "__globals__", {})
        self.names = self.notebook | dict(zip(exercise.takes, functions, strict=True))

    def cases(self, exercise: Exercise) -> list[Case]:
        return make_cases(exercise)

    def apply(
        self, exercise: Exercise, cases: Sequence[Case], right: Sequence[Exercise] = ()
    ) -> list[Outcome]:
        pairs = (zip(lower.takes, lower.reference, strict=True) for lower in right)
        instead = {name: function for each in pairs for name, function in each}
        given = zip(exercise.takes, self.functions, strict=True)
        with _replaced(self.notebook, instead):
            functions = [instead.get(name, function) for name, function in given]
            return outcomes_without_library(exercise, functions, cases)

    judge = staticmethod(verdict)
    follow_through = False  # what a course pays for is known where it is graded

    def incorrect(self, names: Sequence[str]) -> list[str]:
        """What an earlier check found is not remembered: the function may have changed since."""
        # Not every function has an exercise of its own: a backward pass judges its forward pass.
        there = [find(name) for name in names if is_exercise(name)]
        there = [exercise for exercise in there if not exercise.lacks]
        return [e.name for e in there if not missing(e.takes, self.names) and not self._holds(e)]

    def pays_for(self, own: Exercise) -> bool:
        return self.follow_through

    def _holds(self, exercise: Exercise) -> bool:
        cases = make_cases(exercise)
        outcomes = outcomes_without_library(
            exercise, [self.names[name] for name in exercise.takes], cases
        )
        return verdict(exercise, cases, outcomes, hints=False).status == "complete"


@contextmanager
def _replaced(namespace: dict[str, Any], by: Mapping[str, Any]) -> Iterator[None]:
    before = {name: namespace[name] for name in by if name in namespace}
    namespace.update(by)
    try:
        yield
    finally:
        for name in by:
            namespace.pop(name, None)  # a student's function may have deleted it
        namespace.update(before)


def judge_in_notebook(exercise: Exercise, functions: Functions) -> Verdict:
    """The verdict on functions of this process, on fresh random cases."""
    if borrowed := [f for f in functions if _from_library(f)]:
        name = getattr(borrowed[0], "__name__", exercise.name)
        return _refused(
            exercise,
            f"`{name}` is the library's function. Write your own, and compare the two once yours "
            "passes.",
        )
    if failure := missing(exercise.takes, dict(zip(exercise.takes, functions, strict=True))):
        return _refused(exercise, failure.message, failure)
    result = checked(exercise, NotebookFunctions(exercise, functions))
    if result.status == "complete":
        with as_graded(exercise.name):
            loops = vectorised(exercise, functions)
        advice = [text for text in (loops, _compare(exercise)) if text]
        result = replace(result, advice=tuple(advice))
    return result


def _refused(exercise: Exercise, why: str, failure: Failure | None = None) -> Verdict:
    """The verdict on functions that are not applied to anything."""
    said = (Diagnosis(why),)
    return Verdict(exercise.name, 0.0, exercise.points, "wrong", diagnoses=said, failure=failure)


def _compare(exercise: Exercise) -> str:
    if not exercise.answers or exercise.answers[0].partition(".")[0] not in COURSE:
        return ""  # the library has no such function to compare with
    return f"Compare with the library's version in `{exercise.answer_modules[0]}`."


def _from_library(function: Any) -> bool:
    module = getattr(function, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in COURSE


def passes(exercise: Exercise, namespace: Mapping[str, Any]) -> bool:
    """Whether the functions of ``namespace`` exist and have every property on every case."""
    if exercise.lacks or missing(exercise.takes, namespace):
        return False
    functions = [namespace[name] for name in exercise.takes]
    cases = make_cases(exercise)
    outcomes = outcomes_without_library(exercise, functions, cases)
    result = verdict(exercise, cases, outcomes, hints=False)
    return result.failure is None and all(finding.holds for finding in result.findings)
