"""Marks into the sheet of a learning management system (LMS).

Of a sheet, only cells of one column change. A student is found by the id in the LMS, else by the
e-mail address, else by the exact name; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from grader.checking.report.blocks import number
from grader.classroom.export.lms_sheets import Places, number_of, places_in
from grader.classroom.export.rounding import exact, half_up, rounded_points, written
from grader.classroom.export.sheet import Sheet
from grader.classroom.gradebook.marks import Score
from grader.classroom.roster import Student
from grader.problems import Problem

DIGITS = 0.01  # of the sheets
NEAR = 0.00501
SET_BY_HAND = {"ex": "excused in the sheet", "n/a": "not assigned to this student in the sheet"}


@dataclass(frozen=True)
class Change:
    """One cell: what it said and what it is to say."""

    student: str
    before: str
    after: str


@dataclass
class Filled:
    """A sheet with marks, and what became of everybody.

    Attributes
    ----------
    left : rows and students that were left as they are, and why
    same : how many cells had the mark already
    """

    sheet: Sheet
    column: str
    changes: list[Change] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    same: int = 0


@dataclass(frozen=True)
class Asked:
    """What is to be exported.

    Attributes
    ----------
    column : name of the column with the marks; "" to look for it
    scale : convert the points, if the sheet has other full marks
    not_final : also marks of submissions with answers that wait for a person, and those that were
        given when the exercises had other points
    step : points are rounded half up to a multiple of it
    """

    kind: str
    assignment: str
    column: str = ""
    scale: bool = False
    not_final: bool = False
    step: float = DIGITS


def fill(
    sheet: Sheet,
    path: Path,
    asked: Asked,
    roster: Sequence[Student],
    scores: Mapping[str, Score],
    other_points: Collection[str] = (),
) -> Filled:
    """Write the class's marks into a sheet.

    Parameters
    ----------
    path : the sheet's, for messages
    roster : the class; empty: those who have marks
    scores : by student
    other_points : students who were graded when the exercises had other points

    Raises
    ------
    Problem
        A column is missing or unclear, or full marks are other than in the sheet.
    """
    places = places_in(sheet, asked.kind, asked.assignment, asked.column, path)
    made = Filled(sheet, sheet.value(0, places.marks))
    students = list(roster) or [Student(name) for name in sorted(scores)]
    in_rows = _students_of(sheet, places, students, made)
    comma = _has_decimal_comma(sheet)
    for row, student in in_rows.items():
        why = _left_alone(sheet, places, row, scores.get(student), asked)
        if not why and student in other_points and not asked.not_final:
            why = (
                f"was graded when the exercises had other points; run: python -m grader regrade "
                f"{asked.assignment}; --not-final exports it anyway"
            )
        if why:
            made.left.append((student, why))
            continue
        points = written(_points(scores[student], places.most[row], made.column, asked))
        before = sheet.value(row, places.marks).strip()
        old = number_of(before)
        if old is not None and abs(old - float(points)) < NEAR:
            made.same += 1
            continue
        after = points.replace(".", ",") if comma else points
        sheet.put(row, places.marks, after)
        made.changes.append(Change(student, before, after))
    there = set(in_rows.values())
    made.left += [
        (one, "is in the class, not in the sheet")
        for one in dict.fromkeys([*(s.student for s in students), *sorted(scores)])
        if one not in there
    ]
    return made


def _has_decimal_comma(sheet: Sheet) -> bool:
    """Whether numbers in the sheet are written as in "7,5"; a single one with a point decides."""
    texts = [text.strip() for row in range(1, len(sheet.rows)) for text in sheet.values(row)]
    points, commas = (
        any(re.fullmatch(rf"\d+{sign}\d{{1,2}}", text) for text in texts) for sign in (r"\.", ",")
    )
    return commas and not points


def _left_alone(sheet: Sheet, places: Places, row: int, score: Score | None, asked: Asked) -> str:
    """Why a row keeps what it says; "" if it gets its mark."""
    if score is None:
        return f"has no mark for {asked.assignment}"
    if row in places.closed:
        return places.closed[row]
    if by_hand := SET_BY_HAND.get(sheet.value(row, places.marks).strip().casefold()):
        return by_hand
    if score.by_hand and not asked.not_final:
        return f"{number(score.by_hand)} points wait for a person; --not-final exports it anyway"
    return ""


def _points(score: Score, most: float | None, column: str, asked: Asked) -> Fraction:
    """The rounded points in the sheet's units, never below 0."""
    points = rounded_points(score.score, asked.step)
    if most is None or abs(most - score.total) < NEAR or not score.total:
        return points
    if not asked.scale:
        raise Problem(
            f"in the sheet, full marks of {column!r} are {number(most)} points, and "
            f"{asked.assignment} has {number(score.total)}; add --scale to convert the points, or "
            f"change it to {number(score.total)} in the LMS and export the sheet again"
        )
    return half_up(points * exact(most) / exact(score.total), DIGITS)


