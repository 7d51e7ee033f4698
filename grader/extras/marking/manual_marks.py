"""Points and comments that a person gave, as the gradebook holds them, and how they are changed.

nbgrader's own fields are read and written, so formgrader and the feedback pages show the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.exc import OperationalError

from grader.classroom.gradebook.marks import Mark, entries
from grader.classroom.gradebook.session import opened
from grader.extras.marking.questions import Question
from grader.problems import Problem

WAITS, CHANGED, MARKED, EMPTY = "waits", "changed", "marked", "not answered"
LONGEST_COMMENT = 10_000


@dataclass(frozen=True)
class ManualMark:
    """What the gradebook holds of one answer.

    Attributes
    ----------
    points : given by a person; None: not yet
    state : whether it waits for a person, was marked before it changed, is marked, or was left as
        it was given to students, which nbgrader gives 0
    """

    points: float | None
    comment: str
    state: str


class MarkChanged(Problem):
    """Somebody else changed what is to be changed; ``now`` is what the gradebook holds."""

    def __init__(self, now: ManualMark) -> None:
        super().__init__("somebody else has changed this meanwhile, perhaps in formgrader")
        self.now = now


def manual_marks(url: str, assignment: str, question: Question) -> dict[str, ManualMark]:
    """What the gradebook holds of each student's answer."""
    comments = _comments(url, assignment, question)
    held = entries(url, assignment)
    return {
        student: _manual_mark(books[question.notebook].marks[question.cell], comments.get(student))
        for student, books in held.items()
        if question.notebook in books and question.cell in books[question.notebook].marks
    }


def give_points(
    url: str,
    assignment: str,
    question: Question,
    student: str,
    points: float | None,
    seen: float | None,
) -> ManualMark:
    """Give an answer points, as formgrader does; None takes them back. Returns what is held then.

    Parameters
    ----------
    seen : the points that the person saw before

    Raises
    ------
    MarkChanged
        The gradebook holds other points than were seen; nothing is changed.
    Problem
        The points are out of range, or the gradebook is busy; nothing is changed.
    """
    if points is not None and not 0 <= points <= question.points:
        raise Problem(f"{points:g} points for {question.name}; give 0 to {question.points:g}")

    def change(grade: Any, comment: Any) -> None:
        if grade.manual_score != seen:
            raise MarkChanged(_held(grade, comment))
        grade.manual_score = points
        grade.needs_manual_grade = points is None and grade.auto_score is None

    return _changed(url, assignment, question, student, change)


def write_comment(
    url: str, assignment: str, question: Question, student: str, text: str, seen: str
) -> ManualMark:
    """Write the comment on an answer; "" removes it. Returns what is held then.

    Parameters
    ----------
    seen : the comment that the person saw before

    Raises
    ------
    MarkChanged, Problem
        As for :func:`give_points`.
    """
    if len(text) > LONGEST_COMMENT:
        raise Problem(f"a comment of {len(text):,} characters; write {LONGEST_COMMENT:,} at most")
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        raise Problem("the comment holds a character that no file can hold; remove it")

    def change(grade: Any, comment: Any) -> None:
        if _lines(comment.manual_comment or "") != _lines(seen):
            raise MarkChanged(_held(grade, comment))
        comment.manual_comment = text or None

    return _changed(url, assignment, question, student, change)


def _lines(text: str) -> str:
    """The text as a browser's field holds it, whose lines all end alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _changed(
    url: str,
    assignment: str,
    question: Question,
    student: str,
    change: Callable[[Any, Any], None],
) -> ManualMark:
    where = (question.cell, question.notebook, assignment, student)
    try:
        with opened(url) as gradebook:
            grade, comment = gradebook.find_grade(*where), gradebook.find_comment(*where)
            change(grade, comment)
            gradebook.db.commit()
            return _held(grade, comment)
    except OperationalError as error:
        raise Problem(
            f"the gradebook is busy or cannot be written ({error.orig}); nothing was saved"
        ) from None


def _held(grade: Any, comment: Any) -> ManualMark:
    automatic, waits = grade.auto_score, bool(grade.needs_manual_grade)
    mark = Mark(automatic, grade.manual_score, 0.0, waits, 0.0)
    return _manual_mark(mark, comment.manual_comment)


def _manual_mark(mark: Mark, comment: str | None) -> ManualMark:
    if mark.manual is not None:
        state = CHANGED if mark.waits else MARKED
    else:
        state = WAITS if mark.automatic is None else EMPTY
    return ManualMark(mark.manual, _lines(comment or ""), state)


def _comments(url: str, assignment: str, question: Question) -> dict[str, str | None]:
    """The comments by a person, by student. nbgrader's own about an answer are left out."""
    with opened(url) as gradebook:
        asked = (
            gradebook.db.query(SubmittedAssignment.student_id, Comment.manual_comment)
            .select_from(Comment)
            .join(SubmittedNotebook, Comment.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .join(BaseCell, Comment.cell_id == BaseCell.id)
            .filter(
                Assignment.name == assignment,
                Notebook.name == question.notebook,
                BaseCell.name == question.cell,
            )
        )
        return dict(asked.all())
