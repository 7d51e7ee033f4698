"""A backup's file: it begins with what it is, and ends with a digest of everything in it.

So a file of another kind is recognised before it is unpacked, and a damaged or incomplete one
before anything is changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.classroom.moments import moment_of, now_stamp
from grader.files import unpack_tar
from grader.grading.process.fault import MACHINE
from grader.problems import Problem

KIND, VERSION = "a class, by python -m grader backup", 1
ABOUT, CONTENTS = "backup.json", "contents.json"
LONGEST = 1 << 16  # of what a backup says about itself


def pack(file: Path, course: str, gradebook: str, entries: Iterable[tuple[str, Path]]) -> list[str]:
    """Write a backup.

    Parameters
    ----------
    course : its id
    gradebook : its kind, such as SQLite; "" if there is none
    entries : folders and plain files, each with its name in the backup

    Returns
    -------
    Names of files that vanished meanwhile or may not be read: they are not in it.
    """
    about = {"kind": KIND, "version": VERSION, "course": course, "gradebook": gradebook}
    digests: dict[str, str] = {}
    lost = []
    with tarfile.open(file, "w:gz", compresslevel=6) as archive:
        _add(archive, ABOUT, _json({**about, "made": now_stamp()}))
        for name, path in entries:
            member = tarfile.TarInfo(name)
            try:
                found = path.lstat()
                member.mode, member.mtime = found.st_mode & 0o777, found.st_mtime
                if path.is_dir():
                    member.type = tarfile.DIRTYPE
                    archive.addfile(member)
                    continue
                content = path.read_bytes()
            except (FileNotFoundError, PermissionError):
                lost.append(name)
                continue
            _add(archive, member, content)
            digests[name] = hashlib.sha256(content).hexdigest()
        _add(archive, CONTENTS, _json(digests))
    return lost


def unpack(file: Path, target: Path, course: str) -> str:
    """Bring the content of a backup into ``target``; returns the kind of its gradebook.

    Raises
    ------
    Problem
        It is not a backup, or one of another course or of a newer version, or it is damaged.
    """
    with _opened(file) as archive:
        about = _about(archive, file)
        if about.get("version") != VERSION:
            raise Problem(
                f"{file} is a backup of version {about.get('version')}, and this grader reads "
                f"version {VERSION}; restore it with the course's version that made it"
            )
        if about.get("course") != course:
            raise Problem(
                f"{file} holds a class of the course {about.get('course')!r}, and this course "
                f"is {course!r} (course.id in course.toml); name a backup of this course"
            )
        unpack_tar(archive, target)
    _require_whole(file, target)
    return str(about.get("gradebook"))


def when_made(file: Path) -> datetime:
    """When a backup was made, which its name need not tell; raises Problem as :func:`unpack`."""
    with _opened(file) as archive:
        when = moment_of(str(_about(archive, file).get("made")))
    if when is None:
        raise Problem(f"{file} does not say when it was made; name the backup to be restored")
    return when


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file) as archive:
            yield archive
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno in MACHINE:
            raise
        raise Problem(
            f"{file} cannot be read as a backup ({_words(error)}); nothing was changed. Name a "
            "file that python -m grader backup has written"
        ) from None


def _about(archive: tarfile.TarFile, file: Path) -> dict[str, Any]:
    first = archive.next()
    about: Any = None
    if first is not None and first.name == ABOUT and first.isreg() and first.size <= LONGEST:
        content = archive.extractfile(first)
        try:
            about = json.loads(content.read()) if content else None
        except ValueError:
            about = None
    if not isinstance(about, dict) or about.get("kind") != KIND:
        raise Problem(
            f"{file} is not a backup of a class: it does not begin with {ABOUT}, as every "
            "file of python -m grader backup does. Nothing was changed; name such a file"
        )
    return about


def _require_whole(file: Path, target: Path) -> None:
    """Raise Problem unless everything is there as it was when the backup was made."""
    try:
        expected = json.loads((target / CONTENTS).read_bytes())
    except (OSError, ValueError):
        expected = None
    found = {}
    for folder, _, names in os.walk(target):
        for path in (Path(folder) / name for name in names):
            if path.parent != target or path.name not in (ABOUT, CONTENTS):
                content = b"a link" if path.is_symlink() else path.read_bytes()
                name = path.relative_to(target).as_posix()
                found[name] = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise Problem(
            f"{file} is damaged or incomplete: it does not hold what {CONTENTS} at its end lists; "
            "nothing was changed. Name another backup"
        )


def _add(archive: tarfile.TarFile, member: str | tarfile.TarInfo, content: bytes) -> None:
    if isinstance(member, str):
        member = tarfile.TarInfo(member)
        member.mtime = time.time()
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _json(data: Any) -> bytes:
    return json.dumps(data, indent=1).encode("ascii")


def _words(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
