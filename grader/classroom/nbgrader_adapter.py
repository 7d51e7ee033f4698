"""nbgrader, adapted: the one module that derives from its classes, for its commands and for ours.

nbgrader stays the only writer of its gradebook. Its steps are given results that are made elsewhere
(:mod:`grader.grading.grade_submission`), and folders that may hold anything.
"""

from __future__ import annotations

import os
import shutil
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import api, autogradeapp, generatefeedbackapp
from nbgrader.converters import Autograde as NbgraderAutograde
from nbgrader.converters import GenerateFeedback as NbgraderFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute as NbgraderExecute
from nbgrader.utils import parse_utc, rmtree
from traitlets import Any as AnyTrait
from traitlets import Bool, Unicode

from grader.classroom.agreement import Agreement
from grader.classroom.gradebook import (
    comment_first_answer,
    require_name,
    require_sound,
    source_cells,
)
from grader.classroom.postgresql import keep_connections
from grader.classroom.problem import stops_grading
from grader.classroom.staleness import course_digests, submission_digest
from grader.classroom.writer import only_writer
from grader.grading.grade_submission import grade_in
from grader.grading.limited_process import LimitedProcess, TooMuch
from grader.grading.read_submission import TIMESTAMP, files_to_keep
from grader.grading.restore_cells import SourceCell
from grader.grading.results import Graded, result_path, write_result
from grader.grading.sandbox import NOT_SANDBOXED
from grader.settings import load_settings

GRADER_SECONDS = 400.0  # what the grader has for a submission, besides the submission's own time
PAGE_SECONDS = 120.0
PAGE_VERSION = "2"  # to be raised when pages are made in another way


class Execute(NbgraderExecute):
    """The graded notebook in place of the one that a kernel would have executed.

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

    def preprocess(self, nb: Any, resources: dict[str, Any], km: Any = None) -> Any:
        about = resources["nbgrader"]
        classroom = Path(self.classroom) if self.classroom else load_settings().classroom
        names = (about["assignment"], about["student"], about["notebook"])
        path = result_path(classroom, *names).with_suffix(".ipynb")
        return nbformat.read(path, as_version=4), resources


class Folders(BaseConverter):
    """Stands between nbgrader's converters and their base, whose search and copying it replaces.

    nbgrader's own looks for folders and files by pattern, which names can break, copies whatever
    lies beside them, following links, and gives those without the right file no feedback.
    """

    progress = AnyTrait(None, help="Called with each student and why something is done for them")

    def init_notebooks(self) -> None:
        """Every notebook that the gradebook knows, for every folder, whether it is there or not."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(course.assignment_id).notebooks
            except MissingEntry:
                known = []
            names = sorted(n.name for n in known if fnmatch(n.name, course.notebook_id))
        pattern = self._format_source(course.assignment_id, course.student_id)
        folders = [pattern] if os.path.isdir(pattern) else sorted(glob(pattern))
        self.assignments = {
            folder: [os.path.join(folder, f"{name}.ipynb") for name in names] for folder in folders
        }
        if not names or not folders:  # nbgrader has words for what it does not know
            super().init_notebooks()

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
        source = Path(self._format_source(assignment_id, student_id))
        target = Path(self._format_dest(assignment_id, student_id))
        if target.exists():
            rmtree(target)
        target.mkdir(parents=True)
        for path in files_to_keep(source)[0]:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy, follow_symlinks=False)

    def convert_notebooks(self) -> None:
        """Convert every student's folder; what fails costs only the one."""
        self.options = Execute(parent=self)
        self.settings = load_settings(Path(self.options.course) if self.options.course else None)
        self.classroom = Path(self.options.classroom or self.settings.classroom).absolute()
        require_sound(self.coursedir.db_url)
        self.agreement = Agreement(
            self.classroom, self.coursedir.db_url, self.coursedir.assignment_id
        )
        self.process = LimitedProcess()
        self.failed: dict[str, str] = {}
        try:
            with only_writer(self.classroom, self.coursedir.db_url):
                for folder in sorted(self.assignments):
                    self.notebooks = sorted(self.assignments[folder])
                    self._convert(folder)
        finally:
            self.process.close()
        if self.failed and self.progress is None:
            raise NbGraderException(f"failed: {', '.join(self.failed)}")

    def _convert(self, folder: str) -> None:
        student = Path(folder).parent.name
        if student in self.coursedir.student_id_exclude.split(","):
            return
        try:
            self.convert_student(self.coursedir.assignment_id, student)
        except Exception as error:
            if stops_grading(error):
                raise
            self.log.exception("%s", student)
            self.failed[student] = f"{type(error).__name__}: {error}"

    @property
    def names(self) -> list[str]:
        """Of the notebooks that are converted."""
        return [Path(notebook).stem for notebook in self.notebooks]


