"""What an LMS put into the names of a download: whose a file is, of which attempt, from when.

Canvas writes ``lovelaceada_LATE_12345_67890_ps04.ipynb``: name, number of the student, and number
of the file, which grows with time. Moodle writes
``Ada Lovelace_12345_assignsubmission_file/ps04.ipynb``; its number differs between assignments, so
it tells nothing of the student. Blackboard writes
``ps04_ada_attempt_2026-11-20-13-58-23_ps04.ipynb``, and GitHub Classroom a folder ``ps04-ada``. All
other downloads have a folder for each student, or files such as ``Ada Lovelace - ps04 (1).ipynb``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

CANVAS = re.compile(
    r"(?P<name>(?:(?P<who>.+?)_)?(?:(?P<late>LATE)_)?(?P<id>\d+))"
    r"_(?:(?P<order>\d+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
)
ANONYMOUS = re.compile(
    r"(?P<name>(?P<late>LATE_)?anon_[^_]+)_(?:(?P<order>\d+)_(?P<file>.+)|(?P<text>text\.html))"
)
MOODLE = re.compile(r"(?P<name>(?P<who>.+)_\d+_assignsubmission_(?:file|onlinetext)_?)(?P<file>.*)")
BLACKBOARD = re.compile(
    r"(?P<name>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<note>\.txt))"
)
NUMBERED = re.compile(r"\s*\(\d+\)$")  # what browsers and Drive add to a name that is there already
SUFFIX = re.compile(r"(\.(ipynb|json|txt|zip|html|pdf|py|csv|npz))+$", re.IGNORECASE)
FILES = "files"


@dataclass(frozen=True)
class Label:
    """What a path in a download says.

    Attributes
    ----------
    whose : the part that stands for the student, as ``collect_names.csv`` has it
    file : the student's own path; empty if the LMS wrote the file itself
    ids : what may be a student's id, e-mail address, or id in the LMS
    names : what may be a student's name
    when : when it was handed in
    order : grows with time among files without one
    late : the LMS says that it was late
    """

    whose: str
    file: PurePosixPath
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    when: datetime | None = None
    order: int = 0
    late: bool = False


def labels(
    paths: Iterable[PurePosixPath], kind: str, known: Callable[[Label], bool]
) -> dict[PurePosixPath, Label | None]:
    """The label of each path; None if it is not named as this kind of LMS does it.

    Parameters
    ----------
    known : whether a label stands for a student of the class
    """
    paths = list(paths)
    label_of = KINDS[kind]
    below = 0
    if kind in ("github", FILES) and _in_one_folder(paths):
        of_folder = label_of(paths[0])
        below = 0 if of_folder and known(of_folder) else 1
    return {path: label_of(PurePosixPath(*path.parts[below:])) for path in paths}


def fitting_kind(paths: Iterable[PurePosixPath]) -> str:
    """The LMS whose way of naming fits more than half of the paths; "" if there is none."""
    paths = list(paths)
    count = {kind: sum(label(path) is not None for path in paths) for kind, label in MARKED.items()}
    best = max(count, key=lambda kind: count[kind])
    return best if count[best] > len(paths) / 2 else ""


def _in_one_folder(paths: list[PurePosixPath]) -> bool:
    """Whether there is a folder around everything."""
    return len({path.parts[0] for path in paths}) == 1 and all(len(p.parts) > 1 for p in paths)


def _canvas(path: PurePosixPath) -> Label | None:
    for place, part in enumerate(path.parts):
        if found := ANONYMOUS.fullmatch(part):
            ids: tuple[str, ...] = ()
            names: tuple[str, ...] = ()
        elif found := CANVAS.fullmatch(part):
            ids, names = (found["id"],), (found["who"],) if found["who"] else ()
        else:
            continue
        rest = path.parts[place + 1 :]
        file = PurePosixPath(found["file"] or found["text"], *rest)
        order = int(found["order"] or 0)
        return Label(found["name"], file, ids, names, order=order, late=bool(found["late"]))
    return None


def _moodle(path: PurePosixPath) -> Label | None:
    for place, part in enumerate(path.parts):
        if found := MOODLE.fullmatch(part):
            rest = path.parts[place + 1 :]
            if not (found["file"] or rest):
                return None
            who = found["who"]
            return Label(found["name"], PurePosixPath(found["file"], *rest), (who,), (who,))
    return None


def _blackboard(path: PurePosixPath) -> Label | None:
    for place, part in enumerate(path.parts):
        if found := BLACKBOARD.fullmatch(part):
            try:
                local = datetime.strptime(found["when"], "%Y-%m-%d-%H-%M-%S")
            except ValueError:
                return None
            file = PurePosixPath(found["file"] or "", *path.parts[place + 1 :])
            # The name of the assignment comes first, and both may have "_" in them.
            ids = _ends(found["name"], "_")
            return Label(found["name"], file, ids, when=local.astimezone(UTC))
    return None


def _github(path: PurePosixPath) -> Label | None:
    if len(path.parts) < 2:
        return None
    name = re.sub(r"(-(main|master))?(\.zip)?$", "", path.parts[0])
    ids = _ends(name, "-")
    return Label(name, PurePosixPath(*path.parts[1:]), ids)


def _files(path: PurePosixPath) -> Label | None:
    top = path.parts[0]
    if len(path.parts) > 1 and not top.casefold().endswith(".zip"):
        return Label(top, PurePosixPath(*path.parts[1:]), (top,), (top,))
    # "Ada Lovelace - ps04 (1).ipynb", as Classroom writes it; Forms: "ps04 - Ada Lovelace.ipynb"
    stem = NUMBERED.sub("", SUFFIX.sub("", top))
    first, _, _ = stem.partition(" - ")
    _, _, last = stem.rpartition(" - ")
    said = tuple(dict.fromkeys(NUMBERED.sub("", part).strip() for part in (first, last)))
    file = PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else path
    return Label(top, file, said, said)


def _ends(name: str, separator: str) -> tuple[str, ...]:
    """All that a name ends with, the whole first: a-b-c, b-c, c."""
    parts = name.split(separator)
    return tuple(separator.join(parts[place:]) for place in range(len(parts)))


MARKED: dict[str, Callable[[PurePosixPath], Label | None]] = {
    "canvas": _canvas,
    "moodle": _moodle,
    "blackboard": _blackboard,
}
KINDS = {**MARKED, "github": _github, FILES: _files}
