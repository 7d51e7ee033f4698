"""A class in one file, and back: gradebook, results, submissions, the secret behind the cases."""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path

from grader.classroom.course_config import make_private
from grader.classroom.dump import dump_gradebook, restore_gradebook
from grader.classroom.gradebook import (
    exists,
    file_of,
    gradebook_path,
    gradebook_url,
    require_sound,
)
from grader.classroom.problem import Problem
from grader.classroom.writer import only_writer

FOLDER = "backups"
DUMP = "gradebook.dump"  # a gradebook on PostgreSQL; gradebook.db is one of SQLite
PARTS = ("submitted", "autograded", "results", "feedback", ".secret")


def backup_class(classroom: Path, url: str, file: Path | None = None) -> Path:
    """Write a backup of ``classroom`` and its gradebook ``url``; returns its path.

    The gradebook is copied as one moment left it, also while somebody works with it. Links and
    pipes that students handed in are left out.
    """
    if not classroom.is_dir():
        raise Problem(f"there is no class in {classroom} yet")
    make_private(classroom)
    file = file or classroom / FOLDER / f"{time.strftime('%Y-%m-%d-%H%M%S')}.tar.gz"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        whole = Path(temporary) / "whole"
        with tarfile.open(whole, "w:gz", dereference=False) as archive:
            if exists(url):
                copy = _copy_gradebook(url, Path(temporary))
                archive.add(copy, copy.name)
            for part in PARTS:
                if (classroom / part).exists():
                    archive.add(classroom / part, part, filter=_plain)
        whole.chmod(0o600)
        whole.replace(file)
    return file


def _copy_gradebook(url: str, folder: Path) -> Path:
    if (gradebook := file_of(url)) is None:
        dump_gradebook(url, folder / DUMP)
        return folder / DUMP
    copy = gradebook_path(folder)
    with closing(sqlite3.connect(gradebook)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    return copy


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return member if member.isreg() or member.isdir() else None


def restore_class(classroom: Path, url: str, file: Path | None = None) -> tuple[Path, Path]:
    """Bring ``classroom`` and its gradebook back from a backup, by default the newest.

    Returns
    -------
    The backup, and the folder that now holds what was there before.
    """
    known = sorted((classroom / FOLDER).glob("*.tar.gz"))
    if file is None and not known:
        raise Problem(f"there is no backup in {classroom / FOLDER}; name the file")
    file = file or known[-1]
    make_private(classroom)
    aside = classroom / FOLDER / f"before-{time.strftime('%Y-%m-%d-%H%M%S')}"
    with only_writer(classroom, url), tempfile.TemporaryDirectory(dir=classroom) as temporary:
        backup = Path(temporary)
        try:
            with tarfile.open(file) as archive:
                archive.extractall(backup, filter="data")
        except (OSError, EOFError, tarfile.TarError) as error:
            raise Problem(f"{file} cannot be read as a backup ({error})") from None
        _require_same_kind(file, backup, url)
        if file_of(url) is None:
            _restore_database(url, backup / DUMP, aside)
            _exchange(classroom, backup, aside, PARTS)
        else:
            require_sound(gradebook_url(backup))
            name = gradebook_path(classroom).name
            # The gradebook goes first and comes last: in between no mark can be taken for whole.
            database = (name, f"{name}-journal", f"{name}-wal", f"{name}-shm")
            _exchange(classroom, backup, aside, (*database, *PARTS))
    return file, aside


def _require_same_kind(file: Path, backup: Path, url: str) -> None:
    """Raise Problem unless a backup's gradebook is of the kind that the course has now."""
    kinds = {True: "PostgreSQL", False: "SQLite"}
    server = file_of(url) is None
    if (gradebook_path(backup) if server else backup / DUMP).exists():
        raise Problem(
            f"{file} holds a gradebook of {kinds[not server]}, and the course has one on "
            f"{kinds[server]}; change gradebook.url in course.toml (or COURSE_GRADEBOOK) to what "
            "it was, or name another backup"
        )
    if server and not (backup / DUMP).exists():
        raise Problem(f"{file} holds no gradebook; name another backup")


def _restore_database(url: str, dump: Path, aside: Path) -> None:
    """The database first: until the files follow, their notes do not agree with it.

    So a mark that stands in only one of them is not believed (:mod:`grader.classroom.agreement`).
    """
    aside.mkdir(mode=0o700, parents=True)
    try:
        if exists(url):
            dump_gradebook(url, aside / DUMP)
        restore_gradebook(url, dump)
    except Problem:
        (aside / DUMP).unlink(missing_ok=True)
        aside.rmdir()
        raise


def _exchange(classroom: Path, backup: Path, aside: Path, parts: tuple[str, ...]) -> None:
    """Move what is in the class into ``aside``, and the parts of a backup into their place."""
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in parts:
        if (classroom / part).exists():
            (classroom / part).rename(aside / part)
    for part in reversed(parts):
        if (backup / part).exists():
            (backup / part).rename(classroom / part)
