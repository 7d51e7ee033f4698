"""What students handed in, attempt by attempt: ``collected/ps06/ada/1``, ``2``, and what counts.

The attempt with the highest number is the one in ``submitted``. Where each of them came from is in
``collected/ps06/origins.csv``.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from grader.classroom.moments import moment_of, stamp_of
from grader.classroom.roster import read_table
from grader.classroom.table import as_csv, plain_text
from grader.files import write_whole
from grader.grading.submission.handed_in import TIMESTAMP, tree_of
from grader.interrupts import held_interrupts
from grader.problems import Problem

FOLDER, ORIGINS = "collected", "origins.csv"
COLUMNS = ("student", "name_in_lms", "attempt", "file", "handed_in", "order")
FACTS = "facts"  # a column that older files lack: what the download says of an attempt besides
DEPTH = 10
Origin = tuple[str, str, int, str, str, int, str]  # a row: see COLUMNS, and FACTS


def identity(files: Mapping[str, bytes]) -> str:
    """The same for the same files (path -> content)."""
    digests = ((name, digest_of_content(content)) for name, content in sorted(files.items()))
    text = "\0".join(f"{name}\0{digest}" for name, digest in digests)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class StoredAttempt:
    """An attempt that is kept: its number, and what tells it from others."""

    number: int
    identity: str
    when: datetime | None
    order: int


class Attempts:
    """The attempts of one student at one assignment.

    Parameters
    ----------
    orders, facts : number of an attempt -> its order and its facts, as ``origins.csv`` has them
    """

    def __init__(
        self,
        classroom: Path,
        assignment: str,
        student: str,
        orders: Mapping[int, int] | None = None,
        facts: Mapping[int, str] | None = None,
    ) -> None:
        self.student = student
        self.folder = classroom / FOLDER / assignment / student
        self.submitted = classroom / "submitted" / student / assignment
        self.orders, self.facts = orders or {}, facts or {}

    @cached_property
    def stored(self) -> list[StoredAttempt]:
        """The attempts that are kept, in their order."""
        numbers = sorted(int(p.name) for p in self.folder.glob("*") if p.name.isdigit())
        return [self._stored(number) for number in numbers]

    def _stored(self, number: int) -> StoredAttempt:
        folder = self.folder / str(number)
        when, order = moment_of(_stamp_in(folder)), self.orders.get(number, 0)
        return StoredAttempt(number, identity(_files_in(folder)), when, order)

    @property
    def counts(self) -> StoredAttempt | None:
        """The attempt that counts; if none is kept, what was put into ``submitted`` by hand."""
        if self.stored:
            return self.stored[-1]
        if not self.present:
            return None
        return StoredAttempt(0, self.present, moment_of(_stamp_in(self.submitted)), 0)

    @property
    def last(self) -> int:
        """The number of the attempt that counts; 0 if none is kept."""
        return self.stored[-1].number if self.stored else 0

    @cached_property
    def present(self) -> str:
        """Identity of what is in ``submitted``; "" if nothing is there.

        Raises
        ------
        Problem
            Something else than a folder is there.
        """
        if not os.path.lexists(self.submitted):
            return ""
        if self.submitted.is_symlink() or not self.submitted.is_dir():
            raise Problem(f"{self.submitted} is not a folder; move it away and collect again")
        return identity(_files_in(self.submitted))

    @property
    def stamp(self) -> str:
        """When the attempt that counts was handed in, as ``timestamp.txt`` has it."""
        return _stamp_in(self.folder / str(self.last) if self.last else self.submitted)

    def keep(self, files: Mapping[str, bytes], stamp: str) -> int:
        """Keep an attempt under the next number, which is returned."""
        number = self.last + 1
        place = self.folder / str(number)
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new") as folder:
            _write(Path(folder) / "attempt", files, stamp).rename(place)
        self.stored.append(self._stored(number))
        return number

    def keep_present(self) -> int:
        """Keep what is in ``submitted``, unless it is kept already; returns its number, or 0."""
        if not self.present or self.present in {one.identity for one in self.stored}:
            return 0
        return self.keep(_files_in(self.submitted), _stamp_in(self.submitted))

    def place(self, files: Mapping[str, bytes], stamp: str) -> None:
        """Put an attempt into ``submitted``: the whole folder at once."""
        self.submitted.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.submitted.parent, prefix=".new") as folder:
            new = _write(Path(folder) / "new", files, stamp)
            with held_interrupts():
                if self.submitted.exists():
                    self.submitted.rename(Path(folder) / "old")
                new.rename(self.submitted)

    def restamp(self, stamp: str) -> None:
        """Note another time for the attempt that counts."""
        places = [self.submitted, *([self.folder / str(self.last)] if self.last else [])]
        for place in filter(Path.is_dir, places):
            write_whole(place / TIMESTAMP, f"{stamp}\n".encode())

    def put_back(self) -> None:
        """Put the attempt that counts into ``submitted`` again."""
        kept = self.folder / str(self.last)
        self.place(_files_in(kept), _stamp_in(kept))


def _files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in tree_of(folder, DEPTH, hidden=True).files
        if path != folder / TIMESTAMP
    }


def _stamp_in(folder: Path) -> str:
    try:
        return (folder / TIMESTAMP).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _write(folder: Path, files: Mapping[str, bytes], stamp: str) -> Path:
    """Write an attempt into a new folder, which is returned."""
    folder.mkdir()
    for name, content in files.items():
        write_whole(folder / name, content)
    if stamp:
        write_whole(folder / TIMESTAMP, f"{stamp}\n".encode())
    return folder


class Origins:
    """Where the attempts at an assignment came from: ``origins.csv``, read and written once."""

    def __init__(self, classroom: Path, assignment: str) -> None:
        self.path = classroom / FOLDER / assignment / ORIGINS
        self._rows: dict[tuple[str, int], Origin] = {}
        for line, row in read_table(self.path, COLUMNS, (FACTS,)):
            try:
                number, order = int(row["attempt"]), int(row["order"])
            except ValueError:
                raise Problem(
                    f"{self.path}, line {line}: attempt and order must be numbers; bring the file "
                    "back from a backup, or remove it and collect the same downloads again"
                ) from None
            student, name, _, file, stamp, _ = (plain_text(row[column]) for column in COLUMNS)
            facts = plain_text(row[FACTS])
            self._rows[student, number] = (student, name, number, file, stamp, order, facts)

    def of(self, student: str) -> dict[int, Origin]:
        """The rows of a student, by the attempt's number."""
        return {number: row for (who, number), row in self._rows.items() if who == student}

    def latest(self) -> dict[str, Origin]:
        """The row of each student's attempt that counts."""
        return {who: row for (who, _), row in sorted(self._rows.items(), key=lambda item: item[0])}

    def changed_by_hand(self, attempts: Attempts, number: int) -> Origin:
        """The row of what somebody changed in ``submitted``: it comes from where it came before."""
        who, counts = attempts.student, attempts.counts
        before = self._rows.get((who, number - 1), (who, "", 0, "", "", 0, ""))
        _, name, _, file, _, _, facts = before
        return (who, name, number, file, stamp_of(counts.when) if counts else "", 0, facts)

    def note(self, row: Origin) -> None:
        """Put a row in, in the place of the one of the same attempt."""
        self._rows[row[0], row[2]] = row

    def write(self) -> None:
        write_whole(self.path, as_csv([(*COLUMNS, FACTS), *self._rows.values()]).encode("utf-8"))
