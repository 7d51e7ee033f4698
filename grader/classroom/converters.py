"""nbgrader's two steps, for one student at a time: the one module that derives from its converters.

nbgrader stays the only writer of its gradebook. It is given notebooks that were graded elsewhere
(:mod:`grader.grading.submission.grade`), and folders that may hold anything.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbconvert.writers.files import FilesWriter
from nbformat import NotebookNode
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree
from traitlets import Bool

from grader.classroom.moments import STAMP, as_nbgrader_has_it, moment_of
from grader.grading.submission.handed_in import TIMESTAMP, files_to_keep

SECRET_OF_EXCHANGE = "submission_secret.txt"
LONGEST_NOTE = 200  # bytes
NO_TIME = datetime(1970, 1, 1)


class OneStudent(BaseConverter):
    """Stands between nbgrader's converters and their base, whose search and copying it replaces.

    nbgrader's own looks for folders and files by pattern, which names can break, copies whatever
    lies beside them, following links, and gives those without the right file no feedback.
    """

    def source(self, student: str) -> Path:
        """The folder of a student that is converted."""
        return Path(self._format_source(self.coursedir.assignment_id, student)).absolute()

    def init_single_notebook_resources(self, notebook_filename: str) -> dict[str, Any]:
        path = Path(notebook_filename)
        return {
            "unique_key": path.stem,
            "output_files_dir": f"{path.stem}_files",
            "nbgrader": {
                "student": path.parent.parent.name,
                "assignment": path.parent.name,
                "notebook": path.stem,
                "db_url": self.coursedir.db_url,
            },
        }

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """An empty folder. Nothing that students handed in may lie among what we write."""
        target = Path(self._format_dest(assignment_id, student_id))
        if target.exists():
            rmtree(target)
        target.mkdir(parents=True)

    @property
    def left_out(self) -> list[str]:
        """Students whom nbgrader's option excludes."""
        return str(self.coursedir.student_id_exclude).split(",")

    def begin(self, student: str, names: list[str]) -> list[str]:
        """Empty the student's folder and fill it anew; gives the notebooks' places."""
        self.writer = FilesWriter(parent=self, config=self.config)
        places = [str(self.source(student) / f"{name}.ipynb") for name in names]
        self.notebooks = list(places)
        self.init_assignment(self.coursedir.assignment_id, student)
        return places

    def end(self, student: str) -> None:
        self.set_permissions(self.coursedir.assignment_id, student)


class StudentGrades(Autograde, OneStudent):
    """Records graded notebooks of one student: what ``nbgrader autograde`` does after executing.

    ``c.Autograde`` configures it, because traitlets asks for the names of all base classes.
    """

    rerun_all = Bool(False, help="Run practice cells too").tag(config=True)

    @property
    def cell_seconds(self) -> float:
        """nbgrader's option for the time of a cell, ``c.Execute.timeout``; 0 if it is not set."""
        return float(self.config.Execute.get("timeout") or 0.0)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Note the student, write the assignment's files, copy what lies beside the notebook.

        A student's file that would stand in the way of ours is left out.
        """
        super().init_assignment(assignment_id, student_id)
        source = Path(self._format_source(assignment_id, student_id))
        target = Path(self._format_dest(assignment_id, student_id))
        there = list(target.rglob("*"))
        present = {path.relative_to(target) for path in there if path.is_file()}
        present |= {Path(notebook).relative_to(source) for notebook in self.notebooks}
        taken = present | {path.relative_to(target) for path in there}
        for path in files_to_keep(source)[0]:
            name = path.relative_to(source)
            if name in taken or not present.isdisjoint(name.parents):
                continue
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / name, follow_symlinks=False)

    def record(self, student: str, graded: Mapping[str, NotebookNode]) -> None:
        """Write a student's graded notebooks, by name, into the gradebook and ``autograded/``."""
        places = self.begin(student, list(graded))
        for place, notebook in zip(places, graded.values(), strict=True):
            self.record_notebook(place, notebook)
        self.end(student)

    def record_notebook(self, place: str, notebook: NotebookNode) -> None:
        """nbgrader's second pass; the first, which restores cells, is part of grading here."""
        resources = self.init_single_notebook_resources(place)
        self.exporter = self.exporter_class(parent=self, config=self.config)
        self._sanitizing = False
        self._init_preprocessors()
        try:
            output, resources = self.exporter.from_notebook_node(notebook, resources)
            self.write_single_notebook(output, resources)
        finally:
            self._sanitizing = True


class StudentPages(GenerateFeedback, OneStudent):
    """Writes the rendered pages of one student: the end of ``nbgrader generate_feedback``."""

    def write(self, student: str, pages: Mapping[str, str]) -> None:
        """Write a student's pages, by the notebook's name, into ``feedback/``."""
        places = self.begin(student, list(pages))
        for place, page in zip(places, pages.values(), strict=True):
            resources = self.init_single_notebook_resources(place)
            self.write_single_notebook(page, {**resources, "output_extension": ".html"})
        self._keep_notes_of_exchange(student)
        self.end(student)

    def _keep_notes_of_exchange(self, student: str) -> None:
        """By these two, nbgrader's exchange gives the pages to the one who has submitted.

        Without them, or with others, which anybody can hand in, it would stop for the whole class.
        In their place are a time of no meaning, and a secret by which nobody can fetch the pages.
        """
        source = self.source(student)
        target = Path(self._format_dest(self.coursedir.assignment_id, student))
        secret, note = b"", source / SECRET_OF_EXCHANGE
        if note.is_file() and not note.is_symlink():
            with note.open("rb") as file:
                secret = file.read(LONGEST_NOTE)
        if not re.fullmatch(rb"[0-9a-f]{128}", secret):
            secret = secrets.token_hex(64).encode()
        (target / note.name).write_bytes(secret)
        when = timestamp_of(None, str(source)) or NO_TIME
        (target / TIMESTAMP).write_text(when.strftime(STAMP), encoding="utf-8")


def timestamp_of(course: Any, folder: str) -> Any:
    """When a submission was handed in, by nbgrader's own note; None if there is none to be read."""
    path = Path(folder) / TIMESTAMP
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return None
    when = moment_of(path.read_text(encoding="utf-8", errors="replace"))
    return as_nbgrader_has_it(when) if when else None


def read_times_with_care() -> None:
    """A note of the time that cannot be read, which anybody can hand in, would stop nbgrader."""
    CourseDirectory.get_existing_timestamp = timestamp_of
