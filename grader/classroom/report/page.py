"""The class report: one row a submission, as a page to read and a table to compute with."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from grader.classroom.gradebook.marks import Score, scores
from grader.classroom.page_style import shortened, templates
from grader.classroom.remarks import remarks_on
from grader.classroom.report.class_numbers import exercises, lost, spread
from grader.classroom.report.times import NO_TIMES, Times, times_and_scores, times_of
from grader.classroom.roster import NO_GROUPS
from grader.classroom.school_class import Class
from grader.classroom.table import Cell, as_csv
from grader.files import write_whole
from grader.grading.submission.results import INSIDE, Graded, not_judged, short
from grader.wording import first_of, one_line

MOST_FOUND = 3  # findings told in a row; the rest is counted
MOST_SHARED = 10  # mistakes told for an exercise; the rest is counted
MOST_NAMES = 5  # students named for a mistake; the rest is counted
BRIEF = 50  # characters of one finding in the console's table
LONGEST = 300  # characters of one finding on the page; the table has them whole
NOTHING: Mapping[str, Sequence[str]] = {}
MARKS = {
    "person": "needs a person",
    "refused": "refused",
    "repaired": "repaired",
    "late": "handed in late",
    "remark": "with a remark",
}


@dataclass(frozen=True)
class Row:
    """What the report says about one submission.

    Attributes
    ----------
    pages : its feedback, one page for each notebook, as seen from the report's folder
    lead_time : how long before the deadline it was handed in; None if that is unknown
    remarks : what has to be known of the mark
    """

    student: str
    score: Score
    cells: dict[str, tuple[float, float]]
    found: tuple[tuple[str, str], ...]
    repaired: tuple[str, ...]
    refused: str
    isolation: str
    sandboxed: bool
    forgeable: tuple[str, ...]
    seconds: float
    pages: tuple[str, ...] = ()
    lead_time: timedelta | None = None
    remarks: tuple[str, ...] = ()

    @property
    def findings_in_words(self) -> str:
        """What was found, in a line."""
        return self._findings_up_to(LONGEST)

    @property
    def shown_repairs(self) -> list[str]:
        """What was repaired, as far as the page tells it."""
        return first_of([shortened(repair, LONGEST) for repair in self.repaired], MOST_FOUND)

    @property
    def marks(self) -> list[str]:
        """What the page's rows can be filtered by."""
        score = self.score
        holds = (
            score.by_hand > 0,
            bool(self.refused),
            bool(self.repaired),
            score.late > 0,
            bool(self.remarks),
        )
        return [mark for mark, there in zip(MARKS, holds, strict=True) if there]

    @property
    def in_brief(self) -> str:
        """What was found and repaired, in no more than three lines of a console."""
        parts = ["forgeable"] * bool(self.forgeable) + [self.score.lateness] * (self.score.late > 0)
        parts += [
            *[shortened(remark, BRIEF) for remark in self.remarks],
            self._findings_up_to(BRIEF),
            *[f"repaired: {shortened(r, BRIEF)}" for r in self.repaired],
        ]
        return shortened("; ".join(parts), 120)

    def _findings_up_to(self, longest: int) -> str:
        if self.refused:
            return shortened(f"not graded: {self.refused}", longest)
        cells_by_reason: dict[str, list[str]] = {}
        for cell, reason in self.found:
            cells_by_reason.setdefault(reason, []).append(cell)
        if set(cells_by_reason) <= {"not written", "not answered"} and not any(
            score for score, _ in self.cells.values()
        ):
            return "nothing written"
        shown = [
            f"{_few(cells)}: {shortened(reason, longest)}"
            for reason, cells in cells_by_reason.items()
        ]
        return _few(shown, "; ") or "all that is checked holds"


def rows(
    results: Sequence[Graded],
    scores: dict[str, Score],
    times: Times = NO_TIMES,
    remarks: Mapping[str, Sequence[str]] = NOTHING,
) -> list[Row]:
    """One row for each student, out of the notebooks' results and what the gradebook has.

    Parameters
    ----------
    remarks : by student, what has to be known of the mark
    """
    by_student: dict[str, list[Graded]] = {}
    for result in results:
        by_student.setdefault(result.student, []).append(result)
    made = []
    for student, of_student in sorted(by_student.items()):
        cells = [cell for result in of_student for cell in result.counted]
        made.append(
            Row(
                one_line(student),
                scores.get(student, Score(0.0, 0.0, 0.0)),
                {short(cell.cell): (cell.score, cell.points) for cell in cells},
                tuple((short(cell.cell), one_line(cell.found)) for cell in cells if cell.found),
                tuple(one_line(repair) for result in of_student for repair in result.repairs),
                one_line("; ".join(result.refused for result in of_student if result.refused)),
                of_student[0].isolation,
                all(result.sandboxed for result in of_student),
                tuple(short(cell.cell) for cell in cells if cell.where == INSIDE),
                round(sum(result.seconds for result in of_student), 3),
                tuple(map(_page, of_student)),
                times.lead_times.get(student),
                tuple(map(one_line, remarks.get(student, ()))),
            )
        )
    return made


