"""``class/extensions.csv``: who may hand in later, and until when."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from pathlib import Path

from grader.classroom.roster import read_roster, read_table
from grader.problems import Problem

FILE = "extensions.csv"
COLUMNS = ("student", "problem_set", "until")
EXAMPLE = "2026-11-27T23:59:00+01:00"


def read_extensions(
    classroom: Path, problem_sets: Container[str]
) -> dict[tuple[str, str], datetime]:
    """Until when a student may hand in a problem set; empty without a file.

    Parameters
    ----------
    problem_sets : all of the course

    Raises
    ------
    Problem
        A row is wrong. Nothing is guessed: a typo would cost a student points.
    """
    path = classroom / FILE
    students = {one.student for one in read_roster(classroom)}
    found: dict[tuple[str, str], datetime] = {}
    for line, row in read_table(path, COLUMNS):
        student, problem_set, until = (row[name] for name in COLUMNS)
        where = f"{path}, line {line}"
        if not student or (students and student not in students):
            raise Problem(f"{where}: {student!r} is not a student in roster.csv; correct the name")
        if problem_set not in problem_sets:
            raise Problem(f"{where}: there is no problem set {problem_set!r}; correct the name")
        if (student, problem_set) in found:
            raise Problem(f"{where}: {student} has an extension for {problem_set} above, too")
        found[student, problem_set] = _time(until, where)
    return found


def _time(text: str, where: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(f"{where}: until is {text!r}; write it as {EXAMPLE}") from None
    if time.tzinfo is None:
        raise Problem(
            f"{where}: until is {text!r}, which names no time zone; write it as {EXAMPLE}"
        )
    return time
