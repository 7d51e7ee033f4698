"""nbgrader's database, through nbgrader: is it sound, can it be written, what is in it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from nbgrader import api
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.api import SourceCell as KeptCell
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url

from grader.checking.report.blocks import number
from grader.classroom import postgresql
from grader.classroom.late_policy import how_late
from grader.find_tools import find_tools
from grader.grading.submission.restore import NotedCell
from grader.problems import Problem

TAKEN = (
    "changes.csv",
    "log.txt",
    "deadline.txt",
    "precheck.csv",
    "report.csv",
    "report.html",
    "similarity.csv",
    "similarity.html",
)  # in results/ps04/, beside a folder for each student


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


def gradebook_path(classroom: Path) -> Path:
    """The file that is the gradebook, unless a database is named."""
    return classroom / "gradebook.db"


def gradebook_url(classroom: Path) -> str:
    path = str(gradebook_path(classroom).absolute())
    # Only what an address would mean something else by: nbgrader cuts the file's name out of it.
    return f"sqlite:///{path.replace('%', '%25').replace('?', '%3F')}"


def file_of(url: str) -> Path | None:
    """The gradebook's file; None if it is on a server."""
    return None if postgresql.is_postgresql(url) else Path(make_url(url).database or "")


def place_of(url: str) -> Path | str:
    """Where the gradebook is, to be shown: a file, or an address without a password."""
    return file_of(url) or postgresql.shown(url)


def exists(url: str) -> bool:
    """Whether there is a gradebook yet; nbgrader makes one when it opens it."""
    path = file_of(url)
    return path.exists() if path else postgresql.exists(url)


def require_writable(classroom: Path, url: str) -> None:
    """Raise Problem unless gradebook and results can be written; nothing is left behind."""
    advice = "give yourself the right to write there, or close what is using it"
    existing = next(folder for folder in (classroom, *classroom.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise Problem(f"{existing} cannot be written ({error.strerror}); {advice}") from None
    if (path := file_of(url)) is None:
        postgresql.require_writable(url)
        return
    if not path.exists():
        return
    # The mode counts for root too: somebody took the right to write away on purpose.
    if not path.is_file() or not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Problem(f"the gradebook {path} cannot be written; {advice}")
    require_sound(url)
    try:
        with closing(sqlite3.connect(path, timeout=2)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.rollback()
    except sqlite3.Error as error:
        raise Problem(f"the gradebook {path} cannot be written ({error}); {advice}") from None


def require_sound(url: str) -> None:
    """Raise Problem if the gradebook is there and damaged, or is on a server and out of reach.

    A file is opened for writing: what a killed run has half written is taken back by SQLite then,
    and only then.
    """
    if (path := file_of(url)) is None:
        postgresql.require_sound(url)
        return
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


def require_name(url: str, student: str) -> None:
    """Raise ValueError if gradebook or results cannot hold a student's name."""
    most, what = Student.__table__.c.id.type.length, "the name of the submission's folder"
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(
            f"{what} is not text in UTF-8 (it is {os.fsencode(student)!r}); rename the folder"
        ) from None
    if student in TAKEN:
        raise ValueError(f"{what} is {student}, which is a file of ours; rename the folder")
    if len(student) > most and postgresql.is_postgresql(url):
        raise ValueError(
            f"{what} has {len(student)} characters, and a gradebook on PostgreSQL holds {most}; "
            "give the folder a shorter name"
        )


def has_assignment(url: str, assignment: str) -> bool:
    """Whether the gradebook knows the cells of ``assignment``."""
    if not exists(url):
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
    find_tools()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Gradebook(url) as gradebook:
            yield gradebook


_step: ContextVar[Connection | None] = ContextVar("_step", default=None)


@contextmanager
def one_step(url: str) -> Iterator[None]:
    """All that is written within the block is in the gradebook afterwards, or none of it.

    nbgrader commits each cell by itself. Within the block all its sessions share one connection
    with a transaction that is open already, which their commits leave open.
    """
    keep_connections()
    engine = _engine(url)
    with engine.connect() as connection:
        token = _step.set(connection)
        try:
            with connection.begin():
                yield
        finally:
            _step.reset(token)
    _dispose(engine)


def keep_connections() -> None:
    """Let nbgrader use an engine again, which it would make anew with each opening.

    It opens the gradebook a dozen times for a submission. Each new engine compiles every statement
    again. On a server, connecting takes three times as long as all that it then asks.
    """
    api.create_engine = _shared
    api.Gradebook.close = _close


def _shared(url: str, **options: Any) -> Engine | Connection:
    return _step.get() or _engine(url, **options)


@cache
def _engine(url: str, **options: Any) -> Engine:
    if postgresql.is_postgresql(url):
        connecting = {"connect_timeout": postgresql.CONNECT_SECONDS}
        options = {"pool_pre_ping": True, "connect_args": connecting}
    return create_engine(url, **options)


def _close(gradebook: Any) -> None:
    gradebook.db.remove()
    if isinstance(gradebook.engine, Engine):
        _dispose(gradebook.engine)


def _dispose(engine: Engine) -> None:
    """Let go of a file; connections to a server are kept."""
    if engine.dialect.name != "postgresql":
        engine.dispose()


# --- Cells in their order -------------------------------------------------------------------------

NUMBERED = "cell"
_numbers = count(time.time_ns())  # all cells of a notebook are noted by one process


@event.listens_for(KeptCell, "before_insert")
def _number(mapper: object, connection: object, cell: Any) -> None:
    """Give a cell an id that says when it was noted, which nbgrader does in a notebook's order.

    nbgrader's own ids are random and its tables have no other column to sort by. SQLite gives rows
    in the order of their making; PostgreSQL gives those last that were changed last.
    """
    cell.id = f"{NUMBERED}{next(_numbers):020}{uuid4().hex[:8]}"


def noted_cells(url: str, assignment: str, notebook: str) -> list[NotedCell]:
    """The cells of a notebook as the gradebook knows them, in their order."""
    with opened(url) as gradebook:
        entry = gradebook.find_notebook(notebook, assignment)
        graded = {cell.name: float(cell.max_score) for cell in entry.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in entry.task_cells}
        solutions = {cell.name for cell in entry.solution_cells}
        kept = list(entry.source_cells)
        if all(cell.id.startswith(NUMBERED) for cell in kept):  # not noted by plain nbgrader
            kept.sort(key=lambda cell: cell.id)
        return [
            NotedCell(
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
            for cell in kept
        ]


# --- Marks ----------------------------------------------------------------------------------------


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
        return sum(mark.score for mark in self.marks.values()) - self.penalty

    @property
    def total(self) -> float:
        return sum(mark.most for mark in self.marks.values())

    @property
    def by_hand(self) -> float:
        """Points that wait for a person."""
        return sum(m.most for m in self.marks.values() if m.waits and m.manual is None)

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
        total = float(gradebook.find_assignment(assignment).max_score)
    return {
        student: Score(
            sum(entry.score for entry in notebooks.values()),
            total,
            sum(entry.by_hand for entry in notebooks.values()),
            sum(entry.penalty for entry in notebooks.values()),
            max((entry.late for entry in notebooks.values()), default=0.0),
        )
        for student, notebooks in held.items()
    }
