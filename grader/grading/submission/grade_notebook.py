"""Run a submitted notebook from top to bottom, and judge its graded cells."""

from __future__ import annotations

import contextlib
import itertools
import re
import sys
from collections.abc import Callable, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.checking.judging.judge import Verdict
from grader.grading.process.limits import TimeLimit, time_limit
from grader.grading.sandbox.notebook_process import Lost
from grader.grading.submission.carrying import Carrying
from grader.grading.submission.graded_call import CheckCall, ChoiceCall, graded_call
from grader.grading.submission.judge_cells import judge_check, judge_choice
from grader.grading.submission.notebook_session import ENDLESS, NotebookSession
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.practice import Carried, is_practice, running_cells
from grader.grading.submission.restore import has_hidden, visible
from grader.grading.submission.results import INSIDE, CellResult
from grader.grading.submission.sanitize import clean_outputs
from grader.grading.submission.source_names import defined
from grader.grading.submission.stand_ins_of_mine import stand_ins_of_mine
from grader.grading.submission.test_cells import (
    as_nbgrader_reads_them,
    report_of_hidden,
    score_of,
)

# What code raises that is right in a newer version of Python.
OF_A_VERSION = {"SyntaxError", "ImportError", "ModuleNotFoundError", "AttributeError", "NameError"}
CLEAN_SECONDS = 20.0  # of one cell's outputs


def grade_notebook(
    notebook: NotebookNode,
    session: NotebookSession,
    seed_of: Callable[[str], int],
    *,
    rerun_all: bool = False,
    follow_through: bool = False,
) -> list[CellResult]:
    """Run the cells in order, writing their outputs; returns what the graded ones came to.

    Parameters
    ----------
    notebook : graded cells hold the gradebook's source; changed in place
    seed_of : name of an exercise -> seed of its cases
    rerun_all : run practice cells too, instead of keeping the student's outputs
    follow_through : pay for a function that is right but for an earlier one; see ``judge_check``
    """
    budget = PageBudget(pictures=session.limits.picture_kilobytes << 10)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    running = stand_ins_of_mine(code) + (code if rerun_all else running_cells(notebook.cells))
    for cell in code:
        if is_practice(cell) and not rerun_all:
            budget.takes_shown(cell)
    judged: list[CellResult] = []
    unsound: dict[str, Verdict] = {}
    carrying = Carrying()
    count = itertools.count(1)
    for cell in running:
        if isinstance(cell, Carried):
            carrying.run(cell, session)
            continue
        cell.execution_count = next(count)
        if not is_test(cell):
            cell.outputs = _run(cell.source, session, budget)
            _note_stopped(cell, session.stopped, version_gap(notebook))
        elif (call := graded_call(cell.source)) is None:
            judged.append(carrying.told(_grade_inside(cell, session, budget)))
        else:
            remarks = carrying.remarks[cell.metadata.nbgrader["grade_id"]]
            outside = cell, call, session, seed_of, unsound, follow_through, remarks
            judged.append(carrying.told(_grade_outside(*outside)))
    if any(is_hidden_test(cell) for cell in running if not isinstance(cell, Carried)):
        hidden = _grade_hidden(running, session)
        judged = [hidden.get(one.cell, one) for one in judged]
    return judged


def _note_stopped(cell: NotebookNode, stopped: dict[str, tuple[str, str]], newer: str) -> None:
    """Note for each name that a cell defines the error that the cell stopped with, if it did."""
    error = next((one for one in cell.outputs if one.output_type == "error"), None)
    if error is None and not stopped:
        return
    for name in defined(cell.source):
        stopped.pop(name, None)
        if error is not None:
            because = f" ({newer})" * (bool(newer) and error.ename in OF_A_VERSION)
            stopped[name] = (error.ename, error.evalue.partition("\n")[0] + because)


def version_gap(notebook: NotebookNode) -> str:
    """Both versions of Python, if the notebook was written with a newer one; else ""."""
    written = str(notebook.metadata.get("language_info", {}).get("version", ""))
    found = re.match(r"(\d+)\.(\d+)", written)
    if found is None or (int(found[1]), int(found[2])) <= sys.version_info[:2]:
        return ""
    here = ".".join(map(str, sys.version_info[:2]))
    return f"the notebook was written with Python {found[0]} and is graded with Python {here}"


def is_test(cell: NotebookNode) -> bool:
    return _is(cell, "grade") and not _is(cell, "solution")


