"""What a feedback page says, in which order, and what of the notebook is folded.

The points and what to do next come first. Of the notebook, everything stays in its place: what the
student has to look at is open, what is right or was given is folded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from nbformat import NotebookNode

from grader.classroom.gradebook.marks import Entry, Mark
from grader.classroom.page_style import STYLE, code_style, shortened, templates
from grader.grading.sandbox.sandbox import NOT_SANDBOXED
from grader.grading.submission.graded_call import graded_call
from grader.grading.submission.page_budget import LEFT_OUT
from grader.grading.submission.restore import visible
from grader.grading.submission.results import INSIDE, CellResult, Graded, not_judged, passed
from grader.grading.submission.test_cells import number_in
from grader.wording import one_line

LONGEST = 200  # characters of what was found in a row; the cell below has all of it
MOST_HEADINGS = 3  # of given cells that are folded together
WRONG, NOT_WRITTEN, WAITS, RIGHT = "wrong", "not written", "waits", "right"
PRACTICE = "practice"  # has no points: its report is in the notebook, and nothing is to do
HEADING = re.compile(r"^#{1,4} +(.+?) *#*$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Line:
    """What became of one graded cell.

    Attributes
    ----------
    found : what is not right, in a line
    hint : the same at length, as the next thing to do
    """

    cell: str
    state: str
    score: float
    points: float
    found: str = ""
    hint: str = ""

    @property
    def name(self) -> str:
        return short(self.cell)


@dataclass
class Part:
    """Cells that belong together, in the notebook's order.

    Attributes
    ----------
    kind : "exercise", "own" for other cells that the student wrote or changed, or "given"
    title : of an exercise its name; of given cells their headings
    task : of an exercise the given text right above it
    line : what became of an exercise, if it is graded
    is_open : whether the page shows it unfolded
    """

    kind: str
    title: str = ""
    task: NotebookNode | None = None
    line: Line | None = None
    is_open: bool = False
    cells: list[NotebookNode] = field(default_factory=list)

    @property
    def begins(self) -> str:
        """What stands before its cells."""
        return templates().get_template("feedback_part.html").render(part=self)


def short(cell: str) -> str:
    """Name of a cell without what it shares with all others of its kind."""
    return re.sub(r"^(check|choice|manual|answer)_", "", cell)


# --- Points ---------------------------------------------------------------------------------------


def lines_of(cells: Iterable[NotebookNode], graded: Graded, entry: Entry) -> list[Line]:
    """A line for each graded cell, in the notebook's order."""
    by_cell = {one.cell: one for one in graded.cells}
    names = [_name(cell) for cell in cells if _is(cell, "grade") or _is(cell, "task")]
    return [_line(name, entry.marks[name], by_cell.get(name)) for name in names]


def _line(name: str, mark: Mark, result: CellResult | None) -> Line:
    def line(state: str, found: str = "", hint: str = "") -> Line:
        return Line(name, state, mark.score, mark.most, found, hint)

    if not mark.most:
        return line(PRACTICE)
    by_person = mark.manual is not None
    if mark.waits and not by_person:
        return line(WAITS, "waits for a person")
    if mark.score >= mark.most:
        return line(RIGHT, "graded by a person" if by_person or result is None else passed(name))
    if by_person:
        return line(WRONG, "graded by a person")
    if result is None:
        return line(NOT_WRITTEN, "not answered")
    found = one_line(result.found)
    state = NOT_WRITTEN if result.status == "not written" else WRONG
    return line(state, shortened(found, LONGEST), one_line(result.mistake) or found)


def faults_first(lines: Iterable[Line]) -> list[Line]:
    """What is not right, then what waits for a person, then what is right."""
    turn = {WRONG: 0, NOT_WRITTEN: 0, WAITS: 1, RIGHT: 2}
    return sorted((one for one in lines if one.state in turn), key=lambda one: turn[one.state])


def shares(entry: Entry, lines: Iterable[Line]) -> dict[str, float]:
    """Points earned, waiting and lost; together they are all points."""
    waiting = sum(line.points - line.score for line in lines if line.state == WAITS)
    earned = min(max(entry.score, 0.0), entry.total)
    waiting = min(waiting, entry.total - earned)
    return {"earned": earned, "waiting": waiting, "lost": entry.total - earned - waiting}


def head(
    lines: Sequence[Line], graded: Graded, entry: Entry, without: str = "", noted: str = ""
) -> str:
    """What stands above the notebook's cells.

    Parameters
    ----------
    without : why nothing that the student wrote is shown; "" if it is
    noted : what collecting has noted of the submission
    """
    template = templates().get_template("feedback_head.html")
    return template.render(
        lines=lines,
        faults_first=faults_first(lines),
        graded=graded,
        entry=entry,
        shares=shares(entry, lines),
        inside=[one.cell for one in graded.cells if one.where == INSIDE],
        not_sandboxed=NOT_SANDBOXED,
        without=without,
        noted=noted,
        not_judged=not_judged(graded.cells),
    )


