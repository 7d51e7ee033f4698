"""What a student is recognised by in tables and pages."""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import escape

from grader.classroom.roster import read_roster
from grader.classroom.table import safe_text

LARGEST = 64 << 20  # bytes of a file that is read


@dataclass(frozen=True)
class Who:
    """One student.

    Attributes
    ----------
    cells : a row of a table with one of these is about the student
    named : finds the student's id, name or e-mail address in a file
    """

    student: str
    cells: frozenset[str]
    named: re.Pattern[bytes]

    def is_in(self, path: Path) -> bool:
        """Whether a plain file names the student; one that is too large counts as if it did."""
        if path.is_symlink() or not path.is_file():
            return False
        return path.stat().st_size > LARGEST or bool(self.named.search(path.read_bytes()))


def who_is(student: str, classroom: Path) -> Who:
    """The student's marks of recognition, with what the roster knows."""
    rows = [one for one in read_roster(classroom) if one.student == student]
    emails = {one.email for one in rows} - {""}
    names = {student, *emails, *(one.name for one in rows)} - {""}
    written = {*names, *map(html.escape, names), *map(str, map(escape, names))}
    written.add(quote(os.fsencode(student), safe=""))
    words = b"|".join(re.escape(os.fsencode(one)) for one in sorted(written))
    return Who(
        student,
        frozenset({student, safe_text(student), *emails}),
        re.compile(rb"(?<![\w.@-])(?:" + words + rb")(?![\w-])", re.IGNORECASE),
    )
