"""Show a report where the student is: in a notebook, in a terminal, or as the value of a cell.

Everything goes to standard output or the notebook's display: anything on stderr in a graded cell
costs its points under nbgrader.
"""

from collections.abc import Callable
from typing import Any

from grader.checking.home.local_store import ipython
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text
from grader.checking.report.blocks import Report


class Score(float):
    """Points, shown as their report.

    Where a cell ends with it, the cell's one output has the report as HTML and the number as plain
    text, which nbgrader reads as partial credit.
    """

    report: Report

    def _repr_html_(self) -> str:
        _unseen[:] = [score for score in _unseen if score is not self]
        return as_html(self.report)


_unseen: list[Score] = []  # scores of the running cell whose reports have not been shown


def scored(points: float, report: Report) -> Score:
    """The points with their report, which is seen whether or not they are the value of a cell.

    A notebook shows it as the cell's value; if something else is that (the check stands in a loop
    or in the middle), it is shown before the next one and at the latest when the cell ends.
    """
    score = Score(points)
    score.report = report
    if not _shows_html():
        print(as_text(report))
        return score
    _show_unseen()
    _unseen.append(score)
    ipython().events.register("post_run_cell", _show_unseen)
    return score


def _show_unseen(_result: object = None) -> None:
    while _unseen:
        show(_unseen.pop(0).report)


def show(report: Report) -> None:
    """Display a report in a notebook, or print it where there is none."""
    if not _shows_html():
        print(as_text(report))
        return
    from IPython.display import display

    show_bundle: Any = display
    show_bundle(_bundle(report), raw=True)


def show_for_now(report: Report) -> Callable[[Report], None]:
    """Show a report until the next one is there; returns what puts that one in its place."""
    if not _shows_html():
        print(as_text(report), flush=True)
        return show
    from IPython.display import display

    show_bundle: Any = display
    handle = show_bundle(_bundle(report), raw=True, display_id=True)
    return lambda later: handle.update(_bundle(later), raw=True)


def _bundle(report: Report) -> dict[str, str]:
    return {"text/plain": as_text(report), "text/html": as_html(report)}


def _shows_html() -> bool:
    """Whether somebody reads this in a notebook; IPython in a terminal shows plain text alone."""
    shell = ipython()
    return shell is not None and "text/html" in shell.display_formatter.active_types
