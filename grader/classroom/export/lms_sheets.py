"""Where the sheets of marks of Canvas, Moodle and others have students, marks and full marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.export.sheet import Sheet, column_named
from grader.problems import Problem

FULL_MARKS = "Points Possible"  # Canvas' titles are English in every language
OTHER_UNITS = ("(percentage)", "(letter)", "(feedback)")  # of Moodle's gradebook; "(Real)" is ours
CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
MOODLE_IDS = ("ID number", "Username")
NAMES = ("Student", "Full name", "Name", "Student name")
FIRST, LAST = ("First name", "FirstName"), ("Last name", "LastName", "Surname")
EMAILS = ("Email address", "Email", "E-mail", "E-mail address")


@dataclass(frozen=True)
class Places:
    """The places of a sheet that matter.

    Attributes
    ----------
    marks : the column to be filled
    most : what full marks are worth in a row; None: the sheet does not say
    rows : those of students
    closed : rows that the LMS lets nobody change, and why
    """

    ids: list[int]
    emails: list[int]
    names: list[list[int]]
    marks: int
    most: dict[int, float | None]
    rows: list[int]
    closed: dict[int, str]


def places_in(sheet: Sheet, kind: str, assignment: str, column: str, path: Path) -> Places:
    """Find them.

    Parameters
    ----------
    kind : "canvas", "moodle" or "csv"
    column : the name of the column with the marks; "" to look for the problem set's

    Raises
    ------
    Problem
        A column is missing, or several could be meant.
    """
    header = sheet.values(0)
    ids = {
        "canvas": CANVAS_IDS,
        "moodle": MOODLE_IDS,
        "csv": ("lms_id", *CANVAS_IDS, *MOODLE_IDS, "Student"),
    }
    first, last = column_named(header, FIRST), column_named(header, LAST)
    places = Places(
        column_named(header, ids[kind]),
        column_named(header, EMAILS),
        [[n] for n in column_named(header, NAMES)] + ([[*first, *last]] if first and last else []),
        _column_of_marks(sheet, kind, assignment, column, path),
        {},
        [],
        {},
    )
    if not (places.ids or places.emails or places.names):
        raise Problem(
            f"{path} has no column that tells students apart, such as ID, Email address or Full "
            f"name; it has: {_listed(header)}. From Moodle in another language, export in English"
        )
    _note_rows(sheet, kind, places)
    return places


def _column_of_marks(sheet: Sheet, kind: str, assignment: str, column: str, path: Path) -> int:
    header = sheet.values(0)
    if column:
        found = [n for n, title in enumerate(header) if _is_called(title, column)]
    elif kind == "moodle" and (found := column_named(header, ["Grade"])):
        pass  # a grading worksheet, which is that of one assignment
    else:
        whole = re.compile(rf"(?<![^\W_]){re.escape(assignment)}(?![^\W_])", re.IGNORECASE)
        found = [
            n
            for n, title in enumerate(header)
            if whole.search(title)
            and not title.casefold().strip().endswith(OTHER_UNITS)
            and not _is_closed(sheet, n)
        ]
    if len(found) == 1:
        return found[0]
    what = f"called {column!r}" if column else f"with {assignment} in its name"
    number = f"{len(found)} columns {what}: " if found else f"no column {what}; it has: "
    titles = [header[n] for n in found] or header
    raise Problem(f"{path} has {number}{_listed(titles)}; name the one with --column")


def _is_called(title: str, column: str) -> bool:
    """Whether a column is meant, with or without the number that Canvas adds to its name."""
    asked = column.strip().casefold()
    return asked in (title.strip().casefold(), re.sub(r"\s*\(\d+\)$", "", title).strip().casefold())


def _is_closed(sheet: Sheet, column: int) -> bool:
    """Whether Canvas computes a column: it says so, in its language, in place of a number."""
    top = (row for row in range(1, min(4, len(sheet.rows))) if _has_full_marks(sheet, row))
    values = [sheet.value(row, column).strip() for row in top]
    return any(value and number_of(value) is None for value in values)


def _has_full_marks(sheet: Sheet, row: int) -> bool:
    return sheet.value(row, 0).strip() == FULL_MARKS


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(repr(title) for title in titles[:30]) + (" …" if len(titles) > 30 else "")


def _note_rows(sheet: Sheet, kind: str, places: Places) -> None:
    """Which rows are students', with full marks, and which cannot be changed."""
    header = sheet.values(0)
    points: float | None = None
    maximum = column_named(header, ["Maximum Grade"])
    changeable = column_named(header, ["Grade can be changed"])
    who = [*places.ids, *places.emails, *(n for names in places.names for n in names)]
    for row in range(1, len(sheet.rows)):
        if kind == "canvas" and _has_full_marks(sheet, row):
            points = number_of(sheet.value(row, places.marks))
            continue
        if not any(sheet.value(row, n).strip() for n in who):
            continue  # such as Canvas' row about the way in which marks are posted
        places.rows.append(row)
        places.most[row] = number_of(sheet.value(row, maximum[0])) if maximum else points
        if changeable and sheet.value(row, changeable[0]).strip().casefold() == "no":
            places.closed[row] = "Moodle says that this grade cannot be changed"


def number_of(text: str) -> float | None:
    """A number with a point or a decimal comma, and thousands apart; None if it is none."""
    text = text.strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+", text):
        text = text.replace(".", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
