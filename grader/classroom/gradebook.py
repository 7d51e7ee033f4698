"""nbgrader's database, through nbgrader: is it sound, can it be written, what is in it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from grader.classroom.problem import Problem
from grader.grading.restore_cells import SourceCell


@dataclass(frozen=True)
class Score:
    """One submission's points. ``by_hand`` are those that wait for a person."""

    score: float
    total: float
    by_hand: float


def gradebook_path(classroom: Path) -> Path:
    return classroom / "gradebook.db"


def gradebook_url(classroom: Path) -> str:
    return f"sqlite:///{gradebook_path(classroom).absolute()}"


def require_writable(classroom: Path) -> None:
    """Raise Problem unless gradebook and results can be written; nothing is left behind."""
    path = gradebook_path(classroom)
    advice = "give yourself the right to write there, or close what is using it"
    existing = next(folder for folder in (classroom, *classroom.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise Problem(f"{existing} cannot be written ({error.strerror}); {advice}") from None
    if not path.exists():
        return
    # The mode counts for root too: somebody took the right to write away on purpose.
    if not path.is_file() or not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Problem(f"the gradebook {path} cannot be written; {advice}")
    require_sound(path)
    try:
        with closing(sqlite3.connect(path, timeout=2)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.rollback()
    except sqlite3.Error as error:
        raise Problem(f"the gradebook {path} cannot be written ({error}); {advice}") from None


def require_sound(path: Path) -> None:
    """Raise Problem if the gradebook is there and damaged.

    It is opened for writing: what a killed run has half written is taken back by SQLite then, and
    only then.
    """
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            told = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        told, tables = [str(error)], set()
    except OSError as error:
        told, tables = [str(error.strerror)], set()
    wanted = {"assignment", "grade", "submitted_notebook"}
    if told == ["ok"] and path.stat().st_size and not wanted <= tables:
        told = ["it is not a gradebook of nbgrader's"]
    if told != ["ok"]:
        raise Problem(
            f"the gradebook {path} is damaged ({told[0]}); nothing was graded. Bring back the last "
            "backup with: python -m grader restore"
        )


def has_assignment(url: str, assignment: str) -> bool:
    """Whether the gradebook knows the cells of ``assignment``."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    with opened(url) as gradebook:
        try:
            return bool(gradebook.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False


def notebook_names(url: str, assignment: str) -> list[str]:
    """The notebooks that a submission of ``assignment`` consists of."""
    with opened(url) as gradebook:
        return sorted(book.name for book in gradebook.find_assignment(assignment).notebooks)


@contextmanager
def opened(url: str) -> Iterator[Gradebook]:
    """nbgrader's gradebook, without what SQLAlchemy has to say about nbgrader's statements."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Gradebook(url) as gradebook:
            yield gradebook


def source_cells(url: str, assignment: str, notebook: str) -> list[SourceCell]:
    """The cells of a notebook as the gradebook knows them, in their order."""
    with opened(url) as gradebook:
        entry = gradebook.find_notebook(notebook, assignment)
        graded = {cell.name: float(cell.max_score) for cell in entry.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in entry.task_cells}
        solutions = {cell.name for cell in entry.solution_cells}
        return [
            SourceCell(
                cell.name,
                cell.cell_type,
                cell.source or "",
                bool(cell.locked),
                cell.name in graded,
                cell.name in solutions,
                cell.name in tasks,
                graded.get(cell.name, tasks.get(cell.name)),
                cell.checksum,
            )
            for cell in entry.source_cells
        ]


Entry = dict[str, Any]


def entries(url: str, assignment: str, student: str | None = None) -> dict[str, dict[str, Entry]]:
    """What the gradebook holds, by student and notebook: points of each cell, and the penalty."""
    with opened(url) as gradebook:
        books = (
            gradebook.db.query(
                SubmittedAssignment.student_id,
                Notebook.name,
                SubmittedNotebook.id,
                SubmittedNotebook.late_submission_penalty,
            )
            .select_from(SubmittedNotebook)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .filter(Assignment.name == assignment)
        )
        grades = (
            gradebook.db.query(Grade, BaseCell.name)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .filter(Assignment.name == assignment)
        )
        if student is not None:
            books = books.filter(SubmittedAssignment.student_id == student)
            grades = grades.filter(SubmittedAssignment.student_id == student)
        found: dict[str, dict[str, Entry]] = {}
        by_id: dict[str, Entry] = {}
        for who, name, key, penalty in books:
            by_id[key] = found.setdefault(who, {})[name] = {
                "penalty": penalty or 0.0,
                "automatic": {},
                "by hand": {},
            }
        for grade, name in grades:
            entry = by_id[grade.notebook_id]
            entry["automatic"][name] = [grade.auto_score, float(grade.max_score)]
            extra = float(grade.extra_credit or 0)
            if grade.manual_score is not None or grade.needs_manual_grade or extra:
                waits = bool(grade.needs_manual_grade)
                entry["by hand"][name] = [grade.manual_score, waits, extra]
        return found


def comments(url: str, assignment: str, student: str) -> list[list[str | None]]:
    """What a student's pages say beside the points: cell and comment, in a fixed order."""
    with opened(url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return []
        return sorted(
            [notebook.name, comment.name, comment.comment]
            for notebook in submission.notebooks
            for comment in notebook.comments
        )


def comment_first_answer(url: str, assignment: str, student: str, notebook: str, text: str) -> None:
    """Write an automatic comment beside a notebook's first answer, if it has any."""
    answers = [cell.name for cell in source_cells(url, assignment, notebook) if cell.solution]
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
    with opened(url) as gradebook:
        return {
            submission.student.id: Score(
                float(submission.score) - float(submission.late_submission_penalty or 0),
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
