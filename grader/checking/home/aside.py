"""The library's answers raise during a check at home, as they do during grading.

Where submissions are graded, every module of course_lib that holds an answer is replaced by a
stand-in (``grader.grading.standins``). Its functions and the classes that are exercises raise. Its
other classes are kept: an optimizer holds the state and calls a step function, which may be the
student's. Here the modules stay as they are, and what raises there raises here, too.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any

from grader.checking.contract.registry import find, names

WORDS = "write {name} yourself: the library's version is not available while your work is graded"


@cache
def answer_modules() -> frozenset[str]:
    """Every module of course_lib that holds the answer to some exercise."""
    return frozenset(
        module
        for name in names()
        for module in find(name).answers
        if module.startswith("course_lib.")
    )


@cache
def is_exercise(name: str) -> bool:
    """Whether students write the function or class called ``name``; other classes are kept."""
    return name in names()


@contextmanager
def library_put_aside() -> Iterator[None]:
    """Within it, the first call of an answer raises NotImplementedError."""

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event != "call" or frame.f_globals.get("__name__") not in answer_modules():
            return
        name = _answer(frame)
        # A module that is imported executes its own body, and what that calls.
        if name and name != "<module>" and not _answer(frame.f_back):
            raise NotImplementedError(WORDS.format(name=name))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _answer(frame: FrameType | None) -> str:
    """Name of the answer whose code the frame executes; empty if it is other code."""
    if frame is None or frame.f_globals.get("__name__") not in answer_modules():
        return ""
    name = frame.f_code.co_qualname.partition(".")[0]
    kept = isinstance(frame.f_globals.get(name), type) and not is_exercise(name)
    return "" if kept else name
