"""What a new grading has changed: who has other points, in which exercise."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checking.report.blocks import number
from grader.classroom.gradebook.marks import Entry
from grader.classroom.moments import now_stamp
from grader.classroom.table import safe_text
from grader.files import write_whole
from grader.grading.submission.results import short

FILE = "changes.csv"
COLUMNS = ("when", "student", "notebook", "exercise", "before", "after")
PENALTY, TOTAL = "lateness", "total"
NEAR = 1e-9

Entries = Mapping[str, Mapping[str, Entry]]  # by student and notebook


@dataclass(frozen=True)
class Difference:
    """Points of one exercise, of lateness (never above 0), or of a whole notebook.

    Attributes
    ----------
    before : None: there was no mark
    """

    student: str
    notebook: str
    exercise: str
    before: float | None
    after: float

    @property
    def description(self) -> str:
        before = "no mark" if self.before is None else number(self.before)
        return f"{self.exercise} {before} → {number(self.after)}"


def differences(before: Entries, after: Entries) -> list[Difference]:
    """What differs, by student: of each changed notebook its total first, then its parts."""
    found: list[Difference] = []
    for student in sorted(after):
        for name, new in after[student].items():
            old = before.get(student, {}).get(name)
            was, now = _parts(old) if old else {}, _parts(new)
            parts = [
                Difference(student, name, part, was.get(part), points)
                for part, points in now.items()
                if _differ(was.get(part), points)
            ]
            parts += [
                Difference(student, name, part, was[part], 0.0) for part in was if part not in now
            ]
            if parts:
                total = Difference(student, name, TOTAL, old.score if old else None, new.score)
                found += [total, *parts]
    return found


def _parts(entry: Entry) -> dict[str, float]:
    points = {short(cell): mark.score for cell, mark in entry.marks.items()}
    return points | {PENALTY: -entry.penalty} if entry.penalty else points


def _differ(before: float | None, after: float) -> bool:
    return before is None or abs(before - after) > NEAR


def note_changes(folder: Path, found: Sequence[Difference]) -> Path:
    """Add the differences to ``changes.csv``, which keeps those of earlier times."""
    path = folder / FILE
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    try:
        file.write(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        write(COLUMNS)
    when = now_stamp()
    for one in found:
        before = "" if one.before is None else number(one.before)
        texts = (safe_text(one.student), one.notebook, one.exercise)
        write([when, *texts, before, number(one.after)])
    write_whole(path, file.getvalue().encode("utf-8"))
    return path
