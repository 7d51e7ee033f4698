"""Feedback pages in a zip file, named so that Moodle or Canvas gives each to its student.

Both know a file by the name that they gave to the submission when it was downloaded. ``collect``
notes these names in ``collected/ps06/origins.csv``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.classroom.collect.attempts import FOLDER, ORIGINS
from grader.classroom.collect.labels import CANVAS, MOODLE
from grader.classroom.roster import read_table
from grader.classroom.table import plain_text
from grader.problems import Problem

EARLIEST = (1980, 1, 1, 0, 0, 0)  # so that the same pages give the same file


@dataclass
class Pages:
    """The zip file's content, and who has no part in it, with the reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)

    def to_zip(self) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(self.files.items()):
                entry = zipfile.ZipInfo(name, EARLIEST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        return file.getvalue()


def pages_for(classroom: Path, assignment: str, lms: str, outdated: Collection[Path] = ()) -> Pages:
    """The feedback of everybody whose submission was collected from this LMS.

    Parameters
    ----------
    lms : "canvas" or "moodle"
    outdated : pages that show another score than the gradebook's, which are left out

    Raises
    ------
    Problem
        Nothing was collected, ``origins.csv`` cannot be read, or no name in it is of this LMS.
    """
    made = Pages()
    feedback = classroom / "feedback"
    collected = origins(classroom, assignment)
    places = {student: _place(file, lms) for student, file in collected.items()}
    if not any(places.values()):
        student, file = next(iter(collected.items()))
        raise Problem(
            f"none of the {len(collected)} submissions of {assignment} was collected from {lms}: "
            f"that of {student} was called {file!r}; name the LMS that they come from"
        )
    for student, place in places.items():
        pages = sorted((feedback / student / assignment).glob("*.html"))
        if not place:
            file = collected[student]
            what = f"was called {file!r}, which is not a name of {lms}'s"
            made.left.append((student, what if file else "was handed in by hand, not collected"))
        elif not pages:
            made.left.append((student, "has no feedback page"))
        elif not set(pages).isdisjoint(outdated):
            made.left.append((student, "has a page that does not show the gradebook's score"))
        else:
            between = "/" if lms == "moodle" else "_"
            made.files |= {f"{place}{between}{page.name}": page.read_bytes() for page in pages}
    there = sorted(path.parent.name for path in feedback.glob(f"*/{assignment}"))
    made.left += [(one, "was not collected") for one in there if one not in collected]
    return made


def origins(classroom: Path, assignment: str) -> dict[str, str]:
    """The file in the download that each student's latest attempt came from."""
    path = classroom / FOLDER / assignment / ORIGINS
    if not path.is_file():
        raise Problem(
            f"{path} is not there, which has the names in the LMS; get the submissions with: "
            f"python -m grader collect {assignment} DOWNLOAD --write"
        )
    found: dict[str, tuple[int, str]] = {}
    for line, row in read_table(path, ("student", "attempt", "file")):
        if not row["attempt"].isdecimal():
            raise Problem(
                f"{path}, line {line}: the attempt is {row['attempt']!r}, expected a number; "
                "collect the submissions again"
            )
        this = (int(row["attempt"]), plain_text(row["file"]))
        found[row["student"]] = max(found.get(row["student"], (0, "")), this)
    if not found:
        raise Problem(f"{path} names nobody; collect the submissions again")
    return {student: file for student, (_, file) in found.items()}


def _place(file: str, lms: str) -> str:
    """The part of a name in the download that tells the LMS whose it is; "" if there is none."""
    parts = PurePosixPath(file).parts
    for place in range(len(parts)):
        path = "/".join(parts[place:])
        if lms == "moodle" and (found := MOODLE.fullmatch(path)):
            return found["whose"].removesuffix("_")
        if lms == "canvas" and (found := CANVAS.fullmatch(path)):
            return f"{found['whose']}_{found['attempt']}" if found["attempt"] else ""
    return ""
