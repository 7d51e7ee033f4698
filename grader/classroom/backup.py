"""A class in one file, and back: gradebook, results, submissions, the secret behind the cases."""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path

from grader.classroom.course_config import make_private
from grader.classroom.gradebook import gradebook_path, require_sound
from grader.classroom.problem import Problem

FOLDER = "backups"
PARTS = ("submitted", "autograded", "results", "feedback", ".secret")


def backup_class(classroom: Path, file: Path | None = None) -> Path:
    """Write a backup of ``classroom``; returns its path.

    The gradebook is copied as one moment left it, also while somebody works with it. Links and
    pipes that students handed in are left out.
    """
    if not classroom.is_dir():
        raise Problem(f"there is no class in {classroom} yet")
    make_private(classroom)
    file = file or classroom / FOLDER / f"{time.strftime('%Y-%m-%d-%H%M%S')}.tar.gz"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    gradebook = gradebook_path(classroom)
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        whole = Path(temporary) / "whole"
        with tarfile.open(whole, "w:gz", dereference=False) as archive:
            if gradebook.is_file():
                copy = Path(temporary) / gradebook.name
                with (
                    closing(sqlite3.connect(gradebook)) as here,
                    closing(sqlite3.connect(copy)) as there,
                ):
                    here.backup(there)
                archive.add(copy, gradebook.name)
            for part in PARTS:
                if (classroom / part).exists():
                    archive.add(classroom / part, part, filter=_plain)
        whole.chmod(0o600)
        whole.replace(file)
    return file


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return member if member.isreg() or member.isdir() else None


def restore_class(classroom: Path, file: Path | None = None) -> tuple[Path, Path]:
    """Bring ``classroom`` back from a backup, by default the newest.

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
    with tempfile.TemporaryDirectory(dir=classroom) as temporary:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(temporary, filter="data")
        except (OSError, EOFError, tarfile.TarError) as error:
            raise Problem(f"{file} cannot be read as a backup ({error})") from None
        require_sound(gradebook_path(Path(temporary)))
        aside.mkdir(mode=0o700, parents=True)
        database = gradebook_path(classroom).name
        # The gradebook goes first and comes last: in between no mark can be taken for a whole one.
        parts = [database, f"{database}-journal", f"{database}-wal", f"{database}-shm", *PARTS]
        for part in parts:
            if (classroom / part).exists():
                (classroom / part).rename(aside / part)
        for part in reversed(parts):
            if (Path(temporary) / part).exists():
                (Path(temporary) / part).rename(classroom / part)
    return file, aside
