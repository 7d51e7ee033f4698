"""The cases of an exercise and what is right in them: made once in a process, for all gates.

Nothing of them may be changed. ``apply`` hands out copies of a case.
"""

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

from grader.checking.contract.mistakes import Function
from grader.checking.contract.registry import find
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import Expected, Verdict, make_cases, outcomes_of, verdict


class Drawn:
    """One draw of an exercise's cases.

    ``right`` are the reference's outcomes. The judge compares with ``expected``, for which the
    reference is applied a second time.
    """

    def __init__(self, name: str, seed: int) -> None:
        self.exercise = find(name)
        self.cases = make_cases(self.exercise, seed)
        self.expected = Expected(self.exercise, self.cases)

    @cached_property
    def right(self) -> list[Outcome]:
        return self.outcomes(self.exercise.reference)

    def outcomes(self, functions: Sequence[Function]) -> list[Outcome]:
        return outcomes_of(self.exercise, functions, self.cases)

    def verdict(self, outcomes: Sequence[Outcome], **more: Any) -> Verdict:
        """Without hints, whose search takes most of the time."""
        given = {"hints": False, "expected": self.expected} | more
        return verdict(self.exercise, self.cases, outcomes, **given)

    def judged(self, functions: Sequence[Function]) -> Verdict:
        return self.verdict(self.outcomes(functions))


drawn = cache(Drawn)