@dataclass(frozen=True)
class Shared:
    """One mistake in one exercise: who made it, and how it showed in the first of them."""

    mistake: str
    students: tuple[str, ...]
    example: str


def at_a_glance(results: Sequence[Graded]) -> dict[str, list[Shared]]:
    """For each graded cell what went wrong in the class, most frequent first."""
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for result in sorted(results, key=lambda one: one.student):
        for cell in result.counted:
            by_mistake = found.setdefault(short(cell.cell), {})
            if what := one_line(cell.mistake or cell.found):
                seen = (one_line(result.student), one_line(cell.example))
                by_mistake.setdefault(what, []).append(seen)
    return {
        cell: [
            Shared(what, tuple(student for student, _ in seen), seen[0][1])
            for what, seen in sorted(by_mistake.items(), key=lambda item: -len(item[1]))
        ]
        for cell, by_mistake in found.items()
        if by_mistake
    }


def _few(items: Sequence[str], between: str = ", ") -> str:
    return between.join(first_of(items, MOST_FOUND))


def report_on(group: Class, assignment: str, results: Sequence[Graded]) -> tuple[list[Row], Path]:
    """Write a class's report, with the scores and times of the gradebook; its rows and its path."""
    url, students = group.gradebook, {one.student for one in results}
    remarks = remarks_on(group.folder, url, assignment, students)
    table = rows(results, scores(url, assignment), times_of(url, assignment), remarks)
    return table, write_report(table, results, assignment, group.folder / "results" / assignment)


def write_report(
    table: Sequence[Row], results: Sequence[Graded], assignment: str, folder: Path
) -> Path:
    """Write ``report.html`` and ``report.csv`` into ``folder``; returns the page's path."""
    columns = list(dict.fromkeys(name for row in table for name in row.cells))
    page = _page_of(table, results, assignment, folder)
    after = ("found", "repaired", "refused", "forgeable", "isolation", "seconds")
    last = ("seconds_late", "penalty", "remarks")
    header = ("submission", "score", "of", "by_hand", *columns, *after, *last)
    lines: list[Sequence[Cell]] = [header]
    for row in table:
        points = [row.cells[name][0] if name in row.cells else "" for name in columns]
        texts = ["; ".join(f"{cell}: {text}" for cell, text in row.found)]
        texts += ["; ".join(row.repaired), row.refused]
        texts += ["; ".join(row.forgeable), row.isolation]
        of = [row.score.score, row.score.total, row.score.by_hand]
        late: list[Cell] = [row.score.late, row.score.penalty, "; ".join(row.remarks)]
        lines.append([row.student, *of, *points, *texts, row.seconds, *late])
    write_whole(folder / "report.csv", as_csv(lines).encode("utf-8"))
    write_whole(folder / "report.html", page.encode("utf-8"))
    return folder / "report.html"


def _page_of(table: Sequence[Row], results: Sequence[Graded], assignment: str, folder: Path) -> str:
    there = {page for row in table for page in row.pages if (folder / unquote(page)).is_file()}
    template = templates().get_template("report.html")
    return template.render(
        assignment=assignment,
        no_groups=NO_GROUPS,
        rows=table,
        spread=spread([row.score for row in table]),
        exercises=exercises(row.cells for row in table),
        times=times_and_scores(
            [
                (row.lead_time, row.score.score / row.score.total)
                for row in table
                if row.lead_time is not None and row.score.total
            ]
        ),
        lost=lost,
        glance=at_a_glance(results),
        not_judged=not_judged([cell for result in results for cell in result.cells]),
        most=MOST_SHARED,
        there=there,
        unwritten=sum(there.isdisjoint(row.pages) for row in table),
        marks=MARKS,
        marked_rows=Counter(mark for row in table for mark in row.marks),
        shortened=lambda text: shortened(text, LONGEST),
        some_names=lambda names: ", ".join(first_of(names, MOST_NAMES)),
    )


def _page(result: Graded) -> str:
    """Where a feedback page lies, seen from ``results/<assignment>/``."""
    names = ("feedback", result.student, result.assignment, f"{result.notebook}.html")
    return "/".join(["..", "..", *(quote(os.fsencode(name), safe="") for name in names)])
