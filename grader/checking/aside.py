"""The library's answers put aside, so that a check at home sees what grading will see.

Where submissions are graded, every module of course_lib that holds an answer is replaced by
stand-ins (``grader.grading.standins``). Here the modules stay as they are, and a call into one of
them from outside raises what the stand-in would raise.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any

from grader.checking.registry import find, names

WORDS = "write {name} yourself: the library's version is put aside while your work is graded"


@cache
def answer_modules() -> frozenset[str]:
    """Every module of course_lib that holds the answer to some exercise."""
    return frozenset(
        module
        for name in names()
        for module in find(name).answers
        if module.startswith("course_lib.")
    )


@contextmanager
def library_put_aside() -> Iterator[None]:
    """Within it, the first call into an answer's module raises NotImplementedError."""
    answers = answer_modules()

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event != "call" or frame.f_globals.get("__name__") not in answers:
            return
        name = frame.f_code.co_qualname.partition(".")[0]
        # A module that is imported runs its own body, and what that calls.
        if name == "<module>" or (
            frame.f_back is not None and frame.f_back.f_globals.get("__name__") in answers
        ):
            return
        raise NotImplementedError(WORDS.format(name=name))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
