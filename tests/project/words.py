"""Private words in what people read, and what to write instead.

``python -m tests.project.words`` names every place, ``python -m tests.project.words FILE …`` those
in some files.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.project import ROOT

TERMS = Path(__file__).with_name("terms.toml")
READ = {".py", ".md", ".html"}
SETTINGS = {"Makefile", "course.toml", "pyproject.toml"}  # for their comments
FOLDERS = ("benchmarks", "course_lib", "docs", "grader", "solutions", "tests")
# These name the words because they are about them.
ABOUT = {"docs/language.md", "tests/project/test_words.py"}

# Between two words of a phrase: a space, an underscore, or the end of a line with the marks of a
# comment or of a string that goes on below.
GAP = r"""(?:[ _]|[ ]*["']?[ ]*\n[ \t]*(?:\#+[ ]?|>[ ]?)?(?:[rf]{0,2}["'])?)"""
START, END = r"(?<![^\W_])", r"(?![^\W_])"  # an underscore, too, is the edge of a word
# The column of docs/coverage.md that quotes a notebook's heading, which is checked there.
QUOTED = re.compile(r"(?<=\.ipynb\) ).*$", re.M)


@dataclass(frozen=True)
class Term:
    """One entry of terms.toml."""

    write: str
    patterns: tuple[str, ...]
    found: tuple[str, ...]
    passes: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    once: bool = False

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the term stands in a text, its allowed contexts left out."""
        fine = [m.span() for pattern in self.allowed for m in _compiled(pattern).finditer(text)]
        for match in _compiled("|".join(self.patterns)).finditer(text):
            if not any(a <= match.start() and match.end() <= b for a, b in fine):
                yield match.span()


@dataclass(frozen=True)
class Find:
    """A private word in a file."""

    line: int
    words: str
    write: str


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{START}(?:{pattern.replace(' ', GAP)}){END}", re.IGNORECASE)


def terms() -> list[Term]:
    """The entries of terms.toml."""
    return [
        Term(**{key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()})
        for entry in tomllib.loads(TERMS.read_text("utf-8"))["term"]
    ]


def finds(text: str, entries: list[Term], *, notebook: bool = False) -> list[Find]:
    """Private words in a text, from top to bottom; a notebook's text may use some of them once."""
    text = QUOTED.sub("", text)
    found = []
    for term in entries:
        spans = list(term.spans(text))
        if term.once and notebook:
            in_text = [span for span in spans if _line(text, span[0]).startswith("#")]
            spans = [span for span in spans if span not in in_text[:1]]
        found += [
            Find(text.count("\n", 0, a) + 1, " ".join(text[a:b].split()), term.write)
            for a, b in spans
        ]
    return sorted(found, key=lambda find: find.line)


def _line(text: str, place: int) -> str:
    return text[text.rfind("\n", 0, place) + 1 : text.find("\n", place)]


def files() -> list[str]:
    """Every file that people read, relative to the root; the notebooks are built from these."""
    below = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*")]
    names = [
        file.relative_to(ROOT).as_posix()
        for file in [*ROOT.iterdir(), *below]
        if file.suffix in READ or file.name in SETTINGS
    ]
    return sorted(set(names) - ABOUT)


def finds_in(file: str, entries: list[Term]) -> list[Find]:
    """Private words in a file of this checkout."""
    text = (ROOT / file).read_text("utf-8")
    return finds(text, entries, notebook=file.startswith("solutions/"))


def report(chosen: Iterable[str]) -> list[str]:
    """A line for every private word in the chosen files."""
    entries = terms()
    return [
        f"{file}:{find.line}: {find.words!r}; write: {find.write}"
        for file in chosen
        for find in finds_in(file, entries)
    ]


if __name__ == "__main__":
    print("\n".join(report(sys.argv[1:] or files())))
