"""What came of a submission.

A submission becomes one :class:`Graded` with one :class:`CellResult` for each graded cell.
Feedback, gradebook and report are made from these.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checking.report.not_here import NOT_HERE
from grader.files import write_whole
from grader.grading.sandbox.sandbox import NOT_SANDBOXED
from grader.wording import one_line

if TYPE_CHECKING:
    from nbformat import NotebookNode

OUTSIDE = "outside the student's process"
INSIDE = "in the student's process: forgeable"
LONGEST = 120
LIMITS = "[limits] in course.toml"  # in ``made_from`` only of a submission that reached one
SYMBOLS = {"complete": "✓", "not written": "…", NOT_HERE: "–"}
NUMBER_STYLE = "text-align:right;white-space:nowrap;padding:0 1.5em"
# As code, because in other text dollar signs would make a formula of it; but not in code's red.
FINDING_STYLE = "color:inherit;background-color:transparent;white-space:normal;padding:0"
FINDING_STYLE += ";font-family:inherit;font-size:inherit"


@dataclass(frozen=True)
class CellResult:
    """What one graded cell came to, and what is shown below it.

    Attributes
    ----------
    found : what is not right, in a line
    mistake : the hint that was given, whole: what the class's report counts
    example : how it showed: the case, and a value beside the expected one
    inputs : of that case, as far as they are small enough to read
    recorded : what the exercise records of it, for comparisons in the class
    """

    cell: str
    score: float
    points: float
    status: str
    found: str
    where: str = OUTSIDE
    mistake: str = ""
    example: str = ""
    inputs: str = ""
    recorded: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[NotebookNode, ...] = ()


def bounded(score: float, points: float) -> float:
    """The score of a cell: between 0 and its points, and 0 if it is not a number."""
    return min(max(float(score), 0.0), points) if math.isfinite(score) else 0.0


@dataclass(frozen=True)
class Graded:
    """What came of a submission, as it is kept in ``results/``.

    Attributes
    ----------
    repairs : what was repaired before it was graded
    refused : why it was not graded; "" if it was
    work : digest of what was run; the seeds of its cases depend on it
    made_from : digests of what the result depends on, by what that is
    """

    assignment: str
    student: str
    notebook: str
    repairs: tuple[str, ...] = ()
    refused: str = ""
    isolation: str = ""
    sandboxed: bool = True
    seconds: float = 0.0
    work: str = ""
    cells: tuple[CellResult, ...] = ()
    made_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def counted(self) -> tuple[CellResult, ...]:
        """The cells that have points. The class's numbers leave out the others: practice."""
        return tuple(cell for cell in self.cells if cell.points)

    def to_data(self) -> dict[str, Any]:
        """Without outputs: those are in the graded notebook."""
        cells = [
            {key: value for key, value in vars(cell).items() if key != "outputs"}
            for cell in self.cells
        ]
        return {**vars(self), "repairs": list(self.repairs), "cells": cells}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Graded:
        cells = tuple(CellResult(**cell) for cell in data["cells"])
        return cls(**{**data, "repairs": tuple(data["repairs"]), "cells": cells})


def result_path(classroom: Path, assignment: str, student: str, notebook: str) -> Path:
    """Where the result of one submitted notebook lies; the graded notebook lies beside it."""
    return classroom / "results" / assignment / student / f"{notebook}.json"


def write_result(classroom: Path, graded: Graded, notebook: str) -> None:
    """Keep a result and its notebook (as JSON), so that recording can begin again with them."""
    path = result_path(classroom, graded.assignment, graded.student, graded.notebook)
    write_whole(path.with_suffix(".ipynb"), notebook.encode("utf-8"))
    write_whole(path, json.dumps(graded.to_data(), indent=1).encode("utf-8"))


