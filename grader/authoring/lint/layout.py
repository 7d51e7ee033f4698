"""Rules on the order of things: sections, headings, the setup cell, the points table, names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from grader.authoring.boilerplate import overview
from grader.authoring.cells import source_cells
from grader.authoring.lint.draft import Draft, Problems
from grader.authoring.rules import points_of
from grader.authoring.setup import imports_of, wrong_with
from grader.authoring.source import SourceCell
from grader.authoring.tasks import SIGN, points_in_words, tasks
from grader.authoring.waiting import guessed_in

NEEDED = "**You need**"
SOURCES = "Sources"


@dataclass(frozen=True)
class Heading:
    """A heading and where it stands."""

    level: int
    text: str
    cell: SourceCell
    starts_cell: bool


def headings(draft: Draft) -> list[Heading]:
    """All headings of the text cells; lines of code in them do not count."""
    found = []
    for cell in draft.cells:
        if cell.is_markdown:
            text = re.sub(r"^```.*?^```", "", cell.text, flags=re.S | re.M)
            for match in re.finditer(r"^(#+) +(.+?) *$", text, re.M):
                starts = not text[: match.start()].strip()
                found.append(Heading(len(match[1]), match[2], cell, starts))
    return found


def introduction(draft: Draft) -> Problems:
    """The first cell says what the notebook is good for and what it needs."""
    first = draft.cells[0]
    if not first.is_markdown or not first.text.startswith("# "):
        yield first, "the first cell is text and starts with the title, '# …'"
    if NEEDED not in first.text:
        yield first, f"the introduction lacks {NEEDED}"


def levels(draft: Draft) -> Problems:
    """One title; sections start a cell; no level is left out."""
    before = 0
    for heading in headings(draft):
        if heading.level == 1 and before:
            yield heading.cell, f"a second title: {heading.text!r}; sections start with '##'"
        is_task = heading.text.startswith(SIGN)
        if heading.level > min(before + 1, 4 if is_task else 3):
            yield heading.cell, f"the heading {heading.text!r} skips a level, or is below '###'"
        if heading.level == 2 and not heading.starts_cell:
            yield heading.cell, f"the section {heading.text!r} starts in mid-cell; split the cell"
        before = before if is_task else heading.level


def sections(draft: Draft) -> Problems:
    """The sections are numbered in a row; the last ones, among them the sources, have no number."""
    found = [(h.cell, *_numbered(h.text)) for h in headings(draft) if h.level == 2]
    numbers = [given for _, given, _ in found if given]
    for expected, (cell, given, title) in enumerate(found, 1):
        wanted = str(expected) if expected <= len(numbers) else ""
        if given != wanted:
            yield cell, f"the section {title!r} is numbered {given!r}, expected {wanted!r}"
    if SOURCES not in [title for _, given, title in found if not given]:
        yield None, f"no section {SOURCES!r} at its end"


def _numbered(title: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\d*) *(.*)", title)
    return (match[1], match[2]) if match else ("", title)


def setup(draft: Draft) -> Problems:
    """One setup cell, the second cell, the same as everywhere but for its imports."""
    found = [number for number, cell in enumerate(draft.cells) if cell.kind == "setup"]
    if found != [1]:
        yield None, f"one setup cell, '# %% setup=true', right below the introduction: {found}"
        return
    cell, built = draft.cells[1], draft.built[1]
    imports = imports_of(built["source"], draft.repository)
    if imports is None:
        yield cell, "the setup cell differs from grader/authoring/setup.py; build it anew"
    elif wrong := wrong_with(imports):
        yield cell, wrong


def table(draft: Draft) -> Problems:
    """The table of sections, tasks and points is there and right."""
    cells = source_cells(draft.assignment, draft.root)
    wanted = overview(cells, tasks(cells))
    texts = [built["source"] for cell, built in draft.pairs() if cell.is_markdown]
    if not wanted:
        yield None, "nothing in it is graded"
    elif not any(wanted in text for text in texts):
        yield None, "the table of points is missing or wrong; build it anew"


def marked(draft: Draft) -> Problems:
    """Every task has its heading, with the name of what is asked for and its points."""
    heading = ""
    graded = [cell for cell in draft.cells if cell.kind in ("check", "choice", "manual")]
    worth = {cell.name: points_of(cell) for cell in graded}
    for cell, built in draft.pairs():
        if found := re.findall(rf"^#+ {SIGN} (.+)$", built["source"], re.M):
            heading = found[-1] if cell.is_markdown else heading
        name = cell.name.removeprefix("answer_")
        if cell.kind == "code" and list(guessed_in(cell)):
            yield cell, 'a guess has a title: # %% guess="the largest stable rate"'
        elif cell.kind == "guess" and heading != f"Guess: {name}":
            yield cell, f"the guess stands below {heading!r}: build it anew"
        elif cell.kind in ("solution", "manual"):
            named = re.findall(r"`(\w+)`", heading) if name == cell.name else []
            points = points_in_words(sum(worth.get(one, 0.0) for one in named or [name]))
            is_named = name in named or cell.kind == "manual" or name != cell.name
            if not (is_named and heading.endswith(points)) and " more, " not in heading:
                yield cell, f"{name} ({points}) stands below {heading!r}: build it anew"


def unique(draft: Draft) -> Problems:
    """No two cells with one id, no two graded cells with one name."""
    ids = [cell["id"] for cell in draft.built]
    grading = [cell["metadata"].get("nbgrader", {}) for cell in draft.built]
    names = [about["grade_id"] for about in grading if about]
    for what, values in (("cell id", ids), ("grade_id", names)):
        for value, count in Counter(values).items():
            if count > 1:
                yield None, f"the {what} {value!r} is there {count} times"


RULES = (introduction, levels, sections, setup, table, marked, unique)
