"""What students handed in, attempt by attempt: ``collected/ps04/ada/1``, ``2``, and what counts.

The attempt with the highest number is the one in ``submitted``. Where each of them came from is in
``collected/ps04/origins.csv``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from grader.files import write_whole
from grader.grading.submission.handed_in import tree_of
from grader.grading.submission.read import TIMESTAMP
from grader.interrupts import held_interrupts
from grader.problems import Problem

FOLDER, ORIGINS = "collected", "origins.csv"
COLUMNS = ("student", "name_in_lms", "attempt", "file", "handed_in")
DEPTH = 10
Origin = tuple[str, str, int, str, str]  # student, name in the LMS, attempt, file, handed in


def stamp_of(when: datetime | None) -> str:
    """A time as nbgrader notes it in ``timestamp.txt``; "" if it is not known."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if when else ""


def time_of(stamp: str) -> datetime | None:
    """The time in a ``timestamp.txt`` of ours; None if it is empty or another one."""
    try:
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def identity(digests: Mapping[str, str], stamp: str) -> str:
    """The same for the same files (path -> digest of the content), handed in at the same time."""
    text = "\0".join(f"{name}\0{digest}" for name, digest in sorted(digests.items()))
    return hashlib.sha256(f"{stamp}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Attempts:
    """The attempts of one student at one assignment."""

    def __init__(self, classroom: Path, assignment: str, student: str) -> None:
        self.student = student
        self.folder = classroom / FOLDER / assignment / student
        self.submitted = classroom / "submitted" / student / assignment

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Identity of each attempt that is kept -> its number."""
        found = (path for path in self.folder.glob("*") if path.name.isdigit())
        return {identity_of_folder(path): int(path.name) for path in found}

    @property
    def last(self) -> int:
        """The number of the attempt that counts; 0 if none is kept."""
        return max(self.numbers.values(), default=0)

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
        return identity_of_folder(self.submitted)

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
        self.numbers[identity_of_folder(place)] = number
        return number

    def keep_present(self) -> int:
        """Keep what is in ``submitted``, unless it is kept already; returns its number, or 0."""
        if not self.present or self.present in self.numbers:
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

    def put_back(self) -> None:
        """Put the attempt that counts into ``submitted`` again."""
        kept = self.folder / str(self.last)
        self.place(_files_in(kept), _stamp_in(kept))


def identity_of_folder(folder: Path) -> str:
    """The identity of the attempt that lies in a folder."""
    digests = {name: digest_of_content(content) for name, content in _files_in(folder).items()}
    return identity(digests, _stamp_in(folder))


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


def keep_present(attempts: Attempts, classroom: Path, assignment: str) -> None:
    """Keep what is in ``submitted``, unless it is kept already, and note where it came from.

    That is where the attempt before it came from: somebody has changed this one.
    """
    if not (number := attempts.keep_present()):
        return
    before = [row for row in _origins(classroom, assignment) if row[0] == attempts.student]
    name, file = (before[-1][1], before[-1][3]) if before else ("", "")
    row = (attempts.student, name, number, file, attempts.stamp)
    note_origins(classroom, assignment, [row])


def note_origins(classroom: Path, assignment: str, rows: list[Origin]) -> None:
    """Put rows into ``origins.csv``, in the place of older ones of the same attempts."""
    noted = {(row[0], row[2]): row for row in _origins(classroom, assignment)}
    noted |= {(row[0], str(row[2])): list(map(str, row)) for row in rows}
    file = io.StringIO(newline="")
    write = csv.writer(file)
    write.writerow(COLUMNS)
    write.writerows(noted.values())
    write_whole(classroom / FOLDER / assignment / ORIGINS, file.getvalue().encode("utf-8"))


def _origins(classroom: Path, assignment: str) -> list[list[str]]:
    """The rows of ``origins.csv``, without its header."""
    path = classroom / FOLDER / assignment / ORIGINS
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if any(len(row) != len(COLUMNS) for row in rows):
        raise Problem(
            f"{path} is damaged: expected {','.join(COLUMNS)}; bring it back from a backup"
        )
    return rows[1:]
