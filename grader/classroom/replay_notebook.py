"""A notebook for teachers: a student's code, and the cases on which it lost points."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grader.classroom.replay import LostPoints, Replay
from grader.files import write_whole
from grader.grading.submission.grade_notebook import is_test
from grader.grading.submission.read import KERNEL
from grader.problems import Problem

HEAD = """\
# {assignment} of {student}: for teachers only

The seeds below give the cases with which this work was graded, and the course's own answers.
**Do not give this file to students.**

**What the student wrote runs here without the sandbox: read it before you run it.** The cells
stand as they ran when the work was graded. Practice cells are raw cells: of them only the lines
ran that a graded function needs, so make a code cell of one that sets what is missing. Where an
exercise lost points, its cases stand in the place of the check. The points that are shown there
are those of the functions alone, as in the check at home."""

CASES = """\
# {cell}: the cases on which it was graded
{setup}exercise = find({exercise!r})
cases = make_cases(exercise, {seed})
functions = [{functions}]
found = verdict(exercise, cases, outcomes_of(exercise, functions, cases))
print(as_text(report_on(found)))"""

FIRST = """\
# The first case that fails: its inputs, what comes back, and what is expected
case = next((one.case for one in found.failing if one.case), cases[0])
(yours,) = outcomes_of(exercise, functions, [case])
(expected,) = outcomes_of(exercise, exercise.reference, [case])
case, yours.outputs or yours.failure, expected.outputs"""

SETUP = """\
from pathlib import Path

from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.checking.report.as_text import as_text
from grader.checking.report.of_verdict import report_on
from grader.exercises.own_folder import use_course

use_course(Path({course!r}))"""


def write_replay(path: Path, replays: Sequence[Replay], course: Path) -> None:
    """Write the notebook into a new file, which only its owner may read.

    Raises
    ------
    Problem
        The file is there already.
    """
    first = replays[0].again
    head = HEAD.format(assignment=first.assignment, student=first.student)
    cells = [new_markdown_cell(head), new_code_cell(SETUP.format(course=str(course)))]
    cells += [cell for one in replays for cell in _cells(one)]
    content = nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}))
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Problem(f"{path} is there already; name a new file") from None
    write_whole(path, content.encode("utf-8"))


def _cells(one: Replay) -> Iterator[NotebookNode]:
    lost = {task.again.cell: task for task in one.lost}
    for cell in nbformat.reads(one.graded, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        if is_test(cell):
            yield from _of_task(lost.get(cell.metadata.nbgrader["grade_id"]))
        elif cell.execution_count is None:
            yield new_raw_cell(cell.source)
        else:
            yield new_code_cell(cell.source)


def _of_task(task: LostPoints | None) -> Iterator[NotebookNode]:
    if task is None or task.call is None:
        return
    setup = f"{task.call.setup}\n" if task.call.setup else ""
    text = CASES.format(
        cell=task.again.cell,
        setup=setup,
        exercise=task.call.exercise,
        seed=task.seed,
        functions=", ".join(task.call.functions),
    )
    yield new_code_cell(text)
    yield new_code_cell(FIRST)