@cache
def style() -> str:
    """The page's style sheet."""
    sheets = ("look.css", "feedback.css")
    sheets_of_the_page = [templates().get_template(name).render() for name in sheets]
    return "\n".join([*sheets_of_the_page, code_style(), STYLE])


# --- Cells ----------------------------------------------------------------------------------------


def parts_of(
    cells: Sequence[NotebookNode], lines: Iterable[Line], released: Collection[str] | None
) -> list[Part]:
    """The notebook's cells in their order, divided into parts.

    Parameters
    ----------
    lines : of the graded cells
    released : texts of the cells that students were given; None if they are not known
    """
    by_cell = {line.cell: line for line in lines}
    parts: list[Part] = []
    for cell in cells:
        kind = _kind(cell, released)
        part = parts[-1] if parts else None
        if part is None or part.kind != kind or part.line or _is_answer_and_graded(cell):
            part = Part(kind, task=_task(part) if kind == "exercise" else None)
            parts.append(part)
        part.cells.append(cell)
        if kind == "exercise":
            _name_part(part, cell, by_cell)
        part.is_open |= kind == "own"
    for part in parts:
        if part.kind == "given" and released is not None:
            part.title = headings(part.cells)
    return [part for part in parts if part.cells]


def _task(before: Part | None) -> NotebookNode | None:
    """The last text of the given cells above an exercise, which is taken from them."""
    if before and before.kind == "given" and before.cells[-1].cell_type == "markdown":
        return before.cells.pop()
    return None


def _name_part(part: Part, cell: NotebookNode, by_cell: dict[str, Line]) -> None:
    part.line = by_cell.get(_name(cell))
    part.title = part.line.name if part.line else part.title or short(_name(cell))
    part.is_open |= bool(cell.metadata.nbgrader.get("comment"))
    part.is_open |= part.line is not None and part.line.state in (WRONG, WAITS)


def _kind(cell: NotebookNode, released: Collection[str] | None) -> str:
    if any(_is(cell, what) for what in ("grade", "solution", "task")):
        return "exercise"
    known = released is None or cell.source.strip() in released or not cell.source.strip()
    return "given" if known else "own"


def headings(cells: Iterable[NotebookNode]) -> str:
    """The headings of given texts, by which a reader finds the place."""
    texts = [CODE_BLOCK.sub("", c.source) for c in cells if c.cell_type == "markdown"]
    found = [re.sub(r"[*`$]", "", one) for text in texts for one in HEADING.findall(text)]
    more = ["…"] if len(found) > MOST_HEADINGS else []
    return " · ".join([*found[:MOST_HEADINGS], *more])


def prepare(cell: NotebookNode) -> None:
    """Leave out what tells a student nothing, and note whether the outputs are folded.

    That is the call of a check, whose report stands below it, and the number that only nbgrader
    reads. Hidden tests and keys are not shown to anybody.
    """
    pictures = any("image/png" in o.get("data", {}) for o in cell.get("outputs", []))
    cell.metadata["folded"] = pictures and not _is(cell, "grade")
    if not _is(cell, "grade") or _is_answer_and_graded(cell):
        return
    cell.source = "" if graded_call(cell.source) else visible(cell.source)
    if cell.cell_type == "code":
        cell.outputs = [output for output in cell.outputs if not _is_score(output)]


def _is_score(output: Any) -> bool:
    data = output.get("data", {})
    alone = output.output_type == "execute_result" and set(data) == {"text/plain"}
    return alone and number_in(data["text/plain"]) is not None


def without_texts(cells: Iterable[NotebookNode], reason: str) -> list[NotebookNode]:
    """The graded cells with their reports, and nothing that the student wrote."""
    kept = [cell for cell in cells if _is(cell, "grade") or _is(cell, "task")]
    for cell in kept:
        cell.pop("attachments", None)
        if _is(cell, "solution") or _is(cell, "task"):
            cell.source = f"{LEFT_OUT} ({reason})"
            if cell.cell_type == "code":
                cell.outputs = []
    return kept


def _is_answer_and_graded(cell: NotebookNode) -> bool:
    """Whether a person grades the cell, which then is an exercise of its own."""
    return _is(cell, "solution") and _is(cell, "grade")


def _is(cell: NotebookNode, what: str) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get(what, False))


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader["grade_id"])
