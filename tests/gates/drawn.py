"""The cases of an exercise and what is right in them: made once in a process, for all gates.

Nothing of them may be changed. ``apply`` hands out copies of a case.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, wraps
from typing import Any

import pytest

from grader.checking.contract.exercise import Case
from grader.checking.contract.families.experiment import Experiment
from grader.checking.contract.mistakes import Function
from grader.checking.contract.registry import find
from grader.checking.judging import judge
from grader.checking.judging.apply import Outcome, apply
from grader.checking.judging.effects import Known, known
from grader.checking.judging.judge import Expected, Verdict, make_cases, outcomes_of, verdict
from tests.programs import load
from tests.sizes import TRAIN

# The planned experiment of `make test`.
FEW = ("leak_experiment",)
DEAR = (*TRAIN, "own_changes")  # a verdict of it trains four networks
Call = tuple[tuple[Any, ...], dict[str, Any], Any]  # what was given by place, by name, and returned


def few_experiments(names: Iterable[str]) -> list[Any]:
    """Names as parameters for what all planned experiments have from their family.

    `make test` tries few of these, since each takes a second, and `make test-all` the others, and
    what trains networks for each verdict.
    """

    def is_slow(name: str) -> bool:
        return name in DEAR or (isinstance(find(name), Experiment) and name not in FEW)

    return [pytest.param(n, marks=pytest.mark.slow) if is_slow(n) else n for n in names]


class Drawn:
    """One draw of an exercise's cases.

    ``right`` are the reference's outcomes, for which the calls of the graded function in each case
    are recorded. The judge compares with ``expected``, for which the reference is applied again.
    """

    def __init__(self, name: str, seed: int) -> None:
        self.exercise = find(name)
        self.cases = make_cases(self.exercise, seed)
        self.expected = Expected(self.exercise, self.cases)

    @cached_property
    def right(self) -> list[Outcome]:
        return [outcome for outcome, _calls in self._recorded]

    @cached_property
    def calls(self) -> list[list[Call]]:
        return [calls for _outcome, calls in self._recorded]

    @cached_property
    def _recorded(self) -> list[tuple[Outcome, list[Call]]]:
        *others, graded = self.exercise.reference

        def recorded(case: Case) -> tuple[Outcome, list[Call]]:
            calls: list[Call] = []

            @wraps(graded)
            def function(*given: Any, **settings: Any) -> Any:
                result = graded(*given, **settings)
                calls.append((given, settings, result))
                return result

            outcome = apply(self.exercise.run, [*others, function], case)
            if isinstance(graded, type):  # some are asked for more than their calls
                outcome = apply(self.exercise.run, self.exercise.reference, case)
            return outcome, calls

        return [recorded(case) for case in self.cases]

    @cached_property
    def facts(self) -> list[Known]:
        """What the listed mistakes do: every search for hints begins with it."""
        return known(self.exercise, self.cases)

    def outcomes(self, functions: Sequence[Function]) -> list[Outcome]:
        return outcomes_of(self.exercise, functions, self.cases)

    def verdict(self, outcomes: Sequence[Outcome], **more: Any) -> Verdict:
        """Without hints, whose search takes most of the time."""
        given = {"hints": False, "expected": self.expected} | more
        return verdict(self.exercise, self.cases, outcomes, **given)

    def judged(self, functions: Sequence[Function]) -> Verdict:
        return self.verdict(self.outcomes(functions))


drawn = cache(Drawn)


@cache
def wrong_programs(name: str, seed: int) -> dict[str, Verdict]:
    """The verdict of each wrong program in the catalogue, for all gates that ask for one.

    It has its hints where the exercise itself reads them off the results: others are searched for.
    """
    draw = drawn(name, seed)
    taken, hints = len(draw.exercise.takes), draw.exercise.recognise is not None
    return {
        entry: draw.verdict(draw.outcomes(functions[-taken:]), hints=hints)
        for entry, functions in load.catalogue(name).wrong.programs.items()
    }


def once(found: Callable[..., Any]) -> Callable[..., Any]:
    """What it returns is found once for the same objects."""
    kept: dict[tuple[int, ...], tuple[Any, Any]] = {}

    def function(*given: Any) -> Any:
        key = tuple(map(id, given))
        if key not in kept:
            kept[key] = given, found(*given)  # what is kept alive keeps its id
        return kept[key][1]

    return function


@contextmanager
def judged_once() -> Iterator[None]:
    """What one case tells of one outcome is found once, in however many mixtures it stands."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("results", "_answers"):
            patch.setattr(judge, name, once(getattr(judge, name)))
        yield
