"""A class in one file, and back: gradebook, results, submissions, the secret behind the cases."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from grader.classroom.backup.file import pack, unpack, when_made
from grader.classroom.gradebook.store import Store, gradebook_path, gradebook_url, store_of
from grader.classroom.private import make_private
from grader.classroom.writer import only_writer
from grader.grading.submission.handed_in import LARGEST, listed, tree_of
from grader.interrupts import held_interrupts
from grader.problems import Problem
from grader.wording import one_line

FOLDER = "backups"
SUBMITTED, SECRET = "submitted", ".secret"
GRADED_FOLDERS = ("collected", "autograded", "results", "feedback")
PARTS = (SUBMITTED, *GRADED_FOLDERS, SECRET)
LISTS = ("roster.csv", "extensions.csv", "collect_names.csv")  # written by hand
# Of what one student handed in: folders in each other below the student's, and bytes.
DEPTH, MOST_BYTES = 10, 512 << 20


@dataclass
class Backup:
    """A backup that was made; ``left_out`` says for each student what is not in it."""

    file: Path
    left_out: list[str] = field(default_factory=list)


def backup_class(classroom: Path, url: str, course: str, file: Path | None = None) -> Backup:
    """Write a backup of ``classroom`` and its gradebook ``url``.

    No command of ours writes to the class meanwhile. The gradebook is copied as one moment left it,
    also while somebody works with it in formgrader. Links, pipes and what exceeds the limits are
    left out of what students handed in.

    Parameters
    ----------
    course : its id
    file : where to; by default a new one in the class

    Raises
    ------
    Problem
        There is no class yet, or another command is writing to it.
    """
    if file is not None and file.is_dir():
        raise Problem(
            f"{file} is a folder; give the name of a file, such as {file / 'class.tar.gz'}"
        )
    if not classroom.is_dir():
        raise Problem(f"there is no class in {classroom} yet")
    make_private(classroom)
    file = file or _new(classroom, "{}.tar.gz")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Backup(file)
    store = store_of(url)
    with only_writer(classroom, url, ""), tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        whole, kind = Path(temporary) / "whole", ""
        entries = list(_entries(classroom, made))
        if store.exists():
            kind = store.kind
            copy = store.copy_to(Path(temporary))
            entries.insert(0, (copy.name, copy))
        lost = pack(whole, course, kind, entries)
        made.left_out += [f"{one_line(name)} could not be read" for name in lost]
        whole.chmod(0o600)
        whole.replace(file)
    return made


def _entries(classroom: Path, made: Backup) -> Iterator[tuple[str, Path]]:
    """Every folder and plain file of a class, with its name in the backup."""
    submitted = classroom / SUBMITTED
    if submitted.is_dir():
        yield SUBMITTED, submitted
        for path in sorted(submitted.iterdir()):
            yield from _of_student(path, made)
    for part in GRADED_FOLDERS:
        for folder, _, names in os.walk(classroom / part):
            for path in (Path(folder), *(Path(folder) / name for name in sorted(names))):
                if not path.is_symlink() and (path.is_dir() or path.is_file()):
                    yield path.relative_to(classroom).as_posix(), path
    for name in (SECRET, *LISTS):
        if (classroom / name).is_file():
            yield name, classroom / name


def _of_student(path: Path, made: Backup) -> Iterator[tuple[str, Path]]:
    """What one student handed in, as far as the limits go: the smallest files first."""
    if path.is_dir() and not path.is_symlink():
        tree = tree_of(path, DEPTH, hidden=True)
        files, left_out = tree.files, [*tree.links, *tree.special, *tree.deeper]
        folders, more = [path, *tree.folders], tree.too_many
    else:
        plain = path.is_file() and not path.is_symlink()
        files, left_out, folders, more = [path] * plain, [path] * (not plain), [], False
    yield from ((_name(folder, path), folder) for folder in folders)
    total = 0
    for size, file in sorted((file.lstat().st_size, file) for file in files):
        if size > LARGEST or total + size > MOST_BYTES:
            left_out.append(file)
        else:
            total += size
            yield _name(file, path), file
    if left_out or more:
        paths = [one.relative_to(path) if one != path else Path(path.name) for one in left_out]
        names = ", ".join(filter(None, (listed(paths), "more than can be looked at" * more)))
        made.left_out.append(f"{one_line(path.name)}: {names}")


def _name(file: Path, student: Path) -> str:
    return f"{SUBMITTED}/{file.relative_to(student.parent).as_posix()}"


def restore_class(
    classroom: Path, url: str, course: str, file: Path | None = None
) -> tuple[Path, Path]:
    """Bring ``classroom`` and its gradebook back from a backup, by default the newest.

    Parameters
    ----------
    course : its id, which must be that of the backup

    Returns
    -------
    The backup, and the folder that now holds what was there before.

    Raises
    ------
    Problem
        The file is not a backup of this course with this kind of gradebook, or it is damaged; or
        another command is writing to the class. Nothing is changed then.
    """
    if file is None:
        known = list((classroom / FOLDER).glob("*.tar.gz"))
        if not known:
            raise Problem(f"there is no backup in {classroom / FOLDER}; name the file")
        file = max(known, key=lambda one: (when_made(one), one.name))
    make_private(classroom)
    previous = _new(classroom, "before-{}")
    store = store_of(url)
    with only_writer(classroom, url), tempfile.TemporaryDirectory(dir=classroom) as temporary:
        backup = Path(temporary)
        kind = unpack(file, backup, course)
        _require_same_kind(file, kind, store)
        if store.file is not None:
            store_of(gradebook_url(backup)).require_sound()
        with held_interrupts():
            parts: tuple[str, ...] = (*PARTS, *(one for one in LISTS if (backup / one).is_file()))
            if store.file is None and kind:
                _restore_database(store, backup, previous)
            elif store.file is not None:
                # It goes first and comes last: in between no mark can be taken for whole.
                name = gradebook_path(classroom).name
                parts = (name, f"{name}-journal", f"{name}-wal", f"{name}-shm", *parts)
            _exchange(classroom, backup, previous, parts)
    return file, previous


def _require_same_kind(file: Path, kind: str, store: Store) -> None:
    """Raise Problem unless a backup's gradebook is of the kind that the course has now."""
    now = store.kind
    if not kind and store.exists():
        raise Problem(
            f"{file} holds no gradebook, because nothing was graded when it was made, and the "
            "class has one now; name another backup, or unpack the submissions by hand with tar"
        )
    if kind and kind != now:
        raise Problem(
            f"{file} holds a gradebook of {kind}, and the course has one on {now}; change "
            "gradebook.url in course.toml (or COURSE_GRADEBOOK) to what it was, or name another "
            "backup"
        )


