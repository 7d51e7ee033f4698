"""Delete one student, and say what still holds the student, such as backups."""

from __future__ import annotations

import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.classroom.backup.backup import FOLDER as BACKUPS
from grader.classroom.backup.backup import GRADED_FOLDERS, SUBMITTED
from grader.classroom.forget.traces import COLLECTED, TABLES, entries_of, traces
from grader.classroom.forget.who import Who, who_is
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import require_writable, store_of
from grader.classroom.personal_data import Trace
from grader.classroom.roster import read_roster
from grader.classroom.school_class import Class
from grader.classroom.writer import HOLDER, LOCK, MARKED, only_writer
from grader.grading.submission.handed_in import tree_of
from grader.interrupts import held_interrupts
from grader.problems import Problem

DEPTH = 6  # folders in each other that are looked into for a student's name


@dataclass(frozen=True)
class Forgotten:
    """What was found of a student.

    Attributes
    ----------
    found : what is deleted, or would be
    backups : that still hold the student
    others : files that name the student in places of which we know nothing
    known : who is in the class, if nothing was found
    """

    found: list[Trace]
    backups: list[Path]
    others: list[Path]
    known: list[str] = field(default_factory=list)


def forget(group: Class, student: str, *, write: bool) -> Forgotten:
    """Find what there is of a student, and delete it if ``write``.

    Raises
    ------
    Problem
        Before anything is deleted: no name of a student, no class, a roster with mistakes, a
        gradebook or contest that is damaged, a folder that cannot be read, or another command is
        writing to the class.
    """
    if student in ("", ".", "..") or "/" in student or "\0" in student:
        raise Problem(f"{student!r} is not a student; give the name of a folder in submitted")
    if not group.folder.is_dir():
        raise Problem(f"there is no class in {group.folder} yet")
    store_of(group.gradebook).require_sound()
    if write:
        require_writable(group.folder, group.gradebook)
    with only_writer(group.folder, group.gradebook):
        who = who_is(student, group.folder)
        found = traces(group, who)
        backups = list(_backups(group.folder, student))
        known = [] if found else _known(group)
        if write:
            for trace in found:
                with held_interrupts():
                    trace.delete()
        return Forgotten(found, backups, list(_others(group.folder, who)), known)


def _backups(classroom: Path, student: str) -> Iterator[Path]:
    """Backups, and what a restored one replaced, with a folder of the student's."""
    for path in entries_of(classroom / BACKUPS):
        if path.is_dir():
            places = [path / part for part in (SUBMITTED, *GRADED_FOLDERS)]
            places += entries_of(path / "results")
            if any(os.path.lexists(place / student) for place in places):
                yield path
        elif path.name.endswith(".tar.gz") and _in_backup(path, student):
            yield path


def _in_backup(path: Path, student: str) -> bool:
    """Whether a backup has a folder of the student's; one that cannot be read counts as well."""
    try:
        with tarfile.open(path) as archive:
            return any(student in member.name.split("/")[1:3] for member in archive)
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        return True


def _others(classroom: Path, who: Who) -> Iterator[Path]:
    known = {SUBMITTED, *GRADED_FOLDERS, COLLECTED, BACKUPS, *TABLES, ".secret", LOCK, HOLDER}
    for path in entries_of(classroom):
        if path.name in known or path.name.startswith(("gradebook.db", MARKED)):
            continue
        files = tree_of(path, DEPTH, hidden=True).files if path.is_dir() else [path]
        for file in files:
            name = os.fsencode(file.relative_to(classroom))
            if who.named.search(name) or who.is_in(file):
                yield file


def _known(group: Class) -> list[str]:
    known = {one.student for one in read_roster(group.folder)}
    known |= {path.name for path in entries_of(group.folder / SUBMITTED)}
    if store_of(group.gradebook).exists():
        with opened(group.gradebook) as gradebook:
            known |= {one.id for one in gradebook.students}
    return sorted(known)