class Autograde(NbgraderAutograde, Folders):
    """Grades every submission that is not yet graded, or not as it is now, and records it.

    The name is nbgrader's, so that ``c.Autograde`` keeps its meaning.
    """

    def convert_notebooks(self) -> None:
        self.course: dict[str, tuple[list[SourceCell], dict[str, str]]] = {}
        super().convert_notebooks()

    def of_course(self, name: str) -> tuple[list[SourceCell], dict[str, str]]:
        """A notebook's cells as the gradebook knows them, and digests of what judges them."""
        if name not in self.course:
            cells = source_cells(self.coursedir.db_url, self.coursedir.assignment_id, name)
            self.course[name] = cells, course_digests(cells, self.settings.grading)
        return self.course[name]

    def convert_student(self, assignment: str, student: str) -> None:
        """Grade what has changed, and record what the gradebook does not have."""
        require_name(self.coursedir.db_url, student)
        folder = Path(self._format_source(assignment, student)).absolute()
        own = submission_digest(folder)
        made_from = {name: {**own, **self.of_course(name)[1]} for name in self.names}
        why = self.agreement.why_again(student, made_from, force=self.force)
        if self.progress is not None:
            self.progress(student, why)
        if not why:
            return
        self.log.info("%s: %s", student, why)
        reviewed = self.agreement.reviewed(student, made_from)
        self.agreement.forget(student)
        self.init_assignment(assignment, student)
        for name, notebook in zip(self.names, list(self.notebooks), strict=True):
            result = self.agreement.result(student, name)
            if self.force or result is None or result.made_from != made_from[name]:
                self.grade(Graded(assignment, student, name, made_from=made_from[name]), folder)
            self.convert_single_notebook(notebook)
            if self.options.unsafe:
                url = self.coursedir.db_url
                comment_first_answer(url, assignment, student, name, f"{NOT_SANDBOXED}.")
        self.set_permissions(assignment, student)
        self.agreement.keep_reviewed(student, reviewed)
        self.agreement.note_recorded(student, self.names)

    def grade(self, about: Graded, folder: Path) -> None:
        """Have a notebook graded, and keep the result."""
        options, limits = self.options, self.settings.limits
        graded, notebook = grade_in(
            self.process,
            about,
            self.of_course(about.notebook)[0],
            limits.submission_seconds + GRADER_SECONDS,
            folder=str(folder),
            others=self.names,
            course=str(self.settings.root),
            classroom=str(self.classroom),
            unsafe=options.unsafe,
            cell_seconds=options.timeout or limits.cell_seconds,
            rerun_all=options.rerun_all,
            batch=options.batch,
        )
        write_result(self.classroom, graded, notebook)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """nbgrader's second pass; the first, which restores cells, is part of grading here."""
        resources = self.init_single_notebook_resources(notebook_filename)
        self._sanitizing = False
        self._init_preprocessors()
        try:
            output, resources = self.exporter.from_notebook_node(new_notebook(), resources)
            self.write_single_notebook(output, resources)
        finally:
            self._sanitizing = True


class GenerateFeedback(NbgraderFeedback, Folders):
    """Writes the pages that have changed, each rendered in a limited process."""

    def convert_student(self, assignment: str, student: str) -> None:
        key = self.agreement.page_key(student, self.names, PAGE_VERSION)
        current = self.agreement.pages_are_current(student, key) and not self.force
        if self.progress is not None:
            self.progress(student, "" if current else "written")
        if current:
            return
        self.init_assignment(assignment, student)
        for notebook in self.notebooks:
            self.convert_single_notebook(notebook)
        self.set_permissions(assignment, student)
        self.agreement.note_pages(student, key)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        resources = self.init_single_notebook_resources(notebook_filename)
        request = {
            "do": "grader.classroom.render_page.answer_page",
            "course": str(self.settings.root),
            "classroom": str(self.classroom),
            "notebook": os.path.abspath(notebook_filename),
            "resources": resources,
        }
        try:
            _, body = self.process.ask(request, PAGE_SECONDS)
        except TooMuch as error:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], error)
            _, body = self.process.ask(request | {"without": str(error)}, PAGE_SECONDS)
        page = {**resources, "output_extension": ".html"}
        self.write_single_notebook(body.decode("utf-8"), page)


def timestamp_of(course: Any, folder: str) -> Any:
    """When a submission was handed in, by nbgrader's own note; None if there is none to be read."""
    path = Path(folder) / TIMESTAMP
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return None
    try:
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (ValueError, OverflowError):
        return None


def submitted_timestamp(formgrader: Any, assignment_id: str, student_id: str) -> Any:
    course = formgrader.coursedir
    folder = course.format_path(course.submitted_directory, student_id, assignment_id)
    return timestamp_of(course, folder)


def adapt_nbgrader() -> None:
    """Replace what no option of nbgrader can, for its own commands and for formgrader.

    They name their converters themselves; and a note of the time that cannot be read, which
    anybody can hand in, stops all of them.
    """
    keep_connections()
    autogradeapp.Autograde = api.Autograde = Autograde
    generatefeedbackapp.GenerateFeedback = api.GenerateFeedback = GenerateFeedback
    CourseDirectory.get_existing_timestamp = timestamp_of
    api.NbGraderAPI.get_submitted_timestamp = submitted_timestamp
