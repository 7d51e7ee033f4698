"""Who is on a participant list: of Moodle in English or German, Canvas, or a dean's office.

Columns are known by their titles, in any order; neither case, spaces nor hyphens count. Canvas
has the same titles in every language. The list is CSV (UTF-8 or cp1252; commas, semicolons or
tabs) or an Excel workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.export.lms_sheets import FULL_MARKS
from grader.classroom.export.sheet import read_sheet
from grader.classroom.participants.workbook import MARK, OLD, first_sheet
from grader.classroom.roster import COLUMNS
from grader.classroom.table import BEGINS_A_FORMULA
from grader.problems import Problem

TITLES = {
    "first": ("First name", "Given name", "Vorname"),
    "last": ("Last name", "Surname", "Family name", "Nachname", "Familienname"),
    "name": (
        "Full name",
        "Vollständiger Name",
        "Student",
        "Student name",
        "Teilnehmer/in",
        "Name",
    ),
    "email": ("Email address", "Email", "E-Mail-Adresse", "Mail"),
    "login": ("SIS Login ID", "Username", "Anmeldename", "Benutzername"),
    # The first that a row has; Canvas' downloads and sheets tell students apart by "ID".
    "lms_id": (
        "ID",
        "ID number",
        "ID-Nummer",
        "Matriculation number",
        "Matrikelnummer",
        "Student ID",
        "SIS User ID",
    ),
}
OF_ONE_ASSIGNMENT = re.compile(r"(Participant|Teilnehmer/in|Teilnehmer)\s*\d+")  # Moodle's "ID"
MADE_UP = re.compile(r"[0-9a-f]{32,}")  # the login of Canvas' test student
TEST_STUDENTS = ("Test Student", "Student Test", "Teststudent")
BEFORE_HEADER = 20  # rows of a title above the list


@dataclass(frozen=True)
class Person:
    """A row of the list; what the list does not say is empty.

    Attributes
    ----------
    row : its number in the file, for messages
    lms_id : the number by which the LMS tells people apart
    """

    row: int
    name: str = ""
    email: str = ""
    login: str = ""
    lms_id: str = ""

    @property
    def shown(self) -> str:
        return f"row {self.row} ({self.name or self.email or self.lms_id})"


def read_participants(path: Path) -> list[Person]:
    """The people on a list, in its order; a row that stands there twice is one person.

    Raises
    ------
    Problem
        The file cannot be read, has no column with names or addresses, or names nobody.
    """
    rows = _rows_of(path)
    start, columns = _header(rows, path)
    seen: dict[tuple[str, ...], Person] = {}
    for number, cells in enumerate(rows[start + 1 :], start + 2):
        person = _person(number, cells, columns)
        if person is not None:
            seen.setdefault((person.name, person.email, person.login, person.lms_id), person)
    if not seen:
        raise Problem(f"{path} names nobody below its row {start + 1}; export the list again")
    return list(seen.values())


def _rows_of(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise Problem(f"there is no file {path}; name the list of participants that you exported")
    with path.open("rb") as file:
        begins = file.read(4)
    if begins == OLD:
        raise Problem(
            f"{path} is an old Excel file (.xls) or has a password; save it as .xlsx without one"
        )
    if begins == MARK:
        return first_sheet(path)
    sheet = read_sheet(path)
    return [sheet.values(row) for row in range(len(sheet.rows))]


def _header(rows: Sequence[Sequence[str]], path: Path) -> tuple[int, dict[str, list[int]]]:
    """The row with the titles, and the columns of each kind, the preferred one first."""
    for number, titles in enumerate(rows[:BEFORE_HEADER]):
        there: dict[str, list[int]] = {}
        for column, title in enumerate(titles):
            there.setdefault(_plain(title), []).append(column)
        if {_plain(name) for name in COLUMNS} <= there.keys():
            raise Problem(f"{path} is a roster already; copy it to class/roster.csv")
        found = {
            kind: [column for title in names for column in there.get(_plain(title), ())]
            for kind, names in TITLES.items()
        }
        if found["first"] and not found["last"]:
            found["last"] = there.get("name", [])  # "Name, Vorname", as German offices write it
        if found["email"] or found["name"] or (found["first"] and found["last"]):
            return number, found
    has = ", ".join(repr(title) for title in rows[0][:30]) if rows else "nothing"
    known = "; ".join(" or ".join(names[:3]) for names in TITLES.values())
    raise Problem(
        f"{path} has no column with names or e-mail addresses; it has {has}. "
        f"Known titles are: {known}. Export the list in English or German, or rename its columns"
    )


def _person(number: int, cells: Sequence[str], columns: Mapping[str, list[int]]) -> Person | None:
    """Who a row is; None for nobody, such as Canvas' row with full marks and its test student."""
    value = {kind: next(_filled(cells, places), "") for kind, places in columns.items()}
    if value["first"] and value["last"]:
        name = f"{value['first']} {value['last']}"
    else:
        name = value["name"] or value["last"] or value["first"]
        if name.count(",") == 1:
            last, _, first = name.partition(",")
            name = f"{first.strip()} {last.strip()}".strip()
    if MADE_UP.fullmatch(value["login"]) or name in TEST_STUDENTS:
        return None
    if _plain(name) == _plain(FULL_MARKS) or not (name or value["email"]):
        return None
    email = value["email"] or (value["login"] if "@" in value["login"] else "")
    return Person(number, name, email, value["login"], value["lms_id"])


def _filled(cells: Sequence[str], places: Sequence[int]) -> Iterator[str]:
    for column in places:
        text = cells[column] if column < len(cells) else ""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        # Neither does the roster hold what a spreadsheet would run.
        text = text.lstrip("".join(BEGINS_A_FORMULA)).strip()
        if text and not OF_ONE_ASSIGNMENT.fullmatch(text):
            yield text


def _plain(title: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", title).casefold() if c.isalnum())
