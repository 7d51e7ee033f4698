"""When students handed in, from a table: for an LMS whose downloads do not say so.

Moodle's grading worksheet has the times. For others, such as Canvas, write a table with the columns
``student,handed_in``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePosixPath

from grader.classroom.collect.labels import Label
from grader.classroom.collect.match import NotFound, Students
from grader.classroom.collect.zone import Zone
from grader.classroom.roster import read_table
from grader.problems import Problem

OWN_COLUMNS = ("student", "handed_in")
MOODLE = ("Full name", "Email address", "Last modified (submission)")
IDENTIFIER, ID_NUMBER = "Identifier", "ID number"  # a worksheet may lack them
SURE = ("Email address", ID_NUMBER)
NOTHING = ("", "-")
MOODLES = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p")  # British, American English


def read_times(path: Path, students: Students, zone: Zone) -> dict[str, datetime]:
    """When each student handed in, by id.

    Raises
    ------
    Problem
        It is neither kind of table, a time cannot be read or is in no known zone, a line names
        nobody, or two lines give one student two times.
    """
    if not path.is_file():
        raise Problem(f"there is no {path}; name a table with the columns {','.join(OWN_COLUMNS)}")
    kind, rows = _rows(path)
    times: dict[str, datetime] = {}
    for line, row in rows:
        *said, text = (row[column] for column in kind)
        if text in NOTHING:
            continue
        name = said[0]
        try:
            student = students.find(Label(name, PurePosixPath(), ((*said, row[ID_NUMBER]),)))
        except NotFound as error:
            raise Problem(f"{path}, line {line}: {name}: {error}") from None
        if (when := _time(text, zone)) is None:
            raise Problem(
                f"{path}, line {line}: {text!r} is not a time; write it like "
                "2026-11-20T13:58:23+01:00"
            )
        if times.setdefault(student, when) != when:
            raise Problem(
                f"{path}, line {line}: {name} has another time in a line above; remove one of them"
            )
    return times


def students_by_number(path: Path, students: Students) -> dict[str, str]:
    """Who Moodle's numbers of one assignment are, by the addresses and ids of its worksheet.

    The worksheet tells namesakes apart, whom a download names by name and number only. Who is not
    in the roster, or could be several of it, is left out.
    """
    found: dict[str, str] = {}
    for _, row in read_table(path, (), (IDENTIFIER, *SURE)):
        number = "".join(filter(str.isdecimal, row[IDENTIFIER]))
        said = tuple(filter(None, (row[column] for column in SURE)))
        if number and said:
            with suppress(NotFound):
                found[number] = students.find(Label(said[0], PurePosixPath(), (said,)))
    return found


def _rows(path: Path) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    for kind in (OWN_COLUMNS, MOODLE):
        try:
            return kind, list(read_table(path, kind, (ID_NUMBER,)))
        except Problem as error:
            if "no column" not in str(error):
                raise
    raise Problem(
        f"{path} has neither the columns {','.join(OWN_COLUMNS)} nor those of Moodle's grading "
        f"worksheet ({', '.join(MOODLE)}); Moodle writes these names if its language is set to "
        "English"
    )


def _time(text: str, zone: Zone) -> datetime | None:
    if ":" not in text:  # a day alone would be its first minute
        return None
    if text.endswith(" UTC"):
        text = f"{text.removesuffix(' UTC')}+00:00"
    for read in (datetime.fromisoformat, *map(_reader, MOODLES)):
        try:
            found = read(text)
        except (ValueError, OverflowError):
            continue
        return zone.utc(found, text)
    return None


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)
