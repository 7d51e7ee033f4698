"""How what a student handed in becomes a mark: what is to be done now, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import nbformat

from grader.classroom.converters import StudentGrades
from grader.classroom.gradebook import comment_first_answer, noted_cells, require_name
from grader.classroom.staleness import course_digests, submission_digest, why_stale
from grader.classroom.walk import Plan, Step
from grader.grading.process.fault import ours
from grader.grading.sandbox.sandbox import NOT_SANDBOXED
from grader.grading.submission.grade import grade_all
from grader.grading.submission.restore import NotedCell
from grader.grading.submission.results import Graded, result_path, write_result
from grader.settings import Limits

GRADER_SECONDS = 400.0  # processor time of the grader's process, which waits for the submission's


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
        require_name(self.group.gradebook, student)
        folder = self.nbgrader.source(student)
        own = submission_digest(folder, self.names)
        with ours():
            of_course = self.of_course
        made_from = {name: {**own, **digests} for name, (_, digests) in of_course.items()}
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
        record = partial(self.record, student, why, made_from)
        return Plan(why, grade_all, (notebooks, GRADER_SECONDS, asked), record)

    def record(
        self,
        student: str,
        why: str,
        made_from: dict[str, dict[str, str]],
        results: list[tuple[Graded, str]],
    ) -> None:
        """Keep the results, and have nbgrader record all of the student's notebooks."""
        self.nbgrader.log.info("%s: %s", student, why)
        reviewed = self.agreement.reviewed(student, made_from)
        self.agreement.forget(student)
        for graded, text in results:
            write_result(self.group.folder, graded, text)
        new = {graded.notebook: text for graded, text in results}
        notebooks = {name: self._notebook(student, name, new.get(name)) for name in self.names}
        self.nbgrader.record(student, notebooks)
        if self.group.unsafe:
            for name in self.names:
                comment = f"{NOT_SANDBOXED}."
                comment_first_answer(self.group.gradebook, self.assignment, student, name, comment)
        self.agreement.keep_reviewed(student, reviewed)
        self.agreement.note_recorded(student, self.names)

    def _notebook(self, student: str, name: str, text: str | None) -> Any:
        """A graded notebook; the one that was kept, if it was not graded now."""
        if text is None:
            path = result_path(self.group.folder, self.assignment, student, name)
            return nbformat.read(path.with_suffix(".ipynb"), as_version=4)
        return nbformat.reads(text, as_version=4)
