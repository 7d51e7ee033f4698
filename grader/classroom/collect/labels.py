"""What an LMS put into the names of a download: whose a file is, of which attempt, from when.

Each LMS is a pattern for the path of a file, from any folder of the download on. Its named groups
are ``student`` (an id), ``name``, ``prefixed`` (the assignment's name, a separator, an id),
``time``, ``attempt`` (a number that grows with time), ``late``, and ``file``, the student's own
path. Whatever stands in ``file`` is the student's choice and says nothing about who it was.
``whose`` is what ``collect_names.csv`` has for the student; without such a group, it is all of the
first three. ``[lms] pattern`` in ``course.toml`` states a pattern for any other platform.

All other downloads have a folder for each student, or files such as ``Ada Lovelace - ps06.ipynb``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import PurePosixPath

from grader.classroom.collect.zone import Zone
from grader.settings import Lms

NUMBERED = re.compile(r"\s*\(\d+\)$")  # what browsers and Drive add to a name that is there already
SUFFIX = re.compile(r"(\.(ipynb|json|txt|zip|html|pdf|py|csv|npz))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """What a path in a download says.

    Attributes
    ----------
    submitter : the part that stands for the student, as ``collect_names.csv`` has it
    file : the student's own path; empty if the LMS wrote the file itself
    identifiers : groups of texts that may be a student's id, e-mail address, id in the LMS or
        name; the first group that fits anybody decides
    number : the id in the LMS that stands beside a name; "" if there are not both
    participant : Moodle's number for a student in one assignment
    when : when it was handed in
    order : grows with time among files without one
    late : the LMS says that it was late
    stated : the time is from a table, which may correct one that was noted before
    notes : what is to be said of it: what a pattern of ``course.toml`` found
    """

    submitter: str
    file: PurePosixPath
    identifiers: tuple[tuple[str, ...], ...] = ()
    number: str = ""
    participant: str = ""
    when: datetime | None = None
    order: int = 0
    late: bool = False
    stated: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """How an LMS names what it gives.

    Attributes
    ----------
    times : the form of ``time``, as strptime reads it; empty: ISO 8601
    separator : between the assignment's name and the id in ``prefixed``
    """

    regex: re.Pattern[str]
    times: str = ""
    separator: str = ""
    own: bool = False

    def label(self, path: PurePosixPath, zone: Zone) -> Label | None:
        for place in range(len(path.parts)):
            found = self.regex.fullmatch("/".join(path.parts[place:]))
            if found and (label := self._label(found.groupdict(default=""), zone)):
                return label
        return None

    def _label(self, groups: dict[str, str], zone: Zone) -> Label | None:
        who = [groups.get(group, "").strip() for group in ("student", "name", "prefixed")]
        submitter = groups.get("whose") or " ".join(filter(None, who))
        if "/" in submitter or not submitter:
            return None
        try:
            when = self._time(groups["time"], zone) if groups.get("time") else None
        except ValueError:
            return None
        student, name, prefixed = who
        texts = tuple((text,) for text in _ends(prefixed, self.separator)) if prefixed else ()
        return Label(
            submitter,
            PurePosixPath(groups.get("file") or groups.get("text", "")),
            texts or (tuple(filter(None, (student, name))),),
            number=student if name else "",
            participant=groups.get("participant", ""),
            when=when,
            order=int(re.sub(r"\D", "", groups.get("attempt", "")) or 0),
            late=bool(groups.get("late")),
            notes=(f"matched: {_listed(groups)}",) if self.own else (),
        )

    def _time(self, text: str, zone: Zone) -> datetime:
        if any(form in self.times for form in ("%I%M", "%H%M")):  # strptime reads 105 as 10:05
            text = re.sub(r"(?<!\d)(?=\d{3}(?!\d))", "0", text)
        read = datetime.strptime(text, self.times) if self.times else datetime.fromisoformat(text)
        return zone.utc(read, text)


def _listed(groups: Mapping[str, str]) -> str:
    return ", ".join(f"{group} {text}" for group, text in groups.items() if text)


CANVAS = re.compile(
    r"(?P<whose>(?:(?!LATE_|anon_)(?P<name>[^/]+?)_)?(?P<late>LATE_)?(?P<student>\d+|anon_[^_/]+))"
    r"_(?:(?P<attempt>\d+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
)
MOODLE = re.compile(
    r"(?P<whose>(?P<name>[^/]+?)_(?P<participant>\d+)_assignsubmission_(?:file|onlinetext)_?)/?"
    r"(?P<file>.+)"
)
BLACKBOARD = re.compile(
    r"(?P<prefixed>[^/]+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)"
)
GITHUB = re.compile(r"(?P<prefixed>[^/]+?)(?:-(?:main|master))?(?:\.zip)?/(?P<file>.+)")
PATTERNS = {
    "canvas": Pattern(CANVAS),
    "moodle": Pattern(MOODLE),
    "blackboard": Pattern(BLACKBOARD, "%Y-%m-%d-%H-%M-%S", "_"),
    "github": Pattern(GITHUB, separator="-"),
}
RECOGNISED = ("canvas", "moodle", "blackboard")  # no other download looks like theirs


def labels(
    paths: Iterable[PurePosixPath], lms: Lms, zone: Zone, known: Callable[[Label], bool]
) -> dict[PurePosixPath, Label | None]:
    """The label of each path; None if it is not named as this LMS does it.

    Parameters
    ----------
    known : whether a label stands for a student of the class

    Raises
    ------
    Problem
        A name has a time, and the course does not say in which zone.
    """
    paths = list(paths)
    pattern = pattern_of(lms)

    def label_of(path: PurePosixPath) -> Label | None:
        return pattern.label(path, zone) if pattern else _files(path)

    below = 0
    if lms.of in ("github", "files") and _in_one_folder(paths):
        of_folder = label_of(paths[0])
        below = 0 if of_folder and known(of_folder) else 1
    found = {path: label_of(PurePosixPath(*path.parts[below:])) for path in paths}
    return _without_prefix(found, pattern.separator) if pattern and pattern.separator else found


def pattern_of(lms: Lms) -> Pattern | None:
    """The pattern that the course states or that is known of its LMS; None for files."""
    if lms.pattern:
        return Pattern(re.compile(lms.pattern), lms.time, own=True)
    return PATTERNS.get(lms.kind)


def _without_prefix(
    found: dict[PurePosixPath, Label | None], separator: str
) -> dict[PurePosixPath, Label | None]:
    """What several names begin with is the assignment's name, and no part of it an id's end."""
    names = {label.submitter for label in found.values() if label}
    columns = zip(*(name.split(separator) for name in names), strict=False)
    shared = sum(1 for _ in takewhile(lambda parts: len({*parts}) == 1, columns))
    if len(names) < 2 or not shared:
        return found
    return {
        path: label and replace(label, identifiers=label.identifiers[: shared + 1])
        for path, label in found.items()
    }


def fitting_kind(paths: Iterable[PurePosixPath]) -> str:
    """The LMS whose way of naming fits more than half of the paths; "" if there is none."""
    paths = list(paths)
    zone = Zone("UTC")
    count = {
        kind: sum(PATTERNS[kind].label(path, zone) is not None for path in paths)
        for kind in RECOGNISED
    }
    best = max(count, key=lambda kind: count[kind])
    return best if count[best] > len(paths) / 2 else ""


def _in_one_folder(paths: list[PurePosixPath]) -> bool:
    """Whether there is a folder around everything."""
    return len({path.parts[0] for path in paths}) == 1 and all(len(p.parts) > 1 for p in paths)


def _files(path: PurePosixPath) -> Label:
    top = path.parts[0]
    if len(path.parts) > 1 and not top.casefold().endswith(".zip"):
        return Label(top, PurePosixPath(*path.parts[1:]), ((top,),))
    # "Ada Lovelace - ps06 (1).ipynb", as Classroom writes it; Forms: "ps06 - Ada Lovelace.ipynb".
    # Either end may be the student's, and where both are somebody's it is for a person to settle.
    stem = NUMBERED.sub("", SUFFIX.sub("", top))
    first, _, _ = stem.partition(" - ")
    _, _, last = stem.rpartition(" - ")
    texts = tuple(dict.fromkeys(NUMBERED.sub("", part).strip() for part in (first, last)))
    return Label(top, PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else path, (texts,))


def _ends(name: str, separator: str) -> tuple[str, ...]:
    """All that a name ends with, the whole first: a-b-c, b-c, c."""
    if not separator:
        return (name,)
    parts = name.split(separator)
    return tuple(separator.join(parts[place:]) for place in range(len(parts)))
