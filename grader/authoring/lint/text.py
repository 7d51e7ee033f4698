"""Rules on what is written: nothing left to do, spelling, cells of a readable length."""

from __future__ import annotations

import contextlib
import importlib
import io
import re

from grader.authoring.lint.draft import Draft, Problems

PARAGRAPHS = 60  # lines of text in one cell
SCREEN = 45  # lines of code that a student sees without scrolling
WIDTH = 100
REMARK = re.compile(r"#\s*(fmt|noqa|type|pragma|ruff)\s*:|#\s*noqa\b")

EMPTY_HEADING = re.compile(r"^\|(?:.*\|)? *\|.*\n\|[ :|-]+\|$", re.MULTILINE)


def finished(draft: Draft) -> Problems:
    """No TODO is left."""
    for cell in draft.cells:
        for line in cell.text.splitlines():
            if "TODO" in line:
                yield cell, line.strip().lstrip("# ")


def spelling(draft: Draft) -> Problems:
    """Codespell knows no better word."""
    try:
        codespell = importlib.import_module("codespell_lib")
    except ModuleNotFoundError:
        yield None, "spelling cannot be checked: pip install codespell"
        return
    with contextlib.chdir(draft.root), contextlib.redirect_stdout(io.StringIO()) as said:
        codespell.main(str(draft.source))
    for line in said.getvalue().splitlines():
        place, _, words = line.removeprefix(str(draft.source.parent)).rpartition(": ")
        yield None, f"{place.lstrip('/')}: spelling: {words}"


def length(draft: Draft) -> Problems:
    """A cell fits one screen."""
    for cell in draft.cells:
        lines = cell.text.splitlines()
        most, what = (PARAGRAPHS, "text") if cell.is_markdown else (SCREEN, "code")
        if len(lines) > most:
            yield cell, f"{len(lines)} lines of {what}, at most {most}: split the cell"
        if not cell.is_markdown and any(len(line) > WIDTH for line in lines):
            yield cell, f"a line has more than {WIDTH} characters"


def remarks(draft: Draft) -> Problems:
    """No comment speaks to a tool: students read them all."""
    for cell in draft.code():
        if found := REMARK.search(cell.text):
            yield cell, f"{found[0]!r} is not a comment for students: write the line another way"


def tables(draft: Draft) -> Problems:
    """Every column of a table has a heading, which screen readers say with each of its cells."""
    for cell in draft.cells:
        if cell.is_markdown and EMPTY_HEADING.search(cell.text):
            yield cell, "a column without a heading: say what stands in it"


RULES = (finished, spelling, length, remarks, tables)
