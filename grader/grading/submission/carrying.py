"""Runs what graded cells need of practice cells, and says which of them miss something."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from grader.grading.sandbox.notebook_process import Lost, stopped_after
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.practice import Carried
from grader.grading.submission.results import CellResult
from grader.wording import one_line

STATEMENT_SECONDS, PRACTICE_SECONDS = 10.0, 30.0  # for one statement, and for all of a submission
LONGEST = 200  # letters of an error in a remark


class Carrying:
    """Of one submission: the time that is left, and what is said beside a graded cell's mark.

    Attributes
    ----------
    remarks : name of a graded cell -> what it needs and does not find as at home
    """

    def __init__(self) -> None:
        self.remarks = defaultdict[str, list[str]](list)
        self._left = PRACTICE_SECONDS

    def run(self, one: Carried, session: NotebookSession) -> None:
        """Run a statement within its time; what it shows is not kept."""
        seconds = min(STATEMENT_SECONDS, self._left, session.limits.cell_seconds)
        if seconds <= 0:
            self._note(one, f"not run: the {PRACTICE_SECONDS:g} seconds for practice are used up")
            return
        used = session.used
        try:
            outputs = session.run(one.source, seconds)
        except Lost as lost:
            self._note(one, str(lost) if lost.late else f"stopped, because {lost}")
            return
        finally:
            self._left -= session.used - used
        if what := _stopped(outputs, seconds):
            self._note(one, what)
        elif one.waits_for:
            self._note(one, f"behind {one.waits_for}, which is False while grading")
        else:
            for name in one.names:
                session.stopped.pop(name, None)

    def told(self, result: CellResult) -> CellResult:
        """The result of a graded cell; where points are lost, what it did not find comes first."""
        remarks = self.remarks.get(result.cell, [])
        if not remarks or result.status in ("complete", "not written"):
            return result
        return replace(result, found=" ".join([*remarks, result.found]))

    def _note(self, one: Carried, what: str) -> None:
        names = ", ".join(f"`{name}`" for name in sorted(one.names)) or "what this cell needs"
        remark = f"The practice cell {one.cell} sets {names}. That line was {what}."
        for graded in one.needed_by:
            self.remarks[graded].append(remark)


def _stopped(outputs: list[Any], seconds: float) -> str:
    """What stopped a statement, as its outputs say; "" if nothing did."""
    for output in outputs:
        match output:
            case {"output_type": "error", "ename": "TimeLimit"}:
                return stopped_after(seconds)
            case {"output_type": "error", "ename": str(kind), "evalue": str(words)}:
                return f"stopped by {one_line(f'{kind}: {words}')[:LONGEST]}"
    return ""
