"""Deadlines, extensions and what lateness costs, as ``course.toml`` and the class say them now.

nbgrader keeps deadline, extension and penalty in its gradebook, and computes a penalty only while
it records a submission. What comes later (another deadline, an extension, points by a person)
would not count. So both ways of grading renew all penalties, with nbgrader's own plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, MissingEntry, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from grader.authoring.assignments import assignments
from grader.checking.judging.judge import PLACES
from grader.classroom.converters import timestamp_of
from grader.classroom.extensions import EXAMPLE, FILE, read_extensions
from grader.classroom.gradebook.marks import Entry, entries
from grader.classroom.gradebook.session import opened
from grader.classroom.lateness import in_points
from grader.classroom.moments import as_nbgrader_has_it
from grader.files import write_whole
from grader.problems import Problem
from grader.settings import Settings

DUE = "deadline.txt"  # the one that was put into the gradebook
SAME: float = 0.5 * 10**-PLACES  # points


@dataclass(frozen=True)
class Deadlines:
    """Until when one problem set can be handed in; times are in UTC, without a zone, as nbgrader's.

    Attributes
    ----------
    due : for all; None: ``course.toml`` names no deadline, so that of the gradebook counts
    extensions : for single students
    """

    due: datetime | None
    extensions: Mapping[str, datetime]


def deadlines(settings: Settings, classroom: Path, assignment: str) -> Deadlines:
    """What ``course.toml`` and ``extensions.csv`` say.

    Raises
    ------
    Problem
        One of them names a problem set that there is not, or a row is wrong.
    """
    known = {*assignments(settings.root), assignment}
    if unknown := sorted(set(settings.problem_sets) - known):
        raise Problem(
            f"course.toml has a section [problem_sets.{unknown[0]}], and there is no such problem "
            f"set; there are: {', '.join(sorted(known))}"
        )
    due = settings.problem_set(assignment).due
    found = read_extensions(classroom, known)
    return Deadlines(
        as_nbgrader_has_it(due) if due else None,
        {
            student: as_nbgrader_has_it(until)
            for (student, name), until in found.items()
            if name == assignment
        },
    )


@dataclass(frozen=True)
class Renewal:
    """Brings one problem set's penalties up to date.

    Attributes
    ----------
    url : the gradebook's
    config : nbgrader's, which names the plugin
    submitted : the folder of all submissions
    """

    url: str
    assignment: str
    deadlines: Deadlines
    config: Config
    submitted: Path

    def renew(self, student: str | None = None) -> dict[str, dict[str, tuple[float, float]]]:
        """Renew the penalties of all, or of one student.

        Returns
        -------
        The penalty before and the new one, by student and notebook, where they differ.

        Raises
        ------
        Problem
            There are extensions and no deadline, or one ends before it.
        """
        held = entries(self.url, self.assignment, student)
        assigning = AssignLatePenalties(config=self.config)
        assigning.init_plugin()
        changed: dict[str, dict[str, tuple[float, float]]] = {}
        with opened(self.url) as gradebook:
            try:
                assignment = gradebook.find_assignment(self.assignment)
            except MissingEntry:
                return {}
            self._note_due(assignment)
            asked = gradebook.db.query(SubmittedAssignment).filter(
                SubmittedAssignment.assignment_id == assignment.id,
                SubmittedAssignment.student_id.in_(list(held)),
            )
            for submission in asked:
                who = submission.student_id
                self._note_times(submission, assignment)
                late = submission.total_seconds_late
                penalties = {
                    name: (entry.penalty, _penalty(assigning.plugin_inst, who, entry, late))
                    for name, entry in held[who].items()
                }
                if other := {n: both for n, both in penalties.items() if _differ(*both)}:
                    changed[who] = other
                    for book in submission.notebooks:
                        if book.name in other:
                            book.late_submission_penalty = other[book.name][1] or None
            gradebook.db.commit()
        if self.deadlines.due is None:
            self._note.unlink(missing_ok=True)
        return changed

    @property
    def _note(self) -> Path:
        return self.submitted.parent / "results" / self.assignment / DUE

    def _note_deadline(self, assignment: Assignment) -> None:
        """Put the deadline of ``course.toml`` into the gradebook, or take it out of there again.

        A note beside the results says which deadline came from there, and which one a person had
        entered before: that one comes back.
        """
        from_course, *before = self._note.read_text().splitlines() if self._note.is_file() else [""]
        present = assignment.duedate
        if str(present) != from_course:
            before = [str(present)] if present else []
        if self.deadlines.due is not None:
            write_whole(self._note, "\n".join([str(self.deadlines.due), *before]).encode())
            assignment.duedate = self.deadlines.due
        elif str(present) == from_course:
            assignment.duedate = datetime.fromisoformat(before[0]) if before else None
            for submission in assignment.submissions:
                submission.extension = None

    def _note_due(self, assignment: Assignment) -> None:
        self._note_deadline(assignment)
        if self.deadlines.extensions and assignment.duedate is None:
            raise Problem(
                f"{FILE} has extensions for {self.assignment}, which has no deadline; write it "
                f"into course.toml: [problem_sets.{self.assignment}] and due = {EXAMPLE}"
            )
        for student, until in self.deadlines.extensions.items():
            if until < assignment.duedate:
                raise Problem(
                    f"{FILE}: the extension of {student} for {self.assignment} ends at {until} UTC,"
                    f" before the deadline, {assignment.duedate} UTC; correct the time"
                )

    def _note_times(self, submission: SubmittedAssignment, assignment: Assignment) -> None:
        """When it was handed in, and the extension."""
        folder = self.submitted / submission.student_id / self.assignment
        if folder.is_dir():
            submission.timestamp = timestamp_of(None, str(folder))
        until = self.deadlines.extensions.get(submission.student_id)
        if until is not None:
            submission.extension = until - assignment.duedate
        elif self.deadlines.due is not None:
            submission.extension = None


def _differ(before: float, new: float) -> bool:
    return abs(before - new) > SAME


def _penalty(plugin: Any, student: str, entry: Entry, late: float) -> float:
    """As nbgrader's ``AssignLatePenalties``: never below 0, never more than the points."""
    reached = in_points(entry.score + entry.penalty)
    penalty = plugin.late_submission_penalty(student, reached, late) if late > 0 else None
    return max(min(penalty or 0.0, reached), 0.0)
