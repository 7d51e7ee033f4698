"""``class/roster.csv``: who is in the class, and what they are called elsewhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.problems import Problem
from grader.wording import first_of

NO_GROUPS = (
    "Who works with whom is not read: what one student of a group hands in counts for this student "
    "alone. Give the others a copy in class/submitted."
)
FILE = "roster.csv"
COLUMNS = ("student", "name", "email", "lms_id")
FOLDER_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
MOST_TOLD = 5


@dataclass(frozen=True)
class Student:
    """One student of the class; what is not known is empty.

    Attributes
    ----------
    student : name of the folder in ``submitted``, which nbgrader calls the student's id
    name : as the learning management system (LMS) shows it
    lms_id : the number that the LMS has for the student
    """

    student: str
    name: str = ""
    email: str = ""
    lms_id: str = ""


def read_roster(classroom: Path) -> list[Student]:
    """The students in ``roster.csv`` of the class's folder, in its order; none without a file.

    Raises
    ------
    Problem
        The file cannot be read, or some rows are wrong: which, and what to do.
    """
    path = classroom / FILE
    students: list[Student] = []
    wrong: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in read_table(path, COLUMNS):
        one = Student(**row)
        wrong += [f"line {line}: {why}" for why in _wrong(one, line, seen)]
        students.append(one)
    if wrong:
        raise Problem(f"{path}: {'; '.join(first_of(wrong, MOST_TOLD))}")
    return students


def read_table(
    path: Path, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and values of each row of a CSV file that people write; none without a file.

    The file is UTF-8, with commas or (as some versions of Excel write it) semicolons. Other
    columns, empty rows, and spaces around a value are left out.

    Parameters
    ----------
    optional : columns that may be missing; their values are "" then

    Raises
    ------
    Problem
        The file is no such table, or a column is missing.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return
    except UnicodeDecodeError:
        raise Problem(f'{path} is not UTF-8; save it as "CSV UTF-8"') from None
    header = text.partition("\n")[0]
    separator = ";" if ";" in header and "," not in header else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        if missing := [name for name in columns if name not in (rows.fieldnames or ())]:
            raise Problem(
                f"{path} has no column {' and no column '.join(missing)}; "
                f"its first line must have {','.join(columns)}"
            )
        for row in rows:
            values = {name: (row.get(name) or "").strip() for name in (*columns, *optional)}
            if any(values.values()):
                yield rows.line_num, values
    except csv.Error as error:
        raise Problem(f"{path}, after line {rows.line_num}: {error}; correct that line") from None


def _wrong(one: Student, line: int, seen: dict[tuple[str, str], int]) -> list[str]:
    """What is wrong with a row; ``seen`` has the line of each value that only one student has."""
    wrong = []
    if not FOLDER_NAME.fullmatch(one.student):
        wrong.append(
            f"student is {one.student!r}; give the name of a folder: letters a to z, digits, "
            "'-', '_' and '.', not beginning with '.'"
        )
    for column in ("student", "email", "lms_id"):
        value = getattr(one, column)
        before = seen.setdefault((column, value.casefold()), line) if value else line
        if before != line:
            wrong.append(f"{column} {value!r} is that of line {before}, too; correct one of them")
    return wrong
