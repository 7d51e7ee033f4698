"""nbgrader, adapted: the one module that derives from its classes, for its commands and for ours.

nbgrader stays the only writer of its gradebook. Its steps are given results that are made elsewhere
(:mod:`grader.grading.grade_submission`), and folders that may hold anything.
"""

from __future__ import annotations

import dataclasses
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
from nbgrader.utils import rmtree
from traitlets import Any as AnyTrait

from grader.classroom.agreement import Agreement
from grader.classroom.gradebook import gradebook_path, require_sound, source_cells
from grader.classroom.nbgrader_steps import Execute, submitted_timestamp, timestamp_of
from grader.classroom.problem import stops_grading
from grader.classroom.staleness import course_digests, submission_digest, why_stale
from grader.grading.find_submission import files_to_keep
from grader.grading.grade_submission import not_graded
from grader.grading.limited_process import LimitedProcess, TooMuch
from grader.grading.restore_cells import SourceCell
from grader.grading.results import Graded, write_result
from grader.settings import load_settings

GRADER_SECONDS = 400.0  # what the grader has for a submission, besides the submission's own time
PAGE_SECONDS = 120.0
PAGE_VERSION = "1"  # to be raised when pages are made in another way


class Folders(BaseConverter):
    """Stands between nbgrader's converters and their base, whose search and copying it replaces.

    nbgrader's own looks for folders and files by pattern, which names can break, copies whatever
    lies beside them, following links, and gives those without the right file no feedback.
    """

    def find_folders(self) -> dict[str, list[str]]:
        """Every notebook that the gradebook knows, for every folder, whether it is there or not."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(course.assignment_id).notebooks
            except MissingEntry:
                return {}
            names = sorted(n.name for n in known if fnmatch(n.name, course.notebook_id))
        pattern = self._format_source(course.assignment_id, course.student_id)
        folders = [pattern] if os.path.isdir(pattern) else sorted(glob(pattern))
        return {
            folder: [os.path.join(folder, f"{name}.ipynb") for name in names] for folder in folders
        }

    def init_notebooks(self) -> None:
        self.assignments = self.find_folders()
        if not any(self.assignments.values()):  # nbgrader has words for what it does not know
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
        target.mkdir(parents=True, exist_ok=True)
        for path in files_to_keep(source)[0]:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy, follow_symlinks=False)

    def convert_notebooks(self) -> None:
        """Convert every student's folder; what fails costs only the one."""
        options = Execute(parent=self)
        self.settings = load_settings(Path(options.course) if options.course else None)
        self.classroom = Path(options.classroom or self.settings.classroom).absolute()
        require_sound(gradebook_path(self.classroom))
        self.agreement = Agreement(
            self.classroom, self.coursedir.db_url, self.coursedir.assignment_id
        )
        self.process = LimitedProcess()
        self.failed: dict[str, str] = {}
        try:
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

    progress = AnyTrait(None, help="Called with each student and why their work is graded")

    def init_notebooks(self) -> None:
        Folders.init_notebooks(self)

    def convert_notebooks(self) -> None:
        self.course: dict[str, tuple[list[SourceCell], dict[str, str]]] = {}
        Folders.convert_notebooks(self)

    def of_course(self, name: str) -> tuple[list[SourceCell], dict[str, str]]:
        """A notebook's cells as the gradebook knows them, and digests of what judges them."""
        if name not in self.course:
            cells = source_cells(self.coursedir.db_url, self.coursedir.assignment_id, name)
            self.course[name] = cells, course_digests(cells)
        return self.course[name]

    def convert_student(self, assignment: str, student: str) -> None:
        """Grade what has changed, and record what the gradebook does not have."""
        folder = Path(self._format_source(assignment, student)).absolute()
        own = submission_digest(folder)
        made_from = {name: {**own, **self.of_course(name)[1]} for name in self.names}
        why = self.why(student, made_from)
        if self.progress is not None:
            self.progress(student, why)
        if not why:
            return
        self.log.info("%s: %s", student, why)
        reviewed = self.agreement.reviewed(student, made_from)
        self.agreement.forget(student)
        destination = self._format_dest(assignment, student)
        if os.path.exists(destination):
            rmtree(destination)
        self.init_assignment(assignment, student)
        for name, notebook in zip(self.names, list(self.notebooks), strict=True):
            result = self.agreement.result(student, name)
            if self.force or result is None or result.made_from != made_from[name]:
                self.grade(student, name, folder, made_from[name])
            self.convert_single_notebook(notebook)
        self.set_permissions(assignment, student)
        self.agreement.keep_reviewed(student, reviewed)
        self.agreement.note_recorded(student, self.names)

    def why(self, student: str, made_from: dict[str, dict[str, str]]) -> str:
        """Why a submission has to be graded or recorded (again); empty if it has not."""
        reasons = []
        for name, new in made_from.items():
            if (result := self.agreement.result(student, name)) is None:
                return "not graded yet"
            reasons.append(why_stale(result.made_from, new))
        if self.force:
            return "asked for"
        if stale := "; ".join(dict.fromkeys(filter(None, reasons))):
            return stale
        broken = self.agreement.not_recorded(student, list(made_from))
        return f"graded, but not recorded: {broken}" if broken else ""

    def grade(self, student: str, name: str, folder: Path, made_from: dict[str, str]) -> None:
        """Have the notebook graded in a limited process, and keep the result."""
        options, cells = Execute(parent=self), self.of_course(name)[0]
        about = Graded(self.coursedir.assignment_id, student, name)
        request = {
            "do": "grader.grading.grade_submission.answer_grade",
            "assignment": about.assignment,
            "student": student,
            "notebook": name,
            "folder": str(folder),
            "others": self.names,
            "cells": [vars(cell) for cell in cells],
            "course": str(self.settings.root),
            "classroom": str(self.classroom),
            "unsafe": options.unsafe,
            "cell_seconds": options.timeout or self.settings.limits.cell_seconds,
            "rerun_all": options.rerun_all,
            "batch": options.batch,
        }
        seconds = self.settings.limits.submission_seconds + GRADER_SECONDS
        try:
            head, body = self.process.ask(request, seconds)
            graded, text = Graded.from_data(head), body.decode("utf-8")
        except TooMuch as error:
            graded, notebook = not_graded(about, cells, str(error), options.unsafe)
            text = nbformat.writes(notebook)
        write_result(self.classroom, dataclasses.replace(graded, made_from=made_from), text)

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

    progress = AnyTrait(None, help="Called with each student and whether their page is written")

    def init_notebooks(self) -> None:
        Folders.init_notebooks(self)

    def convert_notebooks(self) -> None:
        Folders.convert_notebooks(self)

    def convert_student(self, assignment: str, student: str) -> None:
        key = self.agreement.page_key(student, self.names, PAGE_VERSION)
        current = self.agreement.pages_are_current(student, key) and not self.force
        if self.progress is not None:
            self.progress(student, "" if current else "written")
        if current:
            return
        place = self._format_dest(assignment, student)
        if os.path.exists(place):
            rmtree(place)
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
            request |= {"without": str(error)}
            _, body = self.process.ask(request, PAGE_SECONDS)
        page = {**resources, "output_extension": ".html"}
        self.write_single_notebook(body.decode("utf-8"), page)


def adapt_nbgrader() -> None:
    """Replace what no option of nbgrader can, for its own commands and for formgrader.

    They name their converters themselves; and a note of the time that cannot be read, which
    anybody can hand in, stops all of them.
    """
    autogradeapp.Autograde = api.Autograde = Autograde
    generatefeedbackapp.GenerateFeedback = api.GenerateFeedback = GenerateFeedback
    CourseDirectory.get_existing_timestamp = timestamp_of
    api.NbGraderAPI.get_submitted_timestamp = submitted_timestamp
