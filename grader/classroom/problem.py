"""What stops a command: one line that says what is wrong and what to do."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DatabaseError, OperationalError

from grader.grading.sandbox import NoSandbox

MACHINE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
}


class Problem(Exception):
    """Something that the person at the keyboard can put right; the text is one line."""


class Stopped(Problem):
    """Somebody pressed Ctrl-C; the text says how to go on."""


def stops_grading(error: BaseException) -> bool:
    """Whether an error says something about the machine or the gradebook, not about a submission.

    Then nobody gets a mark for it: grading stops, and goes on there when it is started again.
    """
    if isinstance(error, OSError):
        return error.errno in MACHINE
    gradebook = isinstance(error, (OperationalError, sqlite3.Error)) or type(error) is DatabaseError
    return gradebook or isinstance(error, (NoSandbox, MemoryError, Problem))
