"""What stops a command: one line that says what is wrong and what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from grader.grading.process.fault import MACHINE, GraderFault


class Problem(Exception):
    """Something that the person at the keyboard can put right; the text is one line."""


class Stopped(Problem):
    """Somebody pressed Ctrl-C; the text says how to go on."""


def stops_grading(error: BaseException) -> bool:
    """Whether an error says something about the machine or the gradebook, not about a submission.

    Then nobody gets a mark for it: grading stops, and goes on there when it is started again. A
    value that the gradebook refuses may come from the submission: the name of its folder does.
    """
    if isinstance(error, OSError):
        return error.errno in MACHINE
    if isinstance(error, (DataError, IntegrityError)):
        return False
    stops = (GraderFault, MemoryError, ImportError, Problem, SQLAlchemyError, sqlite3.Error)
    return isinstance(error, stops)