def _restore_database(store: Store, backup: Path, previous: Path) -> None:
    """The database first: until the files follow, their notes do not agree with it.

    So a mark that stands in only one of them is not believed (:mod:`grader.classroom.agreement`).
    """
    previous.mkdir(mode=0o700, parents=True)
    try:
        if store.exists():
            store.copy_to(previous)
        store.bring_back(backup)
    except Problem:
        shutil.rmtree(previous)
        raise


def _exchange(classroom: Path, backup: Path, previous: Path, parts: tuple[str, ...]) -> None:
    """Move what is in the class into ``previous``, and the parts of a backup into their place."""
    previous.mkdir(mode=0o700, parents=True, exist_ok=True)
    moves = [(classroom / part, previous / part) for part in parts]
    moves += [(backup / part, classroom / part) for part in reversed(parts)]
    moved: list[tuple[Path, Path]] = []
    try:
        for here, there in moves:
            if os.path.lexists(here):
                here.rename(there)
                moved.append((here, there))
    except OSError:
        for here, there in reversed(moved):
            there.rename(here)
        raise


def _new(classroom: Path, name: str) -> Path:
    """A path with the present second, in UTC, in its name; if it is taken, the next second."""
    while (
        path := classroom / FOLDER / name.format(f"{datetime.now(UTC):%Y-%m-%d-%H%M%SZ}")
    ).exists():
        time.sleep(0.1)
    return path