def graded_by_hand(notebook: NotebookNode) -> dict[str, float]:
    """The points of each cell that a person grades, in order."""
    return {
        cell.metadata.nbgrader["grade_id"]: float(cell.metadata.nbgrader["points"])
        for cell in notebook.cells
        if _is(cell, "grade") and _is(cell, "solution")
    }


def _is(cell: NotebookNode, what: str) -> bool:
    """What nbgrader's metadata say; its own functions would import all of nbgrader."""
    return bool(cell.metadata.get("nbgrader", {}).get(what, False))


def is_hidden_test(cell: NotebookNode) -> bool:
    """Whether a cell has hidden tests that run where the student's code does."""
    return is_test(cell) and graded_call(cell.source) is None and has_hidden(cell.source)


def _run(source: str, session: NotebookSession, budget: PageBudget) -> list[NotebookNode]:
    try:
        outputs = session.run(source)
        with time_limit(CLEAN_SECONDS):
            return clean_outputs(outputs, budget)
    except Lost as lost:
        return [_lost(lost, "This cell")]
    except TimeLimit:
        return [new_output("stream", text="(outputs left out: they take too long to show)\n")]


def _lost(lost: Lost, what: str) -> NotebookNode:
    name = "TimeLimit" if lost.late else "Ended"
    advice = f" {ENDLESS}" if lost.late and not lost.spent else ""
    words = f"{what}: {lost}.{advice}"
    output: NotebookNode = new_output(
        "error", ename=name, evalue=words, traceback=[f"{name}: {words}"]
    )
    return output


def _grade_outside(
    cell: NotebookNode,
    call: CheckCall | ChoiceCall,
    session: NotebookSession,
    seed_of: Callable[[str], int],
    unsound: dict[str, Verdict],
    follow_through: bool,
    remarks: Sequence[str],
) -> CellResult:
    name, points = cell.metadata.nbgrader["grade_id"], float(cell.metadata.nbgrader["points"])
    try:
        if isinstance(call, ChoiceCall):
            result = judge_choice(name, call, session, points)
        else:
            seed = seed_of(call.exercise)
            asked = call, session, seed, points, unsound, follow_through, remarks
            result = judge_check(name, *asked)
    except Lost as lost:
        shown = _lost(lost, "This check")
        found = f"{shown.ename}: {lost}"
        result = CellResult(name, 0.0, points, "wrong", found, outputs=(shown,))
    cell.outputs = list(result.outputs)
    return result


def _grade_inside(cell: NotebookNode, session: NotebookSession, budget: PageBudget) -> CellResult:
    """An ordinary test cell, of one with hidden tests the visible part: that score is replaced."""
    name, points = cell.metadata.nbgrader["grade_id"], float(cell.metadata.nbgrader["points"])
    cell.outputs = as_nbgrader_reads_them(_run(visible(cell.source), session, budget), points)
    errors = [output for output in cell.outputs if output.output_type == "error"]
    found = f"{errors[0].ename}: {errors[0].evalue}" if errors else ""
    return _judged_inside(name, score_of(cell.outputs, points), points, found)


def _grade_hidden(
    cells: Sequence[NotebookNode | Carried], session: NotebookSession
) -> dict[str, CellResult]:
    """Run everything once more, up to the last hidden test; only of these anything is taken."""
    hidden = [not isinstance(cell, Carried) and is_hidden_test(cell) for cell in cells]
    last = max(at for at, one in enumerate(hidden) if one)
    judged, restarted, carrying = {}, session.restarted(), Carrying()
    try:
        for cell in cells[: last + 1]:
            if isinstance(cell, Carried):
                carrying.run(cell, restarted)
            elif is_hidden_test(cell):
                name, points = cell.metadata.nbgrader["grade_id"], cell.metadata.nbgrader["points"]
                outputs = _run(cell.source, restarted, PageBudget())
                cell.outputs, found = report_of_hidden(cell.source, outputs, float(points))
                score = score_of(cell.outputs, float(points))
                judged[name] = _judged_inside(name, score, float(points), found)
            elif (is_test(cell) and graded_call(cell.source)) or cell.source in session.lost:
                continue
            else:
                with contextlib.suppress(Lost):
                    restarted.run(cell.source)
        return judged
    finally:
        restarted.close()


def _judged_inside(name: str, score: float, points: float, found: str) -> CellResult:
    status = "complete" if score == points else "partial" if score else "wrong"
    return CellResult(name, score, points, status, found, INSIDE)
