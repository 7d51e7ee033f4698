"""nbgrader, adapted: the one module that derives from its classes, for its commands and for ours.

nbgrader stays the only writer of its gradebook. Its steps are given results that are made elsewhere
(:mod:`grader.grading.submission.grade`), and folders that may hold anything.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import api, autogradeapp, generateassignmentapp, generatefeedbackapp
from nbgrader.converters import Autograde as NbgraderAutograde
from nbgrader.converters import GenerateFeedback as NbgraderFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute as NbgraderExecute
from nbgrader.utils import parse_utc, rmtree
from traitlets import Any as AnyTrait
from traitlets import Bool, Float, Int, Unicode

from grader.authoring.generate import GenerateAssignment
from grader.classroom.agreement import Agreement
from grader.classroom.ask_pages import pages
from grader.classroom.gradebook import (
    comment_first_answer,
    noted_cells,
    require_name,
    require_sound,
)
from grader.classroom.jobs import Job, workers
from grader.classroom.postgresql import keep_connections
from grader.classroom.problem import stops_grading
from grader.classroom.staleness import course_digests, submission_digest, why_stale
from grader.classroom.writer import only_writer
from grader.grading.process.fault import NotDone, ours
from grader.grading.sandbox.sandbox import NOT_SANDBOXED
from grader.grading.submission.grade import grade_all, secret_of
from grader.grading.submission.handed_in import students_in
from grader.grading.submission.read import TIMESTAMP, files_to_keep
from grader.grading.submission.restore import NotedCell
from grader.grading.submission.results import Graded, result_path, write_result
from grader.interrupts import kept_interrupts
from grader.settings import Limits, load_settings

# Processor time of the grader's own process, which waits for the submission's besides.
GRADER_SECONDS, PAGE_SECONDS = 400.0, 120.0
PAGE_VERSION = "3"  # to be raised when pages are made in another way

T = TypeVar("T")


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
    timeout = Float(0.0, help="Seconds for a cell; 0: cell_seconds of course.toml").tag(config=True)
    rerun_all = Bool(False, help="Run practice cells too").tag(config=True)
    batch = Bool(False, help="Start the next submission's worker early").tag(config=True)
    jobs = Int(1, help="Submissions that are graded at once").tag(config=True)
    cluster = Unicode("", help="Address of a Dask scheduler whose workers grade").tag(config=True)

    def preprocess(self, nb: Any, resources: dict[str, Any], km: Any = None) -> Any:
        about = resources["nbgrader"]
        classroom = Path(self.classroom) if self.classroom else load_settings().classroom
        names = (about["assignment"], about["student"], about["notebook"])
        path = result_path(classroom, *names).with_suffix(".ipynb")
        return nbformat.read(path, as_version=4), resources


@dataclass
class Planned:
    """What is done for one student.

    Attributes
    ----------
    notebooks : the files that nbgrader looks for
    why : why it is done; "" if there is nothing to do
    made_from : by notebook, what its result depends on now
    key : changes with everything that the pages are made from
    """

    student: str
    notebooks: list[str]
    why: str = ""
    made_from: dict[str, dict[str, str]] = field(default_factory=dict)
    key: str = ""

    @property
    def names(self) -> list[str]:
        return [Path(notebook).stem for notebook in self.notebooks]


class Folders(BaseConverter):
    """Stands between nbgrader's converters and their base, whose search and copying it replaces.

    nbgrader's own looks for folders and files by pattern, which names can break, copies whatever
    lies beside them, following links, and gives those without the right file no feedback.
    """

    progress = AnyTrait(None, help="Called with each student and why something is done for them")
    student = AnyTrait(None, help="Only this one; '' for all; None: those of nbgrader's pattern")
    done = 0  # students for whom all is done, or was before

    def init_notebooks(self) -> None:
        """Every notebook that the gradebook knows, for every folder, whether it is there or not."""
        course = self.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(course.assignment_id).notebooks
            except MissingEntry:
                known = []
            names = sorted(n.name for n in known if fnmatch(n.name, course.notebook_id))
        folders = [self._format_source(course.assignment_id, one) for one in self._students()]
        self.assignments = {
            folder: [os.path.join(folder, f"{name}.ipynb") for name in names] for folder in folders
        }
        if not names or not folders:  # nbgrader has words for what it does not know
            super().init_notebooks()

    def _students(self) -> list[str]:
        """Whose folders are meant. Any name is possible, also one that looks like a pattern."""
        course = self.coursedir
        place = Path(self._format_source(course.assignment_id, "of a student")).parents[1]
        there = students_in(place, course.assignment_id)
        if self.student is not None:
            return [self.student] if self.student else there
        pattern = course.student_id
        if pattern != "*" and pattern in there:
            return [pattern]
        return [name for name in there if fnmatchcase(name, pattern)]

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

    def convert_notebooks(self) -> None:
        """Convert every student's folder; what fails costs only the one.

        Workers execute or render. This process alone writes: results, gradebook and pages, each
        when its job has ended, while the workers go on.
        """
        self.options = Execute(parent=self)
        self.settings = load_settings(Path(self.options.course) if self.options.course else None)
        self.classroom = Path(self.options.classroom or self.settings.classroom).absolute()
        require_sound(self.coursedir.db_url)
        secret_of(self.classroom)  # made before anybody needs it
        self.agreement = Agreement(
            self.classroom, self.coursedir.db_url, self.coursedir.assignment_id
        )
        self.failed: dict[str, str] = {}
        self.done = 0
        options = self.options
        with (
            kept_interrupts() as raise_if_interrupted,
            only_writer(self.classroom, self.coursedir.db_url),
            workers(options.jobs, options.cluster, self.settings.root, self.classroom) as jobs,
        ):
            for planned, result in jobs.done(self._jobs()):
                self._try(planned.student, self._finish, planned, result)
                self._tell(planned)
                raise_if_interrupted()
        if self.failed and self.progress is None:
            raise NbGraderException(f"failed: {', '.join(self.failed)}")

    def _jobs(self) -> Iterator[Job[Planned]]:
        """A job for each student for whom there is something to do."""
        left_out = self.coursedir.student_id_exclude.split(",")
        for folder in sorted(self.assignments):
            student = Path(folder).parent.name
            if student in left_out:
                continue
            planned = Planned(student, sorted(self.assignments[folder]))
            job = self._try(student, self.plan, planned)
            if job is None:
                self._tell(planned)
            else:
                yield job

    def _finish(self, planned: Planned, result: Callable[[], Any]) -> None:
        self.record(planned, result())

    def _try(self, student: str, action: Callable[..., T], *arguments: Any) -> T | None:
        """Call ``action``; what goes wrong is noted for the student, unless it stops grading."""
        try:
            return action(*arguments)
        except Exception as error:
            if stops_grading(error):
                raise
            self.log.exception("%s", student)
            kind = "" if isinstance(error, NotDone) else f"{type(error).__name__}: "
            self.failed[student] = f"{kind}{error}"
            return None

    def _tell(self, planned: Planned) -> None:
        self.done += planned.student not in self.failed
        if self.progress is not None:
            self.progress(planned.student, planned.why)


class Autograde(NbgraderAutograde, Folders):
    """Grades every submission that is not yet graded, or not as it is now, and records it.

    The name is nbgrader's, so that ``c.Autograde`` keeps its meaning.
    """

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Note the student, write the assignment's files, copy what lies beside the notebook.

        A student's file that would stand in the way of ours is left out.
        """
        super().init_assignment(assignment_id, student_id)
        source = Path(self._format_source(assignment_id, student_id))
        target = Path(self._format_dest(assignment_id, student_id))
        there = list(target.rglob("*"))
        ours = {path.relative_to(target) for path in there if path.is_file()}
        ours |= {Path(notebook).relative_to(source) for notebook in self.notebooks}
        taken = ours | {path.relative_to(target) for path in there}
        for path in files_to_keep(source)[0]:
            name = path.relative_to(source)
            if name in taken or not ours.isdisjoint(name.parents):
                continue
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / name, follow_symlinks=False)

    def convert_notebooks(self) -> None:
        self.course: dict[str, tuple[list[NotedCell], dict[str, str]]] = {}
        super().convert_notebooks()

    @property
    def limits(self) -> Limits:
        """Of a submission; nbgrader's own option for the time of a cell goes first."""
        limits = self.settings.limits
        return replace(limits, cell_seconds=self.options.timeout or limits.cell_seconds)

    def of_course(self, name: str) -> tuple[list[NotedCell], dict[str, str]]:
        """A notebook's cells as the gradebook knows them, and digests of what judges them."""
        if name not in self.course:
            cells = noted_cells(self.coursedir.db_url, self.coursedir.assignment_id, name)
            released = self.settings.notebooks / self.coursedir.assignment_id / f"{name}.ipynb"
            digests = course_digests(cells, self.settings, self.limits, released)
            self.course[name] = cells, digests
        return self.course[name]

    def plan(self, planned: Planned) -> Job[Planned] | None:
        """Have those notebooks graded of which there is no result, or none as they are now."""
        student, assignment = planned.student, self.coursedir.assignment_id
        require_name(self.coursedir.db_url, student)
        folder = Path(self._format_source(assignment, student)).absolute()
        own = submission_digest(folder, planned.names)
        with ours():
            of_course = {name: self.of_course(name) for name in planned.names}
        made_from = {name: {**own, **digests} for name, (_, digests) in of_course.items()}
        planned.made_from.update(made_from)
        planned.why = self.agreement.why_again(student, made_from, force=self.force)
        if not planned.why:
            return None
        options = self.options
        asked = {
            "folder": str(folder),
            "others": planned.names,
            "course": str(self.settings.root),
            "classroom": str(self.classroom),
            "unsafe": options.unsafe,
            "cell_seconds": self.limits.cell_seconds,
            "rerun_all": options.rerun_all,
            "batch": options.batch,
        }
        notebooks = []
        for name in planned.names:
            result = self.agreement.result(student, name)
            if self.force or result is None or why_stale(result, made_from[name]):
                about = Graded(assignment, student, name, made_from=made_from[name])
                notebooks.append((about, of_course[name][0]))
        return Job(planned, grade_all, (notebooks, GRADER_SECONDS, asked))

    def record(self, planned: Planned, results: list[tuple[Graded, str]]) -> None:
        """Keep the results, and record what the gradebook does not have."""
        student, assignment = planned.student, self.coursedir.assignment_id
        self.log.info("%s: %s", student, planned.why)
        reviewed = self.agreement.reviewed(student, planned.made_from)
        self.agreement.forget(student)
        for graded, notebook in results:
            write_result(self.classroom, graded, notebook)
        self.notebooks = list(planned.notebooks)
        self.init_assignment(assignment, student)
        for name, notebook in zip(planned.names, planned.notebooks, strict=True):
            self.convert_single_notebook(notebook)
            if self.options.unsafe:
                url = self.coursedir.db_url
                comment_first_answer(url, assignment, student, name, f"{NOT_SANDBOXED}.")
        self.set_permissions(assignment, student)
        self.agreement.keep_reviewed(student, reviewed)
        self.agreement.note_recorded(student, planned.names)

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

    def plan(self, planned: Planned) -> Job[Planned] | None:
        student = planned.student
        planned.key = self.agreement.page_key(student, planned.names, PAGE_VERSION)
        if self.agreement.pages_are_current(student, planned.names, planned.key) and not self.force:
            return None
        planned.why = "written"
        requests = [
            {
                "do": "grader.classroom.render_page.answer_page",
                "course": str(self.settings.root),
                "classroom": str(self.classroom),
                "notebook": os.path.abspath(notebook),
                "resources": self.init_single_notebook_resources(notebook),
            }
            for notebook in planned.notebooks
        ]
        return Job(planned, pages, (requests, PAGE_SECONDS))

    def record(self, planned: Planned, rendered: list[tuple[str, str]]) -> None:
        student, assignment = planned.student, self.coursedir.assignment_id
        self.notebooks = list(planned.notebooks)
        self.init_assignment(assignment, student)
        for notebook, (page, too_much) in zip(planned.notebooks, rendered, strict=True):
            if too_much:
                self.log.warning("%s: %s", student, too_much)
            resources = self.init_single_notebook_resources(notebook)
            self.write_single_notebook(page, {**resources, "output_extension": ".html"})
        self.set_permissions(assignment, student)
        self.agreement.note_pages(student, planned.names, planned.key)


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
    generateassignmentapp.GenerateAssignment = api.GenerateAssignment = GenerateAssignment
    generatefeedbackapp.GenerateFeedback = api.GenerateFeedback = GenerateFeedback
    CourseDirectory.get_existing_timestamp = timestamp_of
    api.NbGraderAPI.get_submitted_timestamp = submitted_timestamp
