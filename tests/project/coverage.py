"""docs/coverage.md as data: what of the sources stands in which notebook, and how well.

coverage.toml beside this file has some text of the code cells that show each row of the page.
``python -m tests.project.coverage`` writes the grades anew, and the table of their numbers.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from grader.authoring.cells import source_cells
from grader.authoring.source import SourceCell
from grader.authoring.waiting import Waits, waits_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
CELLS = Path(__file__).with_suffix(".toml")
SOURCES = ("S0", "S1", "S2", "S3", "S4")
ROW = re.compile(r"\| (.*?) ?\| (.+?) \| (\w+(?:: `\w+`)?) \| \[(ps\d\d)\]\(\S+\) (.+?) \|")
HEADINGS = re.compile(r"^#{1,3} ([^✍].+)$", re.M)
GRADES = ("graded", "practised", "measured", "shown")
GRADED = ("check", "choice", "manual")
OPTIONAL = ("Lines of the lectures", "To keep")  # parts that no task needs
OWN = re.compile(r"\b(?:ready|own_or_library)\(")  # the cell asks for what the student has written
COMPARED = re.compile(r"\bcompare(?:_\w+)?\(")  # with a blank of the student's


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    source: str
    slide: str  # in the page only where it differs from the line above
    what: str
    grade: str
    notebook: str
    heading: str
    cells: tuple[str, ...]  # texts that are found in code cells under the heading


def rows() -> list[Row]:
    return [row for _, row in _rows(PAGE.read_text("utf-8").splitlines())]


def texts_of_cells() -> dict[tuple[str, str, str], list[str]]:
    """Texts of cells by source, notebook and what they show."""
    by_source = tomllib.loads(CELLS.read_text("utf-8"))
    return {
        (source, notebook, what): texts
        for source, notebooks in by_source.items()
        for notebook, shown in notebooks.items()
        for what, texts in shown.items()
    }


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, Row]]:
    source = slide = ""
    texts = texts_of_cells()
    for number, line in enumerate(lines):
        if line.startswith("## "):
            source, slide = line.split()[1], ""
        elif (match := ROW.fullmatch(line)) is not None:
            slide = match[1] or slide
            what, grade, notebook, heading = match.groups()[1:]
            cells = tuple(texts.get((source, notebook, what), ()))
            yield number, Row(source, slide, what, grade, notebook, heading, cells)
        elif line.startswith("| ") and source in SOURCES and not line.startswith("| slide"):
            raise ValueError(f"docs/coverage.md: cannot read {line!r}")


def shown_by(row: Row, notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells under the row's heading that hold its texts; none if one text is nowhere."""
    heading, found = "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in HEADINGS.findall(cell.source):
                heading = line.strip()
        elif heading == row.heading:
            found += [cell] * sum(text in cell.source for text in row.cells)
    there = "\n".join(cell.source for cell in found)
    return found if row.cells and all(text in there for text in row.cells) else []


@cache
def _with_waits(notebook: str) -> list[tuple[SourceCell, Waits]]:
    cells = source_cells(notebook, ROOT)
    return list(zip(cells, waits_of(cells), strict=True))


def _sections(notebook: str) -> dict[str, list[SourceCell]]:
    """The code cells of a notebook's source by the heading that they stand under."""
    found: dict[str, list[SourceCell]] = {}
    heading = ""
    for cell, _ in _with_waits(notebook):
        if cell.is_markdown:
            for line in HEADINGS.findall(cell.text):
                heading = line.strip()
        if not cell.is_markdown or cell.kind == "manual":
            found.setdefault(heading, []).append(cell)
    return found


def how_well(row: Row) -> str:
    """What the student does with this topic: "graded: `softmax`" or another word of GRADES.

    It is graded if one of the row's texts stands in the cells of a task that gives points, and
    practised if it stands in those of a task without points, or is compared with one. A given cell
    measures if it runs what the student has written and stands where the tasks are.
    """
    cells = _sections(row.notebook).get(row.heading, [])
    here = [cell for cell in cells if any(text in cell.text for text in row.cells)]
    if not here:
        raise LookupError(
            f"{CELLS.name}: no cell of {row.notebook} under {row.heading!r} has any of "
            f"{list(row.cells)}, which are to show {row.what!r} ({row.source}). Quote a cell that "
            "stands there now."
        )
    with_points = {cell.name for cell in cells if cell.kind in GRADED}
    for cell in here:
        if cell.kind in (*GRADED, "solution"):
            name = cell.name.removeprefix("answer_")
            return f"graded: `{name}`" if name in with_points else "practised"
    if any(COMPARED.search(cell.text) for cell in here):
        return "practised"
    runs_own = any(OWN.search(cell.text) or _waits(row.notebook, cell) for cell in here)
    return "measured" if runs_own and row.heading not in OPTIONAL else "shown"


def _waits(notebook: str, cell: SourceCell) -> bool:
    """Whether the cell runs what the student has written."""
    return any(one is cell and waits.functions for one, waits in _with_waits(notebook))


def numbers(found: Sequence[Row]) -> list[str]:
    """The lines of the table that counts the grades of each source."""
    by_source = {row.source: Counter[str]() for row in found}
    for row in found:
        by_source[row.source][how_well(row).partition(":")[0]] += 1
    counts = {**by_source, "all": sum(by_source.values(), Counter[str]())}
    return [
        f"| {source} | " + " | ".join(str(count[grade]) for grade in GRADES) + " |"
        for source, count in counts.items()
    ]


def write_grades() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    found = list(_rows(lines))
    for number, row in found:
        there = f" | {row.grade} | [{row.notebook}]("
        lines[number] = lines[number].replace(there, f" | {how_well(row)} | [{row.notebook}](", 1)
    counted = iter(numbers([row for _, row in found]))
    lines = [next(counted) if re.match(r"\| (?:S\d|all) \| \d", line) else line for line in lines]
    PAGE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    write_grades()
