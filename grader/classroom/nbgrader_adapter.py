"""nbgrader's own commands and formgrader do what ``python -m grader`` does, with the same marks."""

from __future__ import annotations

from fnmatch import fnmatch, fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import api, autogradeapp, generateassignmentapp, generatefeedbackapp
from nbgrader.converters.base import NbGraderException
from traitlets import Bool, Int, Unicode
from traitlets.config import Config

from grader.authoring.assignments import assignments
from grader.authoring.build import build
from grader.authoring.generate import GenerateAssignment as GenerateAnywhere
from grader.classroom.as_given import kept_as_given
from grader.classroom.converters import OneStudent, StudentGrades, StudentPages, timestamp_of
from grader.classroom.course_config import exchange_of, nbgrader_config
from grader.classroom.gradebook.cells import has_assignment
from grader.classroom.needed_packages import settle_points
from grader.classroom.preconditions import note_assignment
from grader.classroom.private import make_private
from grader.classroom.school_class import Class
from grader.classroom.steps import Feedback, Grading
from grader.classroom.walk import Step, Walk
from grader.exercises.own_folder import use_course
from grader.find_tools import find_tools
from grader.grading.submission.handed_in import students_in
from grader.problems import AuthoringError
from grader.settings import Settings, find_root, load_settings


class StudentsWalk(OneStudent):
    """In place of nbgrader's search for folders and its loop: our walk through the class."""

    jobs = Int(1, help="Students at once").tag(config=True)
    cluster = Unicode("", help="Address of a Dask scheduler; its workers are used").tag(config=True)
    unsafe = False

    def init_notebooks(self) -> None:
        """Every notebook that the gradebook knows, for every folder, whether it is there or not."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(course.assignment_id).notebooks
            except MissingEntry:
                known = []
            self.names = sorted(n.name for n in known if fnmatch(n.name, course.notebook_id))
        self.students = self._students()
        if not self.names or not self.students:  # nbgrader has words for what it does not know
            super().init_notebooks()

    def _students(self) -> list[str]:
        """Whose folders are meant. Any name is possible, also one that looks like a pattern."""
        pattern = self.coursedir.student_id
        there = students_in(self.source("of a student").parents[1], self.coursedir.assignment_id)
        if pattern != "*" and pattern in there:
            return [pattern]
        return [name for name in there if fnmatchcase(name, pattern)]

    def group(self) -> Class:
        """The class whose folders nbgrader was told."""
        settings = load_settings(find_root(Path(self.coursedir.root)))
        folder = self.source("of a student").parents[2]
        group = Class(settings, folder, self.unsafe, self.jobs, self.cluster)
        if group.gradebook != self.coursedir.db_url:
            raise NbGraderException(
                f"the gradebook of {folder} is {group.gradebook}, not {self.coursedir.db_url}"
            )
        return group

    def convert_notebooks(self) -> None:
        walk = Walk(self.log)
        walk.through([s for s in self.students if s not in self.left_out], self.step())
        if walk.failed:
            raise NbGraderException(f"failed: {', '.join(walk.failed)}")

    def step(self) -> Step:
        """What is done for each student."""
        raise NotImplementedError


class Autograde(StudentsWalk, StudentGrades):
    """Grades every submission that is not yet graded, or not as it is now, and records it."""

    unsafe = Bool(False, help="Grade without isolation where there is none").tag(config=True)

    def init_notebooks(self) -> None:
        """The gradebook may not know it yet: generate_assignment skips what has been built."""
        name, root = self.coursedir.assignment_id, Path(self.coursedir.root)
        if name in assignments(root) and not has_assignment(self.coursedir.db_url, name):
            note_assignment(self.group(), name)
        super().init_notebooks()

    def step(self) -> Step:
        name, many = self.coursedir.assignment_id, len(self.students) > 1
        settle_points(self.group(), name)
        return Grading(self.group(), name, self.names, self, force=self.force, batch=many)


class GenerateFeedback(StudentsWalk, StudentPages):
    """Writes the pages that have changed."""

    def step(self) -> Step:
        name = self.coursedir.assignment_id
        return Feedback(self.group(), name, self.names, self, force=self.force)


class GenerateAssignment(GenerateAnywhere):
    """Releases an assignment, of which only the source is kept: nbgrader reads the notebook."""

    def init_notebooks(self) -> None:
        name, root = self.coursedir.assignment_id, Path(self.coursedir.root)
        try:
            if name in assignments(root):
                self._require_same_cells(load_settings(root), name)
                build(name, root)  # course.toml may have changed as well as the source
        except AuthoringError as error:
            self.log.error("%s", error)
            raise NbGraderException(f"{name} cannot be built") from None
        super().init_notebooks()

    def _require_same_cells(self, settings: Settings, name: str) -> None:
        group = Class(settings, settings.classroom)
        if group.gradebook == self.coursedir.db_url and (kept := kept_as_given(group, name)):
            self.log.error("%s", kept)
            raise NbGraderException(kept)


def source_assignments(formgrader: Any) -> set[str]:
    """The assignments that formgrader can release."""
    settings = load_settings(Path(formgrader.coursedir.root))
    known = assignments(settings.root)
    for name in known:  # nbgrader looks for the folder; its notebook is built when it is released
        (settings.solved / name).mkdir(parents=True, exist_ok=True)
    return set(known)


def submitted_timestamp(formgrader: Any, assignment_id: str, student_id: str) -> Any:
    course = formgrader.coursedir
    folder = course.format_path(course.submitted_directory, student_id, assignment_id)
    return timestamp_of(course, folder)


def adapted_config(settings: Settings) -> Config:
    """What ``nbgrader_config.py`` begins with; nbgrader's commands are ours from here on.

    No option of nbgrader names the converters of its commands and of formgrader.
    """
    find_tools()
    use_course(settings.root)
    make_private(settings.classroom)
    exchange_of(settings).mkdir(exist_ok=True)
    autogradeapp.Autograde = api.Autograde = Autograde
    generateassignmentapp.GenerateAssignment = api.GenerateAssignment = GenerateAssignment
    generatefeedbackapp.GenerateFeedback = api.GenerateFeedback = GenerateFeedback
    api.NbGraderAPI.get_source_assignments = source_assignments
    api.NbGraderAPI.get_submitted_timestamp = submitted_timestamp
    return nbgrader_config(settings)
