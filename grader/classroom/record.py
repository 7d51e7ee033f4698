"""Take a class through nbgrader's own steps; nbgrader alone writes scores and feedback."""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grader.authoring import AuthoringError, assignments, release
from grader.classroom.gradebook import (
    give_zero,
    has_assignment,
    notebook_names,
    require_writable,
)
from grader.classroom.pipeline import find_tools, gradebook_url, nbgrader_config
from grader.classroom.problem import Problem
from grader.grading.converter import Autograde
from grader.grading.execute import record_path, write_record
from grader.grading.find_submission import files_in
from grader.grading.sandbox import NoSandbox, Sandbox
from grader.grading.student_tree import student_tree
from grader.grading.worker_process import WorkerProcess
from grader.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Class:
    """A class of a course.

    Attributes
    ----------
    folder : holds submitted/, autograded/, feedback/, results/ and gradebook.db
    unsafe : grade without isolation
    """

    settings: Settings
    folder: Path
    unsafe: bool = False

    def config(self) -> Config:
        return nbgrader_config(self.settings, self.folder, unsafe=self.unsafe, batch=True)

    def students(self, assignment: str) -> list[str]:
        """Who handed something in."""
        return sorted(
            path.parent.name
            for path in (self.folder / "submitted").glob(f"*/{assignment}")
            if path.is_dir() and not path.parent.name.startswith(".")
        )


def require_known(settings: Settings, assignment: str) -> None:
    """Raise Problem unless there is a source for ``assignment``."""
    known = assignments(settings.root)
    if assignment not in known:
        raise Problem(f"no assignment {assignment!r}; there are: {', '.join(known) or 'none'}")


def require_gradable(group: Class, assignment: str) -> None:
    """Raise Problem unless it is ours, or the gradebook knows it as other people's."""
    ours = assignment in assignments(group.settings.root)
    if not ours and not has_assignment(group.folder, assignment):
        require_known(group.settings, assignment)


def autograde(
    group: Class, assignment: str, progress: Progress = lambda student: None, *, force: bool = False
) -> list[dict[str, Any]]:
    """Grade what was handed in; returns one record for each submitted notebook.

    Parameters
    ----------
    progress : called with each student whose turn it is
    force : grade again what was graded before

    Raises
    ------
    Problem
        Before anything is written: unknown assignment, no submissions, no sandbox, a gradebook
        that is not writable.
    """
    require_gradable(group, assignment)
    students = group.students(assignment)
    if not students:
        where = group.folder / "submitted" / "<student>" / assignment
        raise Problem(f"no submissions of {assignment}; they belong into {where}")
    try:
        student_tree()
    except Exception as error:  # an exercise that cannot be imported is nobody's zero
        reason = f"{type(error).__name__}: {error}"
        raise Problem(f"the course's exercises cannot be loaded ({reason})") from None
    try:
        private = (group.settings.root, group.folder)
        WorkerProcess(Sandbox(group.settings.limits, group.unsafe, private=private)).close()
    except NoSandbox as error:
        raise Problem(str(error)) from None
    require_writable(group.folder)
    find_tools()
    group.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    note_assignment(group, assignment)
    notebooks = notebook_names(group.folder, assignment)
    records = []
    with _log(group.folder, assignment) as log:
        for student in students:
            progress(student)
            _autograde_one(group, assignment, student, notebooks, log, force)
            records += [_read_record(group, assignment, student, name) for name in notebooks]
    return records


def note_assignment(group: Class, assignment: str) -> None:
    """Let nbgrader note the assignment's cells in the gradebook, unless it knows them."""
    if has_assignment(group.folder, assignment):
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            release(
                assignment,
                group.settings.root,
                Path(folder),
                gradebook=gradebook_url(group.folder),
            )
        except AuthoringError as error:
            raise Problem(f"{assignment} cannot be built: {error.problems[0]}") from None


def _autograde_one(
    group: Class,
    assignment: str,
    student: str,
    notebooks: list[str],
    log: logging.Logger,
    force: bool,
) -> None:
    handed_in = group.folder / "submitted" / student / assignment
    stale = any(
        _is_stale(handed_in, record_path(group.folder, assignment, student, name))
        for name in notebooks
    )
    try:
        _run(Autograde, group, assignment, student, log, force or stale)
    except Exception as error:  # whatever it is, the others are graded
        log.error("%s: %s: %s", student, type(error).__name__, error)
        give_zero(group.folder, assignment, student)
        for name in notebooks:
            reason = f"the grader itself failed on it; see {_log_path(group.folder, assignment)}"
            _refuse(group, assignment, student, name, reason)


def generate_feedback(
    group: Class, assignment: str, progress: Progress = lambda student: None
) -> Path:
    """Write the feedback pages of all graded submissions; returns their folder."""
    require_gradable(group, assignment)
    graded = sorted((group.folder / "autograded").glob(f"*/{assignment}"))
    if not graded:
        raise Problem(
            f"nothing of {assignment} is graded; run: python -m grader autograde {assignment}"
        )
    require_writable(group.folder)
    find_tools()
    failed = []
    with _log(group.folder, assignment) as log:
        for path in graded:
            progress(path.parent.name)
            try:
                _run(GenerateFeedback, group, assignment, path.parent.name, log, force=True)
            except NbGraderException:
                failed.append(path.parent.name)
    if failed:
        where = _log_path(group.folder, assignment)
        raise Problem(f"no feedback for {', '.join(failed)}; see {where}")
    return group.folder / "feedback"


def _run(
    step: Any, group: Class, assignment: str, student: str, log: logging.Logger, force: bool
) -> None:
    config = group.config()
    course = CourseDirectory(config=config, log=log)
    course.assignment_id, course.student_id = assignment, student
    converter = step(coursedir=course, config=config, log=log)
    converter.force = force
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own statements
        converter.start()


def _is_stale(handed_in: Path, record: Path) -> bool:
    """Whether a submission is newer than what is known of it; nbgrader looks at its note only."""
    if not record.exists():
        return True
    newest = max(path.lstat().st_mtime for path in (handed_in, *files_in(handed_in)))
    return record.stat().st_mtime < newest


def _refuse(group: Class, assignment: str, student: str, notebook: str, reason: str) -> None:
    about = {"assignment": assignment, "student": student, "notebook": notebook}
    sandbox = Sandbox(unsafe=group.unsafe)
    write_record(
        group.folder,
        {
            **about,
            "repairs": [],
            "refused": reason,
            "isolation": sandbox.isolation,
            "sandboxed": not group.unsafe,
            "seconds": 0.0,
            "cells": [],
        },
    )


def _read_record(group: Class, assignment: str, student: str, notebook: str) -> dict[str, Any]:
    path = record_path(group.folder, assignment, student, notebook)
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def _log_path(folder: Path, assignment: str) -> Path:
    return folder / "results" / assignment / "log.txt"


@contextmanager
def _log(folder: Path, assignment: str) -> Iterator[logging.Logger]:
    """What nbgrader has to say goes into a file, not over the progress bar."""
    path = _log_path(folder, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, "w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    log = logging.Logger("nbgrader", logging.INFO)
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()
