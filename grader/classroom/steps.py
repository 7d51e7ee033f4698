"""The two steps for each student, grading and feedback: what is to be done, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from grader.classroom.converters import StudentGrades, StudentPages
from grader.classroom.gradebook.cells import noted_cells
from grader.classroom.gradebook.marks import comment_first_answer
from grader.classroom.gradebook.session import one_step
from grader.classroom.gradebook.store import require_name
from grader.classroom.personal_data import reserved_names
from grader.classroom.remarks import noted_on
from grader.classroom.staleness.staleness import SUBMISSION, course_digests, why_stale
from grader.classroom.walk import Plan, Step
from grader.files import digest_of
from grader.grading.process.fault import GraderFault, SubmissionFault, charged_to_grader
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.sandbox.sandbox import NOT_SANDBOXED
from grader.grading.submission.grade import grade_all
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.restore import NotedCell
from grader.grading.submission.results import Graded, result_path, write_result
from grader.settings import Limits

GRADER_SECONDS = 400.0  # processor time of the grader's process, which waits for the submission's
PAGE_SECONDS = 120.0  # of processor time
PAGE_VERSION = "6"  # to be raised when pages are made in another way


@dataclass
class Grading(Step):
    """The grading of one assignment, student by student.

    Attributes
    ----------
    batch : there are many: start the process of the next submission early
    """

    nbgrader: StudentGrades
    batch: bool = False

    @cached_property
    def limits(self) -> Limits:
        """Of a submission; nbgrader's own option for the time of a cell goes first."""
        limits = self.group.settings.limits
        return replace(limits, cell_seconds=self.nbgrader.cell_seconds or limits.cell_seconds)

    @cached_property
    def of_course(self) -> dict[str, tuple[list[NotedCell], dict[str, str]]]:
        """Each notebook's cells as the gradebook knows them, and digests of what judges them."""
        found = {}
        for name in self.names:
            cells = noted_cells(self.group.gradebook, self.assignment, name)
            released = self.group.settings.notebooks / self.assignment / f"{name}.ipynb"
            digests = course_digests(cells, self.group.settings, self.limits, released)
            found[name] = cells, digests
        return found

    def plan(self, student: str) -> Plan | None:
        """Have those notebooks graded of which there is no result, or none as they are now."""
        require_name(self.group.gradebook, student, reserved_names())
        folder = self.nbgrader.source(student)
        own = digest_of_submission(folder, self.names)
        with charged_to_grader():
            of_course = self.of_course
        made_from = {name: {SUBMISSION: own, **digests} for name, (_, digests) in of_course.items()}
        why = self.agreement.why_again(student, made_from, force=self.force)
        if not why:
            return None
        notebooks = []
        for name in self.names:
            result = self.agreement.result(student, name)
            if self.force or result is None or why_stale(result, made_from[name]):
                about = Graded(self.assignment, student, name, made_from=made_from[name])
                notebooks.append((about, of_course[name][0]))
        asked = {
            "folder": str(folder),
            "others": self.names,
            "course": str(self.group.settings.root),
            "classroom": str(self.group.folder),
            "unsafe": self.group.unsafe,
            "cell_seconds": self.limits.cell_seconds,
            "rerun_all": self.nbgrader.rerun_all,
            "batch": self.batch,
        }
        return Plan(why, grade_all, (notebooks, GRADER_SECONDS, asked), made_from)

    def record(self, student: str, plan: Plan, result: list[tuple[Graded, str]]) -> None:
        """Keep the results, and have nbgrader record all of the student's notebooks."""
        self.nbgrader.log.info("%s: %s", student, plan.why)
        new = {graded.notebook: text for graded, text in result}
        notebooks = {name: self._notebook(student, name, new.get(name)) for name in self.names}
        reviewed = self.agreement.reviewed(student, plan.made_from, notebooks)
        self.agreement.forget(student)
        for graded, text in result:
            write_result(self.group.folder, graded, text)
        with one_step(self.group.gradebook):
            self.nbgrader.record(student, notebooks)
            if student in self.renewal.deadlines.extensions:  # nbgrader did not know of it yet
                self.renew_penalties(student)
            if self.group.unsafe:
                words = f"{NOT_SANDBOXED}."
                for name in self.names:
                    comment_first_answer(
                        self.group.gradebook, self.assignment, student, name, words
                    )
            self.agreement.keep_reviewed(student, reviewed)
        self.agreement.note_recorded(student, self.names)

    def _notebook(self, student: str, name: str, text: str | None) -> Any:
        """A graded notebook; the one that was kept, if it was not graded now."""
        if text is None:
            path = result_path(self.group.folder, self.assignment, student, name)
            return nbformat.read(path.with_suffix(".ipynb"), as_version=4)
        return nbformat.reads(text, as_version=4)


@dataclass
class Feedback(Step):
    """The feedback on one assignment, student by student."""

    nbgrader: StudentPages

    @cached_property
    def given(self) -> list[Path]:
        """The notebooks as students were given them."""
        folder = self.group.settings.notebooks / self.assignment
        return [folder / f"{name}.ipynb" for name in self.names]

    @cached_property
    def noted(self) -> dict[str, str]:
        """What collecting has noted of students' submissions."""
        return noted_on(self.group.folder, self.assignment)

    @cached_property
    def version(self) -> str:
        """Of everything that all pages are made from: this code, and the notebooks as given."""
        return f"{PAGE_VERSION} {digest_of([path for path in self.given if path.is_file()])}"

    def plan(self, student: str) -> Plan | None:
        """Have the student's pages rendered, each in a limited process, if they have changed."""
        noted = self.noted.get(student, "")
        key = self.agreement.page_key(student, self.names, self.version + noted)
        if not self.force and self.agreement.pages_are_current(student, self.names, key):
            return None
        places = [str(self.nbgrader.source(student) / f"{name}.ipynb") for name in self.names]
        requests = [
            {
                "do": "grader.classroom.feedback.render.answer_page",
                "course": str(self.group.settings.root),
                "classroom": str(self.group.folder),
                "given": str(given),
                "notebook": place,
                "noted": noted,
                "resources": self.nbgrader.init_single_notebook_resources(place),
            }
            for place, given in zip(places, self.given, strict=True)
        ]
        return Plan("written", pages, (requests, PAGE_SECONDS), key)

    def record(self, student: str, plan: Plan, result: list[tuple[str, str]]) -> None:
        """Have nbgrader write the pages, and note what they were made from."""
        for _, too_much in result:
            if too_much:
                self.nbgrader.log.warning("%s: %s", student, too_much)
        texts = (page for page, _ in result)
        self.nbgrader.write(student, dict(zip(self.names, texts, strict=True)))
        self.agreement.note_pages(student, self.names, plan.made_from)


def pages(
    process: LimitedProcess, requests: Sequence[Mapping[str, Any]], seconds: float
) -> list[tuple[str, str]]:
    """In a worker: each page, and the limit that the student's texts exceeded ("": none)."""
    made = []
    for request in requests:
        too_much = ""
        try:
            _, body = process.ask(request, seconds)
        except SubmissionFault as error:
            too_much = str(error)
            try:
                _, body = process.ask({**request, "without": too_much}, seconds)
            except SubmissionFault as also:
                raise GraderFault(f"a page without the student's texts fails: {also}") from None
        made.append((body.decode("utf-8"), too_much))
    return made
