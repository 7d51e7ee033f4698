"""The text of ``my_library.py``: a part for each exercise, and what stands above them.

A part begins with a line that has the exercise, the notebook and the date. Whatever else a student
writes stays where it is.
"""

import ast
import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.checking.contract.registry import problem_set
from grader.checking.home.own_source import NotKept

HEAD = '''"""My library: functions that I wrote in the course. Each of them passed its check.

Notebooks use them: `from grader.checking import mine`, then `mine.linear_forward(...)`.
You may change this file. `keep` adds parts to it, and changes a part only if you say so.
"""
'''
PART = re.compile(r"^(?=# --- (\w+): notebook .* ---\n)", re.M)
APART = "\n\n\n"


@dataclass(frozen=True)
class LibraryText:
    """The text: ``str(LibraryText.of(text))`` differs from it in empty lines between parts only.

    Attributes
    ----------
    head : what stands above the parts
    parts : exercise -> its part, with its title
    """

    head: str
    parts: dict[str, str]

    @classmethod
    def of(cls, text: str) -> "LibraryText":
        head, *pieces = PART.split(text or HEAD)  # then name, part, name, part, …
        names = pieces[::2]
        if twice := [name for name in names if names.count(name) > 1]:
            raise NotKept(f"The file has two parts {twice[0]}. Take one of them out.")
        return cls(head, dict(zip(names, pieces[1::2], strict=True)))

    def __str__(self) -> str:
        pieces = [self.head.rstrip("\n"), *(part.strip("\n") for part in self.parts.values())]
        return APART.join(pieces) + "\n"

    def code(self, names: Collection[str]) -> str:
        """The code of these parts, without their titles."""
        parts = (part.partition("\n")[2] for name, part in self.parts.items() if name in names)
        return APART.join(part.strip("\n") for part in parts)

    def without(self, names: Collection[str]) -> "LibraryText":
        """The text without these parts."""
        return LibraryText(self.head, {n: p for n, p in self.parts.items() if n not in names})

    def with_part(
        self, name: str, code: str, in_place_of: Collection[str], imports: Sequence[str]
    ) -> "LibraryText":
        """The text with a new part, where the first of those stood that it replaces, or last."""
        number, date = problem_set(name).removeprefix("ps"), time.strftime("%Y-%m-%d")
        new = f"# --- {name}: notebook {number}, {date} ---{APART}{code}"
        place = next((one for one in self.parts if one in in_place_of), name)
        parts = {**self.parts, place: new}
        kept = {n: part for n, part in parts.items() if n == place or n not in in_place_of}
        lines, body = self.head.rstrip().splitlines(), ast.parse(self.head).body
        above = [one.end_lineno for one in body if isinstance(one, ast.Import | ast.ImportFrom)]
        at = above[-1] if above else len(lines)
        lines[at:at] = imports if above or not imports else ["", *imports]
        return LibraryText("\n".join(lines), kept)