# --- Whose row ------------------------------------------------------------------------------------


def _students_of(
    sheet: Sheet, places: Places, students: Sequence[Student], made: Filled
) -> dict[int, str]:
    """The student of each row; rows of nobody, of several, or several of one are told."""
    known: list[dict[str, list[str]]] = [{} for _ in range(4)]
    for one in students:
        for stage, keys in zip(known, _keys(one), strict=True):
            for key in keys:
                stage.setdefault(key, []).append(one.student)
    found: dict[int, str] = {}
    for row in places.rows:
        who = _find(_identifiers_in_row(sheet, places, row), known)
        name = _shown(sheet, places, row)
        if not who:
            made.left.append((name, "is in the sheet, not in the class"))
        elif len(who) > 1:
            made.left.append((name, f"could be {' or '.join(who)}; correct roster.csv"))
        else:
            found[row] = who[0]
    rows_of: dict[str, list[int]] = {}
    for row, student in found.items():
        rows_of.setdefault(student, []).append(row)
    for student, rows in rows_of.items():
        if len(rows) > 1:
            made.left.append((student, f"has {len(rows)} rows in the sheet; correct roster.csv"))
            for row in rows:
                del found[row]
    return found


def _find(identifiers: Iterable[set[str]], known: Sequence[Mapping[str, list[str]]]) -> list[str]:
    """The students whom the first kind of key that fits stands for."""
    for texts, stage in zip(identifiers, known, strict=True):
        if who := dict.fromkeys(one for key in sorted(texts) for one in stage.get(key, ())):
            return list(who)
    return []


def _keys(one: Student) -> list[set[str]]:
    """What may stand in a row of this student: ids in the LMS, then our id, addresses, names."""
    return [
        _letters(one.lms_id),
        _letters(one.student),
        _letters(one.email),
        _names(one.name),
    ]


def _identifiers_in_row(sheet: Sheet, places: Places, row: int) -> Iterator[set[str]]:
    """The same of a row. A login is an e-mail address at many universities."""
    ids = {key for n in places.ids for key in _letters(sheet.value(row, n))}
    emails = {key for n in places.emails for key in _letters(sheet.value(row, n))}
    yield ids
    yield ids
    yield emails | ids
    yield {
        key
        for columns in places.names
        for key in _names(" ".join(sheet.value(row, n) for n in columns))
    }


def _letters(text: str) -> set[str]:
    key = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return {key} if key else set()


def _names(text: str) -> set[str]:
    """A name in the order in which it is spoken."""
    last, comma, first = text.partition(",")
    return _letters(f"{first} {last}" if comma else text)


def _shown(sheet: Sheet, places: Places, row: int) -> str:
    columns = [*(n for names in places.names for n in names), *places.emails, *places.ids]
    return next(filter(None, (sheet.value(row, n).strip() for n in columns)), f"row {row + 1}")
