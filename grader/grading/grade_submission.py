"""The way of a submission from its folder to its result: read, restored, run, judged.

All of it happens in a process with limits (:mod:`grader.grading.limited_process`). The steps that
take long on some texts have limits of their own, so that such a text costs itself only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Collection
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from grader.grading.find_submission import find_submission, shown
from grader.grading.grade_notebook import grade_notebook, is_test
from grader.grading.judge_cells import reported
from grader.grading.page_budget import PageBudget
from grader.grading.read_notebook import KERNEL, NoNotebook, read_notebook
from grader.grading.restore_cells import SourceCell, restore_cells
from grader.grading.results import Graded, Submission
from grader.grading.sandbox import Sandbox
from grader.grading.sanitize import shorten_slow_texts
from grader.grading.secret import case_seed, secret_of
from grader.grading.student_summary import summary_for_student
from grader.grading.time_limit import TimeLimit, time_limit
from grader.grading.worker_client import WorkerClient
from grader.grading.worker_process import Workers
from grader.settings import load_settings

READ_SECONDS = 30.0
RESTORE_SECONDS = 20.0

_workers: dict[Sandbox, Workers] = {}


def answer_grade(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Grade what a request of :mod:`grader.classroom.nbgrader_adapter` names."""
    settings = load_settings(Path(request["course"]))
    classroom = Path(request["classroom"])
    about = Graded(request["assignment"], request["student"], request["notebook"])
    limits = dataclasses.replace(settings.limits, cell_seconds=float(request["cell_seconds"]))
    released = settings.notebooks / about.assignment
    private = (settings.root, classroom)
    sandbox = Sandbox(limits, request["unsafe"], released, private)
    sandbox.require()
    workers = _workers.setdefault(sandbox, Workers(sandbox))
    submission = find_submission(
        Path(request["folder"]), about.notebook, set(request["others"]) - {about.notebook}
    )
    known = [SourceCell(**cell) for cell in request["cells"]]
    texts = texts_of(released / f"{about.notebook}.ipynb")
    graded, notebook = grade_submission(
        about,
        submission,
        known,
        texts,
        workers,
        secret_of(classroom),
        rerun_all=request["rerun_all"],
    )
    if request["batch"]:
        workers.prepare()
    return graded.to_data(), nbformat.writes(notebook).encode("utf-8")


def texts_of(release: Path) -> set[str]:
    """The texts of all cells that students were given."""
    try:
        return {cell.source.strip() for cell in read_notebook(release).cells}
    except (NoNotebook, OSError):
        return set()


def grade_submission(
    about: Graded,
    submission: Submission,
    known: list[SourceCell],
    texts: Collection[str],
    workers: Workers,
    secret: bytes,
    *,
    rerun_all: bool = False,
) -> tuple[Graded, NotebookNode]:
    """Result and graded notebook of a submission.

    Parameters
    ----------
    about : whose it is
    known : the notebook's cells as the gradebook knows them
    texts : of the cells that students were given
    """
    started = time.monotonic()
    sandbox = workers.sandbox
    notebook, refused = _read(submission)
    repairs = _restored(notebook, known, texts)
    told = [*submission.told, *([] if refused else repairs)]
    client = WorkerClient(workers, sandbox.limits, submission.files)
    identity = (about.assignment, about.student, about.notebook, _digest(notebook, submission))
    try:
        cells = grade_notebook(
            notebook,
            client,
            lambda name: case_seed(secret, name, *identity),
            rerun_all=rerun_all,
        )
    finally:
        client.close()
    cut = PageBudget().shorten_sources(notebook) + shorten_slow_texts(notebook, texts)
    if cut:
        told.append(f"{cut} cells were too long to be shown in full")
    graded = dataclasses.replace(
        about,
        told=tuple(told),
        refused=refused,
        isolation=sandbox.isolation,
        sandboxed=not sandbox.unsafe,
        seconds=round(time.monotonic() - started, 3),
        cells=tuple(cells),
    )
    notebook.cells.insert(0, new_markdown_cell(summary_for_student(graded)))
    return graded, notebook


def not_graded(
    about: Graded, known: list[SourceCell], reason: str, unsafe: bool
) -> tuple[Graded, NotebookNode]:
    """What stands for a submission that exceeds the grader's own limits: 0, and why."""
    notebook = new_notebook(metadata={"kernelspec": KERNEL})
    restore_cells(notebook, known)
    for cell in notebook.cells:
        if is_test(cell):
            cell.outputs = list(reported(0.0, reason, escape(reason)))
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


def _restored(notebook: NotebookNode, known: list[SourceCell], texts: Collection[str]) -> list[str]:
    before = list(notebook.cells)
    try:
        with time_limit(RESTORE_SECONDS):
            return restore_cells(notebook, known, texts)
    except TimeLimit:
        notebook.cells = before
        without_search = restore_cells(notebook, known, texts, search=False)
        return ["cells whose names were lost could not be searched for in time", *without_search]


def _digest(notebook: NotebookNode, submission: Submission) -> str:
    digest = hashlib.sha256("\0".join(cell.source for cell in notebook.cells).encode())
    for name, content in sorted(submission.files.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
