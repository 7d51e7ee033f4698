"""Who marked what, and when: a line for each change, in a table beside the results.

nbgrader's gradebook has no place for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from grader.classroom.personal_data import PersonalData
from grader.classroom.table import as_csv
from grader.classroom.writer import user_name
from grader.extras.marking.manual_marks import ManualMark
from grader.extras.marking.questions import Question
from grader.problems import Problem

FILE = "marked_by.csv"
HEADER = ("time", "marked_by", "student", "question", "points", "comment")
PERSONAL_DATA = PersonalData({FILE: ""})


@contextmanager
def marker_noted(
    classroom: Path, assignment: str, question: Question, student: str, by: str
) -> Iterator[Callable[[ManualMark], None]]:
    """Open the table, before anything is saved; gives what adds what the gradebook holds then.

    Parameters
    ----------
    by : the marker; "" for the user who called the command

    Raises
    ------
    Problem
        The table cannot be written.
    """
    path = classroom / "results" / assignment / FILE
    try:
        table = path.open("ab", buffering=0)
    except OSError as error:
        raise Problem(
            f"{FILE} cannot be written ({error.strerror}); close it elsewhere; nothing was saved"
        ) from None

    def note(given: ManualMark) -> None:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        row = (when, by or user_name(), student, question.name, given.points, given.comment)
        try:
            table.write(as_csv([row] if table.tell() else [HEADER, row]).encode())
        except OSError as error:
            raise Problem(
                f"it is in the gradebook, but not in {FILE} ({error.strerror}); put that right, "
                "load this page again, and change it once more"
            ) from None

    with table:
        yield note
