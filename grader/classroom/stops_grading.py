"""What stops the grading of a class: errors that say nothing about a submission."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from grader.grading.process.fault import MACHINE, GraderFault
from grader.problems import Problem


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
