"""What stands at the top of a graded notebook: how it went, told in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from grader.grading.results import INSIDE, CellResult, Graded
from grader.grading.sandbox import NOT_SANDBOXED

LONGEST = 120
SYMBOLS = {"complete": "✓", "not written": "…"}
RIGHT = "text-align:right;white-space:nowrap;padding:0 1.5em"
# As code, because in other text dollar signs would make a formula of it; but not in code's red.
TOLD = "color:inherit;background-color:transparent;white-space:normal;padding:0"


def summary_for_student(graded: Graded) -> str:
    """A markdown cell: what could not be graded or was repaired, and a row for each graded cell."""
    parts = []
    if graded.refused:
        parts.append(
            f"<p><strong>This could not be graded.</strong> {escape(graded.refused)}. "
            "The cells below are those of the assignment, without answers.</p>"
        )
    if graded.cells:
        parts.append(_table(graded.cells))
    if graded.told:
        items = "".join(f"<li>{escape(repair)}</li>" for repair in graded.told)
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
        f"<table><thead><tr><th>Graded automatically</th><th style='{RIGHT}'>Points</th>"
        f"<th>What was found</th></tr></thead><tbody>{rows}<tr><td><strong>Together</strong></td>"
        f"<td style='{RIGHT}'>{total}</td><td></td></tr></tbody></table>"
    )


def _row(one: CellResult) -> str:
    symbol = SYMBOLS.get(one.status, "✗")
    name = escape(one.cell.removeprefix("check_").removeprefix("choice_"))
    found = " ".join(one.found.split())
    if len(found) > LONGEST:
        found = f"{found[: LONGEST - 1]}…"
    return (
        f"<tr><td>{symbol} <a href='#{escape(one.cell)}'>{name}</a></td>"
        f"<td style='{RIGHT}'>{one.score:g} of {one.points:g}</td><td>"
        + (f"<code style='{TOLD}'>{escape(found)}</code>" if found else "everything holds")
        + "</td></tr>"
    )
