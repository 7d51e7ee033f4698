"""What a contest keeps of students: their entries, and boards on which numbers stand for names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from grader.classroom.personal_data import PersonalData, Trace
from grader.extras.contest.envelope import FILE as ENVELOPE
from grader.extras.contest.envelope import has_entry, remove_entry


def entries(folder: Path, student: str) -> Iterator[Trace]:
    """The entry in the envelope, out of which all others stay."""
    if has_entry(path := folder / ENVELOPE, student):
        yield Trace("an entry of the contest", path, partial(remove_entry, path, student))


def by_number(folder: Path, student: str) -> Iterator[str]:
    if has_entry(folder / ENVELOPE, student):
        yield "board.html"
    if os.path.lexists(folder.parents[1] / "submitted" / student / folder.name):
        yield "board_open.html"


PERSONAL_DATA = PersonalData(
    {
        ENVELOPE: "",
        "board.html": "board {}",
        "board_names.html": "board {} --names",
        "board_open.html": "board {} --open",
        "board_open_names.html": "board {} --open --names",
    },
    entries=entries,
    by_number=by_number,
)
