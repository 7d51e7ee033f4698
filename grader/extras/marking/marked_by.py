"""Who marked what, and when: a line for each change, in a table beside the results.

nbgrader's gradebook has no place for it.
"""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path

from grader.classroom.personal_data import PersonalData
from grader.classroom.table import as_csv
from grader.extras.marking.manual_marks import ManualMark
from grader.extras.marking.questions import Question

FILE = "marked_by.csv"
HEADER = ("time", "marked_by", "student", "question", "points", "comment")
PERSONAL_DATA = PersonalData({FILE: ""})


def note_marker(
    classroom: Path, assignment: str, question: Question, student: str, by: str, given: ManualMark
) -> None:
    """Add what the gradebook holds of an answer now.

    Parameters
    ----------
    by : the marker; "" for the user who called the command
    """
    path = classroom / "results" / assignment / FILE
    when = datetime.now(UTC).isoformat(timespec="seconds")
    row = (when, by or _user(), student, question.name, given.points, given.comment)
    rows = [row] if path.exists() else [HEADER, row]
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(as_csv(rows))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return f"user {os.getuid()}"
