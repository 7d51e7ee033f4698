"""What there is of one student, and how each part is deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from nbgrader.api import MissingEntry
from sqlalchemy import text

from grader.classroom.backup.backup import SUBMITTED
from grader.classroom.course_config import exchange_of
from grader.classroom.forget.csv_rows import without_rows
from grader.classroom.forget.who import Who
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import store_of
from grader.classroom.personal_data import Trace, all_personal_data
from grader.classroom.regrade import FILE as CHANGES
from grader.classroom.roster import FILE as ROSTER
from grader.classroom.school_class import Class
from grader.files import write_whole
from grader.problems import Problem

COLLECTED, RESULTS = "collected", "results"
TABLES = ("extensions.csv", "collect_names.csv", ROSTER)  # in the class; the roster last


def traces(group: Class, who: Who) -> list[Trace]:
    """All that there is, in the order in which it is deleted.

    Pages that name the student go first. What makes the student known goes later, the roster last:
    so a run that was interrupted can be repeated. A name on a page alone does not make a student.
    """
    results = group.folder / RESULTS
    known = [
        *_in_gradebook(group.gradebook, who.student),
        *_folders(group, who),
        *_entries(results, who),
        *_result_tables(results, who),
        *_tables(group.folder, who),
    ]
    return [*_pages(results, who), *known] if known else []


# --- The gradebook --------------------------------------------------------------------------------


def _in_gradebook(url: str, student: str) -> Iterator[Trace]:
    if not store_of(url).exists():
        return
    with opened(url) as gradebook:
        try:
            marks = len(gradebook.find_student(student).submissions)
        except MissingEntry:
            return
    what = f"marks of {_count(marks, 'problem set')}"
    yield Trace(what, "the gradebook", partial(_remove_from_gradebook, url, student))


def _remove_from_gradebook(url: str, student: str) -> None:
    with opened(url) as gradebook:
        if store_of(url).file is not None:  # SQLite would leave the bytes in its file
            gradebook.db.execute(text("PRAGMA secure_delete = ON"))
        gradebook.remove_student(student)


# --- Folders of the student's ---------------------------------------------------------------------


def _folders(group: Class, who: Who) -> Iterator[Trace]:
    classroom = group.folder
    places = [classroom / part / who.student for part in (SUBMITTED, "autograded", "feedback")]
    for part in (RESULTS, COLLECTED):
        places += [folder / who.student for folder in entries_of(classroom / part)]
    yield from (_removal(_size(path), path) for path in places if os.path.lexists(path))
    if classroom.resolve() == group.settings.classroom.resolve():
        # Beside it are the other courses of a hub, whose students may be called alike.
        course = exchange_of(group.settings) / group.settings.course.id
        for path in entries_of(course / "inbound"):
            if path.name.startswith(f"{who.student}+"):
                yield _removal(_size(path), path)
        for path in entries_of(course / "feedback"):
            if who.is_in(path):
                yield _removal("feedback that was released", path)


def _size(path: Path) -> str:
    if path.is_symlink():
        return "a link"
    if not path.is_dir():
        return "a file"
    return _count(sum(len(names) for _, _, names in os.walk(path)), "file")


def _removal(what: str, path: Path) -> Trace:
    return Trace(what, path, partial(_remove, path))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# --- What is about the whole class ----------------------------------------------------------------


def _entries(results: Path, who: Who) -> Iterator[Trace]:
    """What guests take out of their files."""
    for folder in _problem_sets(results):
        for guest in all_personal_data():
            yield from guest.entries(folder, who.student)


def _result_tables(results: Path, who: Who) -> Iterator[Trace]:
    for folder in (results, *_problem_sets(results)):
        for path in entries_of(folder):
            found = _rows(path, who)
            # What names the student in other rows is points, or a text about somebody else.
            if found and (path.name in _lasting() or not who.named.search(found[1])):
                yield _without(path, *found)


def _pages(results: Path, who: Who) -> Iterator[Trace]:
    """Pages and logs about the whole class: those with the student, by name or without."""
    made_again = {**_files_of_guests(), "report.html": "feedback {}"}

    def page(path: Path, command: str) -> Trace:
        again = f"; to make it again: python -m grader {command}" if command else ""
        return _removal(f"about the class{again}", path)

    def of_set(path: Path) -> Trace:
        return page(path, made_again.get(path.name, "").format(path.parent.name))

    for folder in (results, *_problem_sets(results)):
        for path in entries_of(folder):
            if path.name in _lasting():
                continue
            found = _rows(path, who)
            if path.suffix == ".zip" or (
                who.is_in(path) if found is None else who.named.search(found[1])
            ):
                yield of_set(path)
    for folder in _problem_sets(results):
        numbered = (
            name for one in all_personal_data() for name in one.by_number(folder, who.student)
        )
        yield from (of_set(folder / name) for name in numbered if (folder / name).is_file())
    for name, command in _folders_of_guests().items():
        if (results / name).is_dir():
            yield page(results / name, command)


def _problem_sets(results: Path) -> list[Path]:
    folders = (path for path in entries_of(results) if path.is_dir() and not path.is_symlink())
    return [path for path in folders if path.name not in _folders_of_guests()]


def _lasting() -> set[str]:
    """Files about the class that no command makes again: they only lose rows."""
    return {CHANGES, *(name for name, command in _files_of_guests().items() if not command)}


def _files_of_guests() -> dict[str, str]:
    return {name: command for one in all_personal_data() for name, command in one.files.items()}


def _folders_of_guests() -> dict[str, str]:
    return {name: command for one in all_personal_data() for name, command in one.folders.items()}


# --- Tables ---------------------------------------------------------------------------------------


def _tables(classroom: Path, who: Who) -> Iterator[Trace]:
    paths = [folder / "origins.csv" for folder in entries_of(classroom / COLLECTED)]
    for path in (*paths, *(classroom / name for name in TABLES)):
        if (found := _rows(path, who)) is not None:
            yield _without(path, *found)


def _rows(path: Path, who: Who) -> tuple[int, bytes] | None:
    """How many rows of a table are about the student, and the table without them; None: none."""
    if path.suffix != ".csv" or path.is_symlink() or not path.is_file():
        return None
    try:
        kept, taken = without_rows(path.read_bytes().decode("utf-8"), who.cells)
    except ValueError:  # no text
        return None
    return (taken, kept.encode("utf-8")) if taken else None


def _without(path: Path, taken: int, content: bytes) -> Trace:
    return Trace(_count(taken, "row"), path, partial(write_whole, path, content))


def entries_of(folder: Path) -> list[Path]:
    """What lies in a folder; nothing if it is none."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError:
        raise Problem(f"{folder} cannot be read; run this as the account that owns it") from None


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
