"""nbgrader's ``Autograde``, for folders that may hold anything.

nbgrader's own looks for files by pattern, copies whatever lies beside them, following links, and
gives those without the right file no feedback. Everything after that is nbgrader's.
"""

from __future__ import annotations

import os
import shutil
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import api, autogradeapp
from nbgrader.converters import Autograde as NbgraderAutograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from grader.grading.find_submission import TIMESTAMP, files_to_keep, find_notebook, shown
from grader.grading.read_notebook import KERNEL, NoNotebook, read_notebook


class CarefulCopy(BaseConverter):
    """Stands between nbgrader's ``Autograde`` and its base, whose copying it replaces."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        source = Path(self._format_source(assignment_id, student_id))
        target = Path(self._format_dest(assignment_id, student_id))
        kept, said = files_to_keep(source)
        self.said_of[str(source)] = said
        for path in kept:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy, follow_symlinks=False)


class Autograde(NbgraderAutograde, CarefulCopy):
    """Grades every folder that was handed in; what is not there is refused with a reason.

    The name is nbgrader's, so that ``c.Autograde`` keeps its meaning.
    """

    def __init__(self, coursedir: Any = None, **kwargs: Any) -> None:
        super().__init__(coursedir=coursedir, **kwargs)
        self.said_of: dict[str, list[str]] = {}

    def init_notebooks(self) -> None:
        """Every notebook that the gradebook knows, for every folder, whether it is there or not."""
        course = self.coursedir
        names = [n for n in self.expected() if fnmatch(n, course.notebook_id)]
        if not names:  # nbgrader has words for an assignment it does not know
            super().init_notebooks()
            return
        pattern = self._format_source(course.assignment_id, course.student_id)
        folders = [pattern] if os.path.isdir(pattern) else sorted(glob(pattern))
        self.assignments = {
            folder: [os.path.join(folder, f"{name}.ipynb") for name in names] for folder in folders
        }
        if not folders:
            super().init_notebooks()

    def expected(self) -> list[str]:
        """Names of the assignment's notebooks."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                return sorted(
                    n.name for n in gradebook.find_assignment(course.assignment_id).notebooks
                )
            except MissingEntry:
                return []


def timestamp_of(course: Any, folder: str) -> Any:
    """When a submission was handed in, by nbgrader's own note; None if there is none to be read."""
    path = Path(folder) / TIMESTAMP
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return None
    try:
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (ValueError, OverflowError):
        return None


def make_nbgrader_careful() -> None:
    """Replace what no option of nbgrader can, for its own commands and for formgrader.

    They name their ``Autograde`` themselves; and a note of the time that cannot be read, which
    anybody can hand in, stops all of them.
    """
    autogradeapp.Autograde = api.Autograde = Autograde
    CourseDirectory.get_existing_timestamp = timestamp_of
    api.NbGraderAPI.get_submitted_timestamp = submitted_timestamp


def submitted_timestamp(formgrader: Any, assignment_id: str, student_id: str) -> Any:
    course = formgrader.coursedir
    folder = course.format_path(course.submitted_directory, student_id, assignment_id)
    return timestamp_of(course, folder)


class SubmissionExporter(NotebookExporter):
    """nbgrader's way in. A file that is no notebook becomes an empty one with the reason.

    The steps that follow restore the graded cells in it, so that it is graded (with 0), listed and
    answered like any other, and does not stop those after it.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        converter = self.parent
        if not getattr(converter, "_sanitizing", True):  # the second pass reads our own file
            return super().from_filename(filename, resources, **kw)
        resources = {} if resources is None else resources
        asked = Path(filename)
        names = set(converter.expected()) if isinstance(converter, Autograde) else set()
        found = find_notebook(asked.parent, asked.stem, names - {asked.stem})
        said = [found.said] if found.said else []
        if isinstance(converter, Autograde):
            said += converter.said_of.get(str(asked.parent), [])
        refused = found.refused
        notebook = new_notebook(metadata={"kernelspec": KERNEL})
        if found.path is not None:
            try:
                notebook = read_notebook(found.path)
            except (NoNotebook, OSError) as error:
                refused = f"{shown(Path(found.path.name))} is {error}"
        if refused:
            self.log.warning("%s", refused)
        resources["refused"], resources["said"] = refused, said
        return self.from_notebook_node(notebook, resources, **kw)  # type: ignore[no-untyped-call]