def read_result(classroom: Path, assignment: str, student: str, notebook: str) -> Graded | None:
    """The result that is kept; None if there is none that can be read."""
    path = result_path(classroom, assignment, student, notebook)
    try:
        return Graded.from_data(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def short(cell: str) -> str:
    """Name of a graded cell without what it shares with all others."""
    return cell.removeprefix("check_").removeprefix("choice_")


def passed(cell: str) -> str:
    """What is said of a graded cell that has all its points."""
    return "the right answer" if cell.startswith("choice_") else "all checks pass"


def not_judged(cells: Sequence[CellResult]) -> list[str]:
    """A sentence for each package that is missing: the cells that need it, and what that means."""
    by_reason: dict[str, list[str]] = {}
    for one in cells:
        if one.status == NOT_HERE:
            by_reason.setdefault(one.found, []).append(one.cell.removeprefix("check_"))
    return [f"{', '.join(dict.fromkeys(names))}: {reason}." for reason, names in by_reason.items()]


def summary_for_student(graded: Graded, by_hand: Mapping[str, float] | None = None) -> str:
    """A markdown cell: what could not be graded or was repaired, and a row for each graded cell.

    Parameters
    ----------
    by_hand : the points of the cells that a person grades; in formgrader a link leads to the field
        for their score, which is far below
    """
    parts = []
    if graded.refused:
        parts.append(
            f"<p><strong>This could not be graded.</strong> {escape(one_line(graded.refused))}. "
            "The cells below are those of the assignment, without answers.</p>"
        )
    if graded.cells:
        parts.append(_table(graded.cells))
    if by_hand:
        links = ", ".join(_link_to(cell, points) for cell, points in by_hand.items())
        parts.append(f"<p><strong>Graded by a person:</strong> {links}.</p>")
    if graded.repairs:
        items = "".join(f"<li>{escape(one_line(repair))}</li>" for repair in graded.repairs)
        parts.append(f"<p>Before grading we repaired your notebook:</p><ul>{items}</ul>")
    if inside := [escape(one.cell) for one in graded.cells if one.where == INSIDE]:
        parts.append(f"<p>Graded {INSIDE}: {', '.join(inside)}.</p>")
    if not graded.sandboxed:
        parts.append(f"<p><strong>{NOT_SANDBOXED}.</strong></p>")
    # One line: markdown ends a block of HTML at an empty one.
    return " ".join("".join(parts).split()) or "Nothing in this notebook is graded automatically."


def _table(cells: Sequence[CellResult]) -> str:
    rows = "".join(_row(one) for one in cells)
    score, points = sum(one.score for one in cells), sum(one.points for one in cells)
    total = f"<strong>{score:g} of {points:g}</strong>"
    return (
        f"<table><thead><tr><th>Graded automatically</th><th style='{NUMBER_STYLE}'>Points</th>"
        f"<th>What was found</th></tr></thead><tbody>{rows}<tr><td><strong>Together</strong></td>"
        f"<td style='{NUMBER_STYLE}'>{total}</td><td></td></tr></tbody></table>"
    )


def _link_to(cell: str, points: float) -> str:
    name = escape(one_line(cell.removeprefix("manual_")))
    return (
        f"<a href='#{escape(cell)}'>{name}</a> ({points:g} {'point' if points == 1 else 'points'})"
    )


def _row(one: CellResult) -> str:
    symbol = SYMBOLS.get(one.status, "✗")
    name = escape(short(one.cell))
    worth = f"{one.score:g} of {one.points:g}" if one.points else "no points"
    found = one_line(one.found)
    if len(found) > LONGEST:
        found = f"{found[: LONGEST - 1]}…"
    return (
        f"<tr><td>{symbol} <a href='#{escape(one.cell)}'>{name}</a></td>"
        f"<td style='{NUMBER_STYLE}'>{worth}</td><td>"
        + (f"<code style='{FINDING_STYLE}'>{escape(found)}</code>" if found else passed(one.cell))
        + "</td></tr>"
    )
