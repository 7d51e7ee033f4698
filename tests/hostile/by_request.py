"""Grade one kind of submission as a class does: in the process with limits, from a folder."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader.grading.process.limited_process import LimitedProcess
from grader.grading.process.limits import time_limit
from grader.grading.submission.results import Graded
from grader.grading.submission.sanitize import safe_markdown
from tests.hostile.classroom import ASSIGNMENT, LIMITS, PATIENT
from tests.hostile.course import ROOT, Course, of_this_course, to_bytes
from tests.hostile.kinds import Kind

SECONDS = 100.0  # of the grader, for one submission: more than any of these may take


@dataclass(frozen=True)
class Grader:
    """A course in a folder, and the process that grades."""

    course: Course
    root: Path
    process: LimitedProcess

    def grade(self, content: bytes, limits: str = PATIENT) -> tuple[Graded, Any]:
        """Result and notebook; SubmissionFault if a limit of the grader's is exceeded."""
        (self.root / "course.toml").write_text(f"[limits]\n{limits}", encoding="utf-8")
        (release,) = (self.root / "notebooks" / ASSIGNMENT).glob("*.ipynb")
        folder = self.root / "class" / "submitted" / secrets.token_hex(4) / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / release.name).write_bytes(content)
        request = {
            "do": "grader.grading.submission.grade.answer_grade",
            "about": Graded(ASSIGNMENT, "ada", release.stem).to_data(),
            "folder": str(folder),
            "others": [release.stem],
            "cells": [vars(cell) for cell in self.course.known],
            "course": str(self.root),
            "classroom": str(self.root / "class"),
            "unsafe": False,
            "cell_seconds": 2,
            "rerun_all": False,
            "batch": True,
        }
        head, body = self.process.ask(request, SECONDS)
        return Graded.from_data(head), nbformat.reads(body.decode("utf-8"), as_version=4)

    def require(self, kind: Kind) -> Any:
        """Assert that the kind earns what it must; returns the graded notebook."""
        earns = kind.earns == "everything"
        graded, notebook = self.grade(kind.make(self.course), PATIENT if earns else LIMITS)
        score = sum(cell.score for cell in graded.cells)
        told = [cell for cell in graded.cells if cell.score != cell.points]
        assert score == (self.course.points if earns else 0), told
        assert bool(graded.refused) == (kind.earns == "refused"), graded.refused
        assert notebook.cells[0].source.isprintable()  # the summary
        found = [text for cell in graded.cells for text in (cell.found, cell.mistake, cell.example)]
        assert all(text.replace("\n", " ").isprintable() for text in found)
        return notebook

    def require_and_show(self, kind: Kind) -> None:
        """Assert also that formgrader can show it, which has no process of its own for that."""
        notebook = self.require(kind)
        texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
        with time_limit(60):
            for text in texts:
                safe_markdown({}, text)


@contextmanager
def grader_in(root: Path) -> Iterator[Grader]:
    shutil.copytree(ROOT / "notebooks" / ASSIGNMENT, root / "notebooks" / ASSIGNMENT)
    process = LimitedProcess()
    try:
        yield Grader(of_this_course(ASSIGNMENT), root, process)
    finally:
        process.close()


def honest_is_graded(grader: Grader) -> bool:
    graded, _ = grader.grade(to_bytes(grader.course.perfect()))
    return sum(cell.score for cell in graded.cells) == grader.course.points
