"""Rules on an instructor's own exercises, which no test of the course looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.authoring.lint.draft import Draft, Problems
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function
from grader.checking.contract.registry import find, module_of
from grader.checking.judging.judge import Verdict, make_cases, outcomes_of, verdict
from grader.exercises.own_folder import file_of_own

SEEDS = range(3)
UNWRITTEN = "its reference returns nothing yet: complete the lines marked TODO"


def judged_right(draft: Draft) -> Problems:
    """The reference gets full marks; each listed mistake loses points and gets its own hint."""
    for cell in draft.cells:
        if cell.kind == "check" and file_of_own(module_of(cell.name)):
            for problem in problems_of(find(cell.name)):
                yield cell, f"the exercise {cell.name}: {problem}"


def problems_of(exercise: Exercise) -> Iterator[str]:
    """What its reference and its mistakes show to be wrong in an exercise."""
    for seed in SEEDS:
        result = _judged(exercise, exercise.reference, seed)
        if result.status != "complete":
            lost = [finding.title for finding in result.findings if not finding.holds]
            yield f"its reference loses points for {lost[0]!r} (seed {seed})" if lost else UNWRITTEN
            return
    for mistake in exercise.mistakes:
        result = _judged(exercise, exercise.with_mistakes(mistake), SEEDS[0])
        if result.status == "complete":
            yield f"the mistake “{mistake}” gets full marks; add a case that shows it"
        elif mistake.hint not in result.hints:
            yield f"the mistake “{mistake}” is not answered with its own hint"


def _judged(exercise: Exercise, functions: Sequence[Function], seed: int) -> Verdict:
    cases = make_cases(exercise, seed)
    return verdict(exercise, cases, outcomes_of(exercise, functions, cases))


RULES = (judged_right,)
