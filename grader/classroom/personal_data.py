"""What lies in ``results/`` beside a folder for each student: the core's files, and the guests'.

A guest says itself what it keeps, by an entry point in the group ``grader.personal_data``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grader.guests import PERSONAL_DATA, guests, load

FILES = (  # in results/ps06/
    "changes.csv",
    "log.txt",
    "deadline.txt",
    "precheck.csv",
    "report.csv",
    "report.html",
)


@dataclass(frozen=True)
class Trace:
    """Something about one student: what it is, where, and how it is deleted."""

    what: str
    place: Path | str
    delete: Callable[[], None]


def nothing(folder: Path, student: str) -> Iterable[Trace]:
    return ()


def no_page(folder: Path, student: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class PersonalData:
    """What a guest keeps of students.

    Attributes
    ----------
    files : files in ``results/ps06/`` about the whole class, each with the command that makes it
        again ("": none does); ``{}`` stands for the problem set
    folders : folders of such files in ``results/``, with their commands
    columns : columns of its tables that hold a student's id
    entries : traces in the files of a problem set's folder that only lose the student
    by_number : files of a problem set's folder that show a student by a number
    """

    files: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    columns: Collection[str] = ()
    entries: Callable[[Path, str], Iterable[Trace]] = nothing
    by_number: Callable[[Path, str], Iterable[str]] = no_page


@cache
def all_personal_data() -> list[PersonalData]:
    """What each guest keeps."""
    return [load(PERSONAL_DATA, name) for name in guests(PERSONAL_DATA)]


def reserved_names() -> set[str]:
    """Names that no student's folder in ``results/ps06/`` can have."""
    return {*FILES, *(name for one in all_personal_data() for name in one.files)}
