"""The envelope of a contest: the entries that counted when it was opened for the first time.

An exercise with ``record`` keeps an entry with each result. The first opening locks them all: the
file holds every entry whole and is not written again, but for the numbers of newcomers. So an entry
that is changed afterwards is seen, and the board still has the one that was handed in in time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from grader.files import write_whole
from grader.grading.submission.results import Graded
from grader.problems import Problem

FILE = "envelope.json"


@dataclass(frozen=True)
class Entry:
    """What one student entered, and what its trainings came to.

    Attributes
    ----------
    settings : the whole configuration
    low, high : the student's interval for the final accuracy
    final : accuracies of the trainings on the secret splits
    public : accuracy on the public pictures
    """

    settings: Mapping[str, Any]
    low: float
    high: float
    final: tuple[float, ...]
    public: float

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Entry:
        """The entry out of plain data; anything else raises ValueError, TypeError or KeyError."""
        numbers = [float(kept[name]) for name in ("low", "high", "public")]
        low, high, public = numbers
        final = tuple(float(one) for one in kept["final"])
        if not final or not isinstance(kept["settings"], Mapping):
            raise ValueError("an entry without settings or without trainings")
        return cls(dict(kept["settings"]), low, high, final, public)

    @property
    def digest(self) -> str:
        """Changes with what the student entered, and not with what it came to."""
        return _digest([self.settings, self.low, self.high])

    @property
    def reached(self) -> float:
        """The mean of the trainings, without what rounding adds: equal entries are equal."""
        return round(mean(self.final), 9)

    @property
    def hit(self) -> bool:
        return self.low <= self.reached <= self.high


@dataclass(frozen=True)
class Envelope:
    """What is locked.

    Attributes
    ----------
    opened : when, in words
    entries : the locked ones, by student
    numbers : what stands for each student's name where names are not shown
    new : it has been opened just now
    """

    opened: str
    entries: Mapping[str, Entry]
    numbers: Mapping[str, int]
    new: bool = field(default=False, compare=False)


def entries_in(
    results: Sequence[Graded], cells: Collection[str]
) -> tuple[dict[str, Entry], dict[str, str]]:
    """The entry of each student, and of the others why there is none.

    Parameters
    ----------
    cells : names of the graded cells that record entries
    """
    entries: dict[str, Entry] = {}
    without: dict[str, str] = {}
    for result in results:
        if result.refused:
            without[result.student] = result.refused
        for cell in result.cells:
            if cell.cell not in cells:
                continue
            if cell.recorded:
                entries[result.student] = Entry.of(cell.recorded)
            else:
                without[result.student] = cell.found or "no entry"
    return entries, {student: why for student, why in without.items() if student not in entries}


def open_envelope(
    path: Path, entries: Mapping[str, Entry], students: Collection[str], secret: bytes
) -> Envelope:
    """The envelope that ``path`` holds; where there is none, these entries are locked in it.

    Parameters
    ----------
    students : all who need a number; their order is the secret's, not that of their names
    """
    if path.exists():
        envelope = _read(path)
        if missing := set(students) - set(envelope.numbers):
            numbers = _numbered(envelope.numbers, missing, secret)
            envelope = Envelope(envelope.opened, envelope.entries, numbers)
            _write(path, envelope)
        return envelope
    opened = time.strftime("%Y-%m-%d %H:%M %z")
    envelope = Envelope(opened, dict(entries), _numbered({}, students, secret), new=True)
    _write(path, envelope)
    return envelope


def numbers_of(path: Path, students: Collection[str], secret: bytes) -> Mapping[str, int]:
    """The numbers that the envelope has, or would give, for these students; nothing is written."""
    known = _read(path).numbers if path.exists() else {}
    return _numbered(known, set(students) - set(known), secret)


def has_entry(path: Path, student: str) -> bool:
    """Whether the envelope, if there is one, has a student's number or entry."""
    return path.exists() and student in _read(path).numbers


def remove_entry(path: Path, student: str) -> None:
    """Take a student out of the envelope; all others keep their entries and numbers."""
    envelope = _read(path)
    entries = {who: entry for who, entry in envelope.entries.items() if who != student}
    numbers = {who: number for who, number in envelope.numbers.items() if who != student}
    _write(path, Envelope(envelope.opened, entries, numbers))


def _numbered(
    numbers: Mapping[str, int], students: Collection[str], secret: bytes
) -> dict[str, int]:
    def drawn(student: str) -> bytes:
        message = f"board\0{student}".encode("utf-8", "surrogatepass")
        return hmac.digest(secret, message, hashlib.sha256)

    first = max(numbers.values(), default=0) + 1
    return {**numbers, **{s: n for n, s in enumerate(sorted(students, key=drawn), first)}}


def _write(path: Path, envelope: Envelope) -> None:
    data = {
        "opened": envelope.opened,
        "numbers": envelope.numbers,
        "entries": {
            student: {**vars(entry), "final": list(entry.final)}
            for student, entry in envelope.entries.items()
        },
    }
    write_whole(path, json.dumps(data | {"digest": _digest(data)}, indent=1).encode("utf-8"))


def _read(path: Path) -> Envelope:
    try:
        data = json.loads(path.read_bytes())
        digest = data.pop("digest")
        if digest != _digest(data):
            raise ValueError("it was changed")
        entries = {student: Entry.of(kept) for student, kept in data["entries"].items()}
        return Envelope(data["opened"], entries, data["numbers"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Problem(
            f"{path} is damaged. It says which entries were in time: bring it back from a backup "
            "(python -m grader restore). If you remove it, the next opening locks the entries as "
            "they are then"
        ) from None


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
