"""Writes the term's pages: ``term.html``, ``term.csv``, and a sheet for each student."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from grader.classroom.lateness import in_points
from grader.classroom.page_style import shortened, templates
from grader.classroom.report.class_numbers import lost
from grader.classroom.report.page import LONGEST
from grader.classroom.report.times import lead_time_in_words
from grader.classroom.table import Cell, as_csv
from grader.extras.term.personal_data import ANONYMOUS, NAMED
from grader.extras.term.signs import LEAST, RULES
from grader.extras.term.term import MARKS, Line, Term
from grader.files import write_whole
from grader.interrupts import held_interrupts
from grader.wording import one_line

SHEETS = "students"  # a folder
COLUMNS = ("student", "name", "points", "of", "share", "handed_in", "due", "late", "wait", "signs")
MOST_LOST = 12  # exercises on a student's sheet; the rest is counted
LONGEST_NAME = 200  # bytes of a sheet's name, of which a file system allows 255


def write_term(term: Term, results: Path) -> Path:
    """Write all pages into a folder of their own in ``results``; returns the page of the term.

    The folder is exchanged as a whole, so that a sheet of an earlier run cannot stay.
    """
    folder = results / (ANONYMOUS if term.anonymous else NAMED)
    results.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=results, prefix=f".{folder.name}.") as temporary:
        new, old = Path(temporary) / "new", Path(temporary) / "old"
        write_whole(new / "term.html", _page(term, results).encode("utf-8"))
        write_whole(new / "term.csv", _table(term).encode("utf-8"))
        for line in term.lines:
            write_whole(new / SHEETS / sheet_name(line.student), _sheet(term, line).encode("utf-8"))
        with held_interrupts():
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
    return folder / "term.html"


def sheet_name(student: str) -> str:
    """The file of a student's sheet."""
    name = os.fsencode(student)
    if len(name) > LONGEST_NAME:
        return f"{hashlib.sha256(name).hexdigest()}.html"
    return f"{student}.html"


def _page(term: Term, results: Path) -> str:
    return (
        templates(__package__)
        .get_template("term.html")
        .render(
            term=term,
            marks=MARKS,
            marked_rows=Counter(mark for line in term.lines for mark in line.marks),
            rules=RULES,
            least=LEAST,
            lost=lost,
            lead_time_in_words=lead_time_in_words,
            sheet=lambda line: f"{SHEETS}/{_quoted(sheet_name(line.student))}",
            reports={
                one.name: f"../{_quoted(one.name)}/report.html"
                for one in term.sets
                if not term.anonymous and (results / one.name / "report.html").is_file()
            },
        )
    )


def _sheet(term: Term, line: Line) -> str:
    pages = {
        step.of.name: [
            "/".join(["..", "..", "..", "feedback", *map(_quoted, (line.student, step.of.name, p))])
            for p in (f"{name}.html" for name in step.result.pages)
        ]
        for step in line.steps
        if step.result
    }
    return (
        templates(__package__)
        .get_template("sheet.html")
        .render(
            line=line,
            pages=pages,
            not_due=[one.name for one in term.sets if one.name not in line.by_name],
            lost=[
                (name, one, shortened(one.found, LONGEST)) for name, one in line.lost[:MOST_LOST]
            ],
            more=len(line.lost) - MOST_LOST,
            lead_time_in_words=lead_time_in_words,
        )
    )


def _table(term: Term) -> str:
    names = [one.name for one in term.sets]
    lines: list[Sequence[Cell]] = [[*COLUMNS, *names]]
    for line in term.lines:
        who = map(one_line, (line.student, line.name))
        sums = [in_points(line.points), in_points(line.total), round(line.share, 4), line.handed_in]
        sums += [len(line.steps), line.late, in_points(line.waits)]
        step = line.by_name.get
        points = [
            found.result.score.score if (found := step(name)) and found.result else ""
            for name in names
        ]
        lines.append([*who, *sums, "; ".join(line.signs), *points])
    return as_csv(lines)


def _quoted(name: str) -> str:
    return quote(os.fsencode(name), safe="")
