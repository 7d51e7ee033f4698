"""Where a gradebook is: a file of SQLite's, or a store that a guest knows."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from grader.guests import STORES, guests, load
from grader.problems import Problem
from grader.settings import Settings, SettingsError


class InUse(Exception):
    """Somebody else writes; the text says who."""


@dataclass(frozen=True)
class Store(ABC):
    """A gradebook by its address, which is SQLAlchemy's and holds no password.

    Attributes
    ----------
    kind : what the store is called
    options : for SQLAlchemy's engine
    longest_name : characters of a student's id that it can hold; None: any number
    """

    url: str
    kind: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    longest_name: ClassVar[int | None] = None

    @property
    def file(self) -> Path | None:
        """The file that it is; None if it is on a server."""
        return None

    @property
    @abstractmethod
    def place(self) -> Path | str:
        """Where it is, to be shown: a file, or an address."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a gradebook yet; nbgrader makes one when it opens it."""

    @abstractmethod
    def require_sound(self) -> None:
        """Raise Problem if the gradebook is there and damaged, or out of reach."""

    @abstractmethod
    def require_writable(self) -> None:
        """Raise Problem unless it can be written; nothing is left behind."""

    def only_writer(self, writer: str) -> AbstractContextManager[None]:
        """Hold it for writing, where another machine may share it; raises :class:`InUse`.

        Parameters
        ----------
        writer : what others are told who find it taken
        """
        return nullcontext()

    @abstractmethod
    def copy_to(self, folder: Path) -> Path:
        """Write a copy, as one moment has it, into a folder; returns the file."""

    def bring_back(self, folder: Path) -> None:
        """Replace what a server holds by the copy in a folder: all of it or nothing."""
        raise NotImplementedError(f"a gradebook of {self.kind} is a file, which can be moved")


class SqliteFile(Store):
    """The file in the class's folder."""

    kind = "SQLite"

    @property
    def file(self) -> Path:
        return Path(make_url(self.url).database or "")

    @property
    def place(self) -> Path:
        return self.file

    def exists(self) -> bool:
        return self.file.exists()

    def require_sound(self) -> None:
        """As :meth:`Store.require_sound`.

        The file is opened for writing: what a killed run has half written is taken back by SQLite
        then, and only then.
        """
        path = self.file
        if not path.is_file():
            return
        try:
            address = f"{path.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(address, uri=True)) as database:
                problems = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
                tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        except sqlite3.DatabaseError as error:
            problems, tables = [str(error)], set()
        except OSError as error:
            problems, tables = [str(error.strerror)], set()
        wanted = {"assignment", "grade", "submitted_notebook"}
        if problems == ["ok"] and path.stat().st_size and not wanted <= tables:
            problems = ["it is not a gradebook of nbgrader's"]
        if problems != ["ok"]:
            raise Problem(
                f"the gradebook {path} is damaged ({problems[0]}); nothing was graded. Bring back "
                "the last backup with: python -m grader restore"
            )

    def require_writable(self) -> None:
        path, advice = self.file, WRITABLE
        if not path.exists():
            return
        # The mode counts for root too: somebody took the right to write away on purpose.
        if not path.is_file() or not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
            raise Problem(f"the gradebook {path} cannot be written; {advice}")
        self.require_sound()
        try:
            with closing(sqlite3.connect(path, timeout=2)) as database:
                database.execute("BEGIN IMMEDIATE")
                database.rollback()
        except sqlite3.Error as error:
            raise Problem(f"the gradebook {path} cannot be written ({error}); {advice}") from None

    def copy_to(self, folder: Path) -> Path:
        copy = gradebook_path(folder)
        with closing(sqlite3.connect(self.file)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
        return copy


VARIABLE = "COURSE_GRADEBOOK"
EXAMPLE = "postgresql://user@host/database"
WRITABLE = "give yourself the right to write there, or close what is using it"


def gradebook_path(classroom: Path) -> Path:
    """The file that is the gradebook, unless a database is named."""
    return classroom / "gradebook.db"


def gradebook_url(classroom: Path) -> str:
    path = str(gradebook_path(classroom).absolute())
    # Only what an address would mean something else by: nbgrader cuts the file's name out of it.
    return f"sqlite:///{path.replace('%', '%25').replace('?', '%3F')}"


def gradebook_of(settings: Settings, classroom: Path) -> str:
    """The address of a class's gradebook: a file in its folder, unless the course names a database.

    What the course names is for its own class, not for one in another folder, such as the demo's.

    Raises
    ------
    SettingsError
        The address names no database that is known, or ``course.toml`` holds a password.
    """
    chosen = os.environ.get(VARIABLE, "")
    elsewhere = classroom.resolve() != settings.classroom.resolve()
    if elsewhere or not (chosen or settings.gradebook.url):
        return gradebook_url(classroom)
    where = VARIABLE if chosen else "gradebook.url in course.toml"
    return address(chosen or settings.gradebook.url, where, private=bool(chosen))


def store_of(url: str) -> Store:
    """The store that an address means; Problem if its guest is not installed."""
    name = make_url(url).get_backend_name()
    store: Store = SqliteFile(url) if name == "sqlite" else load(STORES, name)(url)
    return store


def address(given: str, where: str, *, private: bool) -> str:
    """SQLAlchemy's URL, without a password, of what somebody wrote in ``where``.

    Parameters
    ----------
    private : whether a password may stand there

    Raises
    ------
    SettingsError
        It is no address that a guest knows. The message does not repeat it, because a password may
        be in it.
    """
    expected = f"{where} must be like {EXAMPLE}"
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise SettingsError(f"{expected}; it cannot be read as an address") from None
    if (name := url.get_backend_name()) not in guests(STORES):
        raise SettingsError(f"{expected}; it begins with {url.drivername}://")
    read: str = load(STORES, name).address(url, where, private=private)
    return read


def require_writable(classroom: Path, url: str) -> None:
    """Raise Problem unless gradebook and results can be written; nothing is left behind."""
    existing = next(folder for folder in (classroom, *classroom.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise Problem(f"{existing} cannot be written ({error.strerror}); {WRITABLE}") from None
    store_of(url).require_writable()


def require_name(url: str, student: str, taken: Collection[str]) -> None:
    """Raise ValueError if gradebook or results cannot hold a student's name.

    Parameters
    ----------
    taken : names of what lies in ``results/ps06/`` beside a folder for each student
    """
    what = "the name of the submission's folder"
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(
            f"{what} is not text in UTF-8 (it is {os.fsencode(student)!r}); rename the folder"
        ) from None
    if student in taken:
        raise ValueError(f"{what} is {student}, which is a file of ours; rename the folder")
    store = store_of(url)
    if store.longest_name is not None and len(student) > store.longest_name:
        raise ValueError(
            f"{what} has {len(student)} characters, and a gradebook on {store.kind} holds "
            f"{store.longest_name}; give the folder a shorter name"
        )
