"""nbgrader's database, through nbgrader: can it be written, what is in it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from grader.classroom.pipeline import gradebook_url
from grader.classroom.problem import Problem


@dataclass(frozen=True)
class Score:
    """One submission's points. ``by_hand`` are those that wait for a person."""

    score: float
    total: float
    by_hand: float


def require_writable(classroom: Path) -> None:
    """Raise Problem unless gradebook and results can be written; nothing is left behind."""
    path = classroom / "gradebook.db"
    advice = "give yourself the right to write there, or close what is using it"
    existing = next(folder for folder in (classroom, *classroom.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise Problem(f"{existing} cannot be written ({error.strerror}); {advice}") from None
    if not path.exists():
        return
    # The mode counts for root too: whoever took the right to write away meant it.
    if not path.is_file() or not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Problem(f"the gradebook {path} cannot be written; {advice}")
    try:
        with closing(sqlite3.connect(path, timeout=2)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.rollback()
    except sqlite3.Error as error:
        raise Problem(f"the gradebook {path} cannot be written ({error}); {advice}") from None


def has_assignment(classroom: Path, assignment: str) -> bool:
    """Whether the gradebook knows the cells of ``assignment``."""
    if not (classroom / "gradebook.db").exists():
        return False
    with opened(classroom) as gradebook:
        try:
            return bool(gradebook.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False


def notebook_names(classroom: Path, assignment: str) -> list[str]:
    """The notebooks that a submission of ``assignment`` consists of."""
    with opened(classroom) as gradebook:
        return sorted(book.name for book in gradebook.find_assignment(assignment).notebooks)


@contextmanager
def opened(classroom: Path) -> Iterator[Gradebook]:
    """nbgrader's gradebook, without what SQLAlchemy has to say about nbgrader's statements."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Gradebook(gradebook_url(classroom)) as gradebook:
            yield gradebook


def give_zero(classroom: Path, assignment: str, student: str) -> None:
    """A row with 0 for a submission that could not be run, as nbgrader does for missing files."""
    with opened(classroom) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(assignment, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = 0
                grade.needs_manual_grade = False
        gradebook.db.commit()


def scores(classroom: Path, assignment: str) -> dict[str, Score]:
    """Points of every submission by student."""
    with opened(classroom) as gradebook:
        return {
            submission.student.id: Score(
                float(submission.score),
                float(submission.max_score),
                sum(
                    float(grade.max_score)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                    if grade.needs_manual_grade and grade.manual_score is None
                ),
            )
            for submission in gradebook.assignment_submissions(assignment)
        }
