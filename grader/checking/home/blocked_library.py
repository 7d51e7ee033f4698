"""The library's answers raise during a check at home, as they do during grading.

Where submissions are graded, every module of ``COURSE`` that holds an answer is replaced by a
stand-in (``grader.grading.sandbox.standins``). Its functions and the classes that are exercises
raise. Its other classes are kept: an optimizer holds the state and calls a step function, which may
be the student's. Here the modules stay as they are, and what raises there raises here, too.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.mistakes import Function
from grader.checking.contract.registry import answer_modules, is_exercise
from grader.checking.home.mine import as_graded
from grader.checking.home.still_running import Running
from grader.checking.judging.apply import Outcome, apply

FAST_FORMULAS = "course_lib.fast.formulas."  # answers once more, which no submission can import
LIBRARY_BLOCKED = (
    "write {name} yourself: the library's version is not available while your work is graded"
)


def outcomes_without_library(
    exercise: Exercise, functions: Sequence[Function], cases: Sequence[Case]
) -> list[Outcome]:
    """Outcomes of a student's functions, in which the library's answers raise."""
    outcomes = []
    running = Running(exercise.name, len(cases), exercise.run.seconds)
    with running.watched(), as_graded(exercise.name):
        for case in cases:
            running.at(str(case["about"]))
            with library_blocked(None if running.has_thread else running.look):
                outcomes.append(apply(exercise.run, functions, case, students=True))
            running.ended()
    return outcomes


@contextmanager
def library_blocked(look: Callable[[], object] | None = None) -> Iterator[None]:
    """Within it, the first call of an answer raises NotImplementedError.

    Parameters
    ----------
    look : is called at each call of a function
    """
    answers = answer_modules()

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if look is not None:
            look()
        name = _answer(frame, answers) if event == "call" else ""
        # A module that is imported executes its own body, and what that calls.
        if name and name != "<module>" and not _answer(frame.f_back, answers):
            raise NotImplementedError(LIBRARY_BLOCKED.format(name=name))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _answer(frame: FrameType | None, answers: frozenset[str]) -> str:
    """Name of the answer whose code the frame executes; empty if it is other code."""
    if frame is None:
        return ""
    module = str(frame.f_globals.get("__name__"))
    if module.startswith(FAST_FORMULAS):
        return frame.f_code.co_qualname.partition(".")[0]
    if module not in answers:
        return ""
    name = frame.f_code.co_qualname.partition(".")[0]
    kept = isinstance(frame.f_globals.get(name), type) and not is_exercise(name)
    return "" if kept else name
