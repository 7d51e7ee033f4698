"""nbgrader's ``Execute`` step, replaced by configuration: a worker instead of a kernel."""

from __future__ import annotations

import atexit
import dataclasses
import hashlib
import json
import time
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute as KernelExecute
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_solution
from traitlets import Bool, Unicode

from grader.grading.find_submission import files_beside
from grader.grading.grade_notebook import execute
from grader.grading.page_budget import PageBudget
from grader.grading.sandbox import NOT_SANDBOXED, Sandbox
from grader.grading.secret import secret_of, seed
from grader.grading.summary import summary_for_student
from grader.grading.worker_client import WorkerClient
from grader.grading.worker_process import Workers
from grader.settings import load_settings

_workers: dict[Sandbox, Workers] = {}


def workers_for(sandbox: Sandbox) -> Workers:
    """The workers of this process, kept over submissions so that the next one is there early."""
    if sandbox not in _workers:
        _workers[sandbox] = Workers(sandbox)
        atexit.register(_workers[sandbox].close)
    return _workers[sandbox]


class Execute(KernelExecute):
    """Run a submission in a sandboxed worker and judge its graded cells outside of it.

    The name is nbgrader's, so ``c.Execute.timeout`` and its other options keep their meaning as
    far as there is no kernel.
    """

    course = Unicode("", help="Folder of course.toml; empty: found upwards from here").tag(
        config=True
    )
    classroom = Unicode("", help="Folder of .secret and results; empty: course.toml's").tag(
        config=True
    )
    unsafe = Bool(False, help="Grade without isolation where there is none").tag(config=True)
    rerun_all = Bool(False, help="Run practice cells too").tag(config=True)
    batch = Bool(False, help="Start the next submission's worker early").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        settings = load_settings(Path(self.course) if self.course else None)
        classroom = Path(self.classroom) if self.classroom else settings.classroom
        limits = settings.limits
        if self.timeout:
            limits = dataclasses.replace(limits, cell_seconds=float(self.timeout))
        about = {key: resources["nbgrader"][key] for key in ("assignment", "student", "notebook")}
        files = settings.notebooks / about["assignment"]
        sandbox = Sandbox(limits, self.unsafe, files, (settings.root, classroom))
        sandbox.require()
        secret = secret_of(classroom)
        workers = workers_for(sandbox)
        files = files_beside(Path(resources["metadata"]["path"]))
        client = WorkerClient(workers, limits, files)
        started = time.monotonic()
        # Another draw for another submission: what feedback told of the last one is no help.
        handed_in = hashlib.sha256("\0".join(cell.source for cell in nb.cells).encode())
        for name, content in sorted(files.items()):
            handed_in.update(f"\0{name}\0{len(content)}\0".encode() + content)
        try:
            judged = execute(
                nb,
                client,
                lambda name: seed(secret, *about.values(), handed_in.hexdigest(), name),
                rerun_all=self.rerun_all,
            )
        finally:
            client.close()
            if self.batch:
                workers.prepare()
        told = nb.metadata.pop("grader", {"repairs": [], "refused": ""})
        if cut := PageBudget().shorten_sources(nb):
            told["repairs"] = [*told["repairs"], f"{cut} cells were too long to be shown in full"]
        record = {
            **about,
            **told,
            "isolation": sandbox.isolation,
            "sandboxed": not self.unsafe,
            "seconds": round(time.monotonic() - started, 3),
            "cells": [dataclasses.asdict(one) for one in judged],
        }
        write_record(classroom, record)
        nb.cells.insert(0, new_markdown_cell(summary_for_student(told, judged, self.unsafe)))
        return nb, resources


def record_path(classroom: Path, assignment: str, student: str, notebook: str) -> Path:
    """Where the record of one graded notebook lies."""
    return classroom / "results" / assignment / student / f"{notebook}.json"


def write_record(classroom: Path, record: dict[str, Any]) -> None:
    """Keep what happened, for reports."""
    path = record_path(classroom, record["assignment"], record["student"], record["notebook"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1), encoding="utf-8")


class CommentIsolation(NbGraderPreprocessor):
    """Says in the gradebook that a submission was graded without isolation."""

    unsafe = Bool(False).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        answers = [cell for cell in nb.cells if is_solution(cell)]
        if self.unsafe and answers:
            with Gradebook(about["db_url"]) as gradebook:
                comment = gradebook.find_comment(
                    answers[0].metadata.nbgrader["grade_id"],
                    about["notebook"],
                    about["assignment"],
                    about["student"],
                )
                comment.auto_comment = f"{NOT_SANDBOXED}."
                gradebook.db.commit()
        return nb, resources
