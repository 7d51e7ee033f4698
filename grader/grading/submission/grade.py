"""The way of a submission from its folder to its result: read, restored, run, judged.

:func:`grade_in` has all of it done in a process with limits
(:mod:`grader.grading.process.limited_process`). The steps that take long on some texts have limits
of their own, so that such a text costs itself only.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from grader.checking.report.blocks import Report
from grader.exercises.own_folder import use_course
from grader.grading.process.fault import (
    GraderFault,
    NotDone,
    SubmissionFault,
    charged_to_submission,
)
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.process.limits import TimeLimit, time_limit
from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.packages import can_import
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.sandbox.student_tree import student_tree
from grader.grading.submission.case_seeds import digest_of_work, secret_of, seed_in
from grader.grading.submission.given_cells import restored, running
from grader.grading.submission.grade_notebook import (
    grade_notebook,
    graded_by_hand,
    is_test,
    version_gap,
)
from grader.grading.submission.graded_call import package_of
from grader.grading.submission.handed_in import NoNotebook, Submission, find_submission, shown
from grader.grading.submission.judging import reported
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.read import KERNEL, read_notebook
from grader.grading.submission.restore import NotedCell, restore_cells
from grader.grading.submission.results import LIMITS, Graded, summary_for_student
from grader.grading.submission.sanitize import shorten_slow_texts
from grader.settings import load_settings

READ_SECONDS = 30.0


@dataclass(frozen=True)
class GradingInputs:
    """What is the same for all submissions of a notebook.

    Attributes
    ----------
    release : the notebook as students were given it
    texts : of its cells
    code : its code cells that run while grading
    follow_through : as for :func:`grade_notebook`
    """

    release: Path
    texts: frozenset[str]
    code: tuple[NotebookNode, ...]
    processes: NotebookProcesses
    secret: bytes
    follow_through: bool


def grade_in(
    process: LimitedProcess,
    about: Graded,
    cells: list[NotedCell],
    seconds: float,
    **options: Any,
) -> tuple[Graded, str]:
    """Result and graded notebook (as JSON) of one submission; 0 and why if it cannot be graded.

    Parameters
    ----------
    about : whose it is, and what it was made from
    cells : the notebook's cells as the gradebook knows them
    seconds : of processor time that the process has for it
    options : what :func:`answer_grade` reads

    Raises
    ------
    NotDone, GraderFault
        As :meth:`LimitedProcess.ask`; GraderFault also if the notebook as students were given it
        cannot be graded either.
    """
    request = {"about": about.to_data(), "cells": [vars(cell) for cell in cells], **options}
    request = {"do": f"{__name__}.answer_grade", **request}
    try:
        head, body = process.ask(request, seconds)
        return Graded.from_data(head), body.decode("utf-8")
    except (SubmissionFault, NotDone) as error:
        fault = error
    try:
        process.ask({**request, "as given": True}, seconds)
    except (SubmissionFault, NotDone) as error:
        words = f"{about.notebook} as students were given it cannot be graded: {error}"
        raise GraderFault(words) from None
    if isinstance(fault, NotDone):
        raise fault
    graded, notebook = not_graded(about, cells, str(fault), options["unsafe"])
    return graded, nbformat.writes(notebook)


def grade_all(
    process: LimitedProcess,
    notebooks: Sequence[tuple[Graded, list[NotedCell]]],
    seconds: float,
    options: Mapping[str, Any],
) -> list[tuple[Graded, str]]:
    """As :func:`grade_in`, for all notebooks of one student."""
    return [grade_in(process, about, cells, seconds, **options) for about, cells in notebooks]


def answer_grade(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """In the process with limits: grade what a request of :func:`grade_in` names."""
    about = Graded.from_data(request["about"])
    inputs = _grading_inputs(
        Path(request["course"]),
        Path(request["classroom"]),
        about.assignment,
        about.notebook,
        request["unsafe"],
        float(request["cell_seconds"]),
    )
    others = set(request["others"]) - {about.notebook}
    known = [NotedCell(**cell) for cell in request["cells"]]
    require_packages(known, inputs.processes.sandbox)
    with charged_to_submission():
        folder = Path(request["folder"])
        if request.get("as given"):
            there = inputs.release.exists()
            submission = Submission(inputs.release) if there else Submission(refused="empty")
        elif os.path.lexists(folder):  # or what stands in its place, which is refused
            submission = find_submission(folder, about.notebook, others)
        else:
            raise NotDone(f"{folder} is gone")
        rerun_all = request["rerun_all"]
        graded, notebook = grade_submission(about, submission, known, inputs, rerun_all=rerun_all)
        answer = graded.to_data(), nbformat.writes(notebook).encode("utf-8")
    if request["batch"]:
        inputs.processes.prepare()
    return answer


def require_packages(known: Sequence[NotedCell], sandbox: Sandbox) -> None:
    """Raise GraderFault if a cell with points needs a package that cannot be imported here.

    Where it cannot be imported at all, the cells have no points
    (:mod:`grader.classroom.needed_packages`). So this worker lacks it, and nobody gets a mark.
    """
    for package in {package_of(cell.source) for cell in known if cell.grade and cell.points}:
        if package and not can_import(package, sandbox):
            raise GraderFault(
                f"{package} cannot be imported where this submission is graded, and exercises with "
                f"points need it; install {package} there"
            )


@cache
def _grading_inputs(
    course: Path,
    classroom: Path,
    assignment: str,
    notebook: str,
    unsafe: bool,
    cell_seconds: float,
) -> GradingInputs:
    """What the process with limits needs for each submission, made for the first one."""
    use_course(course)
    settings = load_settings(course)
    limits = dataclasses.replace(settings.limits, cell_seconds=cell_seconds)
    released = settings.notebooks / assignment
    release = released / f"{notebook}.ipynb"
    cells = _cells_of(release, in_course=settings.sources_of(assignment).is_dir())
    code = (cell.source for cell in cells if cell.cell_type == "code")
    needs = frozenset(filter(None, map(package_of, code)))
    private = (*settings.private, classroom)
    sandbox = Sandbox(limits, unsafe, released, private, needs=needs)
    sandbox.require()
    student_tree()  # imports all exercises
    return GradingInputs(
        release,
        frozenset(cell.source.strip() for cell in cells),
        running(cells),
        _processes(sandbox),
        secret_of(classroom),
        settings.grading.follow_through,
    )


@cache
def _processes(sandbox: Sandbox) -> NotebookProcesses:
    return NotebookProcesses(sandbox)


def _cells_of(release: Path, *, in_course: bool) -> list[NotebookNode]:
    """All cells that students were given; other people's may be gone."""
    if not in_course and not release.exists():
        return []
    try:
        if not release.exists():
            raise NoNotebook("not there")
        return list(read_notebook(release).cells)
    except NoNotebook as error:
        raise GraderFault(
            f"{release}, which students were given, is {error}; "
            f"run: python -m grader build {release.parent.name}"
        ) from None


