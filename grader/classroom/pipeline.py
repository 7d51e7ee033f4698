"""The one place where nbgrader is configured, for its own commands and for ours."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearOutput,
    Execute,
    OverwriteCells,
    SaveAutoGrades,
)
from traitlets.config import Config

from grader.authoring.build import assignments, build, source_of
from grader.authoring.clear import configure
from grader.authoring.errors import AuthoringError
from grader.grading.converter import SubmissionExporter, make_nbgrader_careful
from grader.grading.execute import CommentIsolation
from grader.grading.execute import Execute as SandboxedExecute
from grader.grading.restore_cells import Reattach
from grader.grading.sanitize import safe_markdown
from grader.settings import Settings


def find_tools() -> None:
    """Let nbgrader find the ``alembic`` of this Python, which it calls by name."""
    here, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if path.split(os.pathsep)[:1] != [here]:
        os.environ["PATH"] = os.pathsep.join([here, path])


def prepare(settings: Settings) -> None:
    """What nbgrader's commands need to find: its tools, solution notebooks, the class's folder."""
    find_tools()
    build_outdated(settings.root)
    settings.classroom.mkdir(mode=0o700, exist_ok=True)


@cache
def build_outdated(root: Path) -> None:
    """Make the solution notebooks, which nbgrader reads, from the sources where those are newer."""
    for assignment in assignments(root):
        try:
            source = source_of(assignment, root)
            notebook = source.with_suffix(".ipynb")
            if not notebook.exists() or notebook.stat().st_mtime < source.stat().st_mtime:
                build(assignment, root)
        except AuthoringError as error:
            print(f"{assignment} is not up to date: {error}", file=sys.stderr)


def gradebook_url(classroom: Path) -> str:
    return f"sqlite:///{(classroom / 'gradebook.db').absolute()}"


def nbgrader_config(
    settings: Settings, classroom: Path | None = None, *, unsafe: bool = False, batch: bool = False
) -> Config:
    """nbgrader's configuration for this course.

    Parameters
    ----------
    classroom : folder of submissions and gradebook, course.toml's if not given
    unsafe : grade without isolation
    batch : start the worker of the next submission while the last is recorded
    """
    classroom = settings.classroom if classroom is None else classroom
    make_nbgrader_careful()
    config = Config()
    configure(config)
    place = config.CourseDirectory
    place.course_id = settings.course.id
    place.root = str(settings.root)
    place.source_directory = settings.folders.solutions
    place.release_directory = settings.folders.notebooks
    for step in ("submitted", "autograded", "feedback"):
        place[f"{step}_directory"] = os.path.relpath(classroom / step, settings.root)
    place.db_url = gradebook_url(classroom)
    config.Exchange.root = str(classroom / "exchange")

    config.Autograde.exporter_class = SubmissionExporter
    config.Autograde.sanitize_preprocessors = [
        step
        for default in Autograde.sanitize_preprocessors.default()
        for step in ([Reattach, default] if default is OverwriteCells else [default])
        if step is not ClearOutput  # the reader has done it, and has kept those of practice cells
    ]
    config.Autograde.autograde_preprocessors = [
        step
        for default in Autograde.autograde_preprocessors.default()
        for step in {
            Execute: [SandboxedExecute],
            SaveAutoGrades: [SaveAutoGrades, CommentIsolation],
        }.get(default, [default])
    ]
    config.Reattach.release = str(settings.notebooks)
    config.Execute.course = str(settings.root)
    config.Execute.classroom = str(classroom)
    config.Execute.timeout = int(settings.limits.cell_seconds)
    config.Execute.unsafe = config.CommentIsolation.unsafe = unsafe
    config.Execute.batch = batch
    config.LimitOutput.max_lines = 500
    config.HTMLExporter.filters = {"markdown2html": safe_markdown}
    config.GenerateFeedback.preprocessors = [
        ClearHiddenTests,  # keys of multiple choice are the instructors' business
        *GenerateFeedback.preprocessors.default(),
    ]
    return config
