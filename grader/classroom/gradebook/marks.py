"""The marks that the gradebook holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import func

from grader.checking.report.blocks import number
from grader.classroom.gradebook.cells import noted_cells
from grader.classroom.gradebook.session import opened
from grader.classroom.lateness import how_late, in_points


@dataclass(frozen=True)
class Score:
    """One submission's points.

    Attributes
    ----------
    score : what is left after the penalty
    by_hand : points that wait for a person
    penalty : points lost for being late
    late : seconds after the deadline
    """

    score: float
    total: float
    by_hand: float
    penalty: float = 0.0
    late: float = 0.0

    @property
    def lateness(self) -> str:
        """How late it was handed in, and what that costs; "" if it was in time."""
        cost = f"−{number(self.penalty)} points" if self.penalty else "costs nothing"
        return f"{how_late(self.late)} late: {cost}" if self.late else ""


@dataclass(frozen=True)
class Mark:
    """What the gradebook holds of one graded cell.

    Attributes
    ----------
    automatic, manual : points by grading and by a person, who goes first; None: not given
    most : what full marks are worth
    waits : for a person
    extra : points that a person gave besides
    """

    automatic: float | None
    manual: float | None
    extra: float
    waits: bool
    most: float

    @property
    def score(self) -> float:
        """As nbgrader's ``Grade.score``."""
        given = self.automatic if self.manual is None else self.manual
        return 0.0 if given is None else given + self.extra


@dataclass
class Entry:
    """What the gradebook holds of one student's notebook.

    Attributes
    ----------
    penalty : points lost for being late
    late : seconds between the deadline and the time of handing in
    """

    penalty: float
    marks: dict[str, Mark] = field(default_factory=dict)
    late: float = 0.0

    @property
    def score(self) -> float:
        return in_points(sum(mark.score for mark in self.marks.values()) - self.penalty)

    @property
    def total(self) -> float:
        return in_points(sum(mark.most for mark in self.marks.values()))

    @property
    def by_hand(self) -> float:
        """Points that wait for a person."""
        waiting = (m.most for m in self.marks.values() if m.waits and m.manual is None)
        return in_points(sum(waiting))

    @property
    def reviewed(self) -> list[str]:
        """Cells that a person has graded."""
        return [n for n, m in self.marks.items() if m.manual is not None and not m.waits]

    @property
    def recorded(self) -> dict[str, Any]:
        """The part that recording writes, and no person: points of each cell, and the penalty."""
        points = {name: [mark.automatic, mark.most] for name, mark in self.marks.items()}
        return {"automatic": points, "penalty": self.penalty}


def entries(url: str, assignment: str, student: str | None = None) -> dict[str, dict[str, Entry]]:
    """What the gradebook holds, by student and notebook.

    Two queries, however many students there are.
    """
    with opened(url) as gradebook:
        books = _of_submissions(
            gradebook,
            assignment,
            student,
            SubmittedAssignment.student_id,
            Notebook.name,
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Assignment.duedate,
        ).join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        # A cell is in one of the two tables. As tables, not as nbgrader's classes, which would
        # join each with the table of all cells again.
        graded, tasks = GradeCell.__table__, TaskCell.__table__
        grades = (
            _of_submissions(
                gradebook,
                assignment,
                student,
                SubmittedNotebook.id,
                BaseCell.name,
                Grade.auto_score,
                Grade.manual_score,
                Grade.extra_credit,
                Grade.needs_manual_grade,
                func.coalesce(graded.c.max_score, tasks.c.max_score, 0.0),
            )
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .outerjoin(graded, Grade.cell_id == graded.c.id)
            .outerjoin(tasks, Grade.cell_id == tasks.c.id)
        )
        found: dict[str, dict[str, Entry]] = {}
        by_id: dict[str, Entry] = {}
        for who, name, key, penalty, time, extension, due in books:
            late = _seconds_late(time, due, extension)
            by_id[key] = found.setdefault(who, {})[name] = Entry(penalty or 0.0, late=late)
        for key, name, automatic, manual, extra, waits, most in grades:
            mark = Mark(automatic, manual, float(extra or 0), bool(waits), float(most))
            by_id[key].marks[name] = mark
        return found


def _seconds_late(
    time: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """As nbgrader's ``SubmittedAssignment.total_seconds_late``."""
    if time is None or due is None:
        return 0.0
    return max(0.0, (time - due - (extension or timedelta())).total_seconds())


def _of_submissions(gradebook: Gradebook, assignment: str, student: str | None, *what: Any) -> Any:
    """A query about the submitted notebooks of an assignment, of one student or of all."""
    asked = (
        gradebook.db.query(*what)
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == assignment)
    )
    return asked if student is None else asked.filter(SubmittedAssignment.student_id == student)


def comments(url: str, assignment: str, student: str) -> list[list[str | None]]:
    """What a student's pages say beside the points: cell and comment, in a fixed order."""
    with opened(url) as gradebook:
        asked = (
            _of_submissions(
                gradebook, assignment, student, Notebook.name, BaseCell.name, Comment.comment
            )
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, Comment.cell_id == BaseCell.id)
        )
        return sorted([list(row) for row in asked], key=lambda row: row[:2])


def comment_first_answer(url: str, assignment: str, student: str, notebook: str, text: str) -> None:
    """Write an automatic comment beside a notebook's first answer, if it has any."""
    answers = [cell.name for cell in noted_cells(url, assignment, notebook) if cell.solution]
    with opened(url) as gradebook:
        for cell in answers[:1]:
            gradebook.find_comment(cell, notebook, assignment, student).auto_comment = text
        gradebook.db.commit()


def set_reviewed(url: str, assignment: str, student: str, cells: dict[str, list[str]]) -> None:
    """Note that the cells of each notebook need no person's look again."""
    with opened(url) as gradebook:
        for notebook, names in cells.items():
            for name in names:
                grade = gradebook.find_grade(name, notebook, assignment, student)
                grade.needs_manual_grade = False
        gradebook.db.commit()


def scores(url: str, assignment: str) -> dict[str, Score]:
    """Points of every submission by student."""
    held = entries(url, assignment)
    if not held:
        return {}
    with opened(url) as gradebook:
        total = in_points(gradebook.find_assignment(assignment).max_score)
    return {
        student: Score(
            in_points(sum(entry.score for entry in notebooks.values())),
            total,
            in_points(sum(entry.by_hand for entry in notebooks.values())),
            in_points(sum(entry.penalty for entry in notebooks.values())),
            max((entry.late for entry in notebooks.values()), default=0.0),
        )
        for student, notebooks in held.items()
    }