def grade_submission(
    about: Graded,
    submission: Submission,
    known: list[NotedCell],
    inputs: GradingInputs,
    *,
    rerun_all: bool = False,
) -> tuple[Graded, NotebookNode]:
    """Result and graded notebook of a submission.

    Parameters
    ----------
    about : whose it is
    known : the notebook's cells as the gradebook knows them
    rerun_all : as for :func:`grade_notebook`
    """
    started = time.monotonic()
    sandbox = inputs.processes.sandbox
    notebook, refused = _read(submission)
    restored_cells = restored(notebook, known, inputs.texts, () if refused else inputs.code)
    repairs = [*submission.notes, *([] if refused else restored_cells)]
    if newer := version_gap(notebook):
        repairs.append(newer)
    session = NotebookSession(inputs.processes, sandbox.limits, submission.files)
    about = dataclasses.replace(about, work=digest_of_work(notebook, submission))
    try:
        cells = grade_notebook(
            notebook,
            session,
            lambda name: seed_in(inputs.secret, name, about),
            rerun_all=rerun_all,
            follow_through=inputs.follow_through,
        )
    finally:
        session.close()
    cut = PageBudget().shorten_sources(notebook) + shorten_slow_texts(notebook, inputs.texts)
    if cut:
        repairs.append(f"{cut} cells were too long to be shown in full")
    made_from = dict(about.made_from)
    if not session.reached:
        made_from.pop(LIMITS, None)
    graded = dataclasses.replace(
        about,
        made_from=made_from,
        repairs=tuple(repairs),
        refused=refused,
        isolation=sandbox.isolation,
        sandboxed=not sandbox.unsafe,
        seconds=round(time.monotonic() - started, 3),
        cells=tuple(cells),
    )
    summary = summary_for_student(graded, graded_by_hand(notebook))
    notebook.cells.insert(0, new_markdown_cell(summary))
    return graded, notebook


def not_graded(
    about: Graded, known: list[NotedCell], reason: str, unsafe: bool
) -> tuple[Graded, NotebookNode]:
    """What stands for a submission that exceeds the grader's own limits: 0, and why."""
    notebook = new_notebook(metadata={"kernelspec": KERNEL})
    restore_cells(notebook, known)
    for cell in notebook.cells:
        if is_test(cell):
            cell.outputs = list(reported(0.0, Report("wrong", "", "", reason)))
    graded = dataclasses.replace(about, refused=reason, sandboxed=not unsafe)
    notebook.cells.insert(0, new_markdown_cell(summary_for_student(graded)))
    return graded, notebook


def _read(submission: Submission) -> tuple[NotebookNode, str]:
    """The notebook, or an empty one and why. The empty one is graded, with 0, like any other."""
    refused = submission.refused
    if submission.path is not None:
        name = shown(Path(submission.path.name))
        try:
            with time_limit(READ_SECONDS):
                return read_notebook(submission.path), ""
        except NoNotebook as error:
            refused = f"{name} is {error}"
        except TimeLimit:
            refused = f"{name} is a notebook that takes too long to read; clear its outputs"
    return new_notebook(metadata={"kernelspec": KERNEL}), refused
