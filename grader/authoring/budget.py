"""The budget of a notebook: what one evening holds, counted in the built notebook.

Claims and the cell that draws the picture on the first screen are in no notebook and do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from grader.authoring.cells import cells_of, source_cells
from grader.authoring.source import FOLD, SourceCell
from grader.authoring.tasks import headings_of
from grader.authoring.times import (
    given_lines,
    is_experiment,
    is_own,
    minutes_by_section,
    own_lines,
    words_of,
)
from grader.checking.contract.registry import find

# What draws: a figure of the library or of the notebook's own module.
DRAWS = re.compile(
    r"\bplt\.show\(|\b(?:slider|animation|live)\(|\blesson\.draw\w*\(|\bplot_\w+\(|\blines\("
)


@dataclass(frozen=True)
class Row:
    """One line of the budget: what was counted, and the least and the most that are allowed."""

    what: str
    found: float
    least: float = 0
    most: float = float("inf")

    @property
    def kept(self) -> bool:
        return self.least <= self.found <= self.most

    def __str__(self) -> str:
        allowed = f"{self.least:g} to {self.most:g}" if self.least else f"at most {self.most:g}"
        if self.most == float("inf"):
            allowed = f"at least {self.least:g}"
        return f"{self.what}: {self.found:g}; the budget is {allowed}"


def budget(assignment: str, root: Path) -> list[Row]:
    """All rows of the budget, for the built notebook of ``assignment``."""
    return budget_of(cells_of(assignment, root), source_cells(assignment, root))


def budget_of(cells: Sequence[SourceCell], of_source: Sequence[SourceCell]) -> list[Row]:
    """The same for the cells of a notebook, and those of its source alone."""
    words = [
        words_of(cell.text) if cell.is_markdown and cell.kind != "manual" else (0, 0)
        for cell in cells
    ]
    first = next((i for i, cell in enumerate(cells) if is_own(cell)), len(cells))
    given = [
        0 if cell.is_markdown or cell.kind in ("setup", "choice") else given_lines(cell)
        for cell in cells
    ]
    folded = [FOLD in cell.options for cell in cells]
    checked = {cell.name for cell in cells if cell.kind == "check"}
    planned = {name for name in checked if is_experiment(find(name))}
    own = {cell.name: own_lines(cell) for cell in cells if is_own(cell)}
    lines = [count for name, count in own.items() if name not in planned]
    minutes = sum(one.low for one in minutes_by_section(of_source))
    sections = [text for cell in cells for depth, text in headings_of(cell) if depth == 2]
    return [
        Row("minutes, the lower end", minutes, most=135),
        Row("words in sight", sum(sight for sight, _ in words), most=2500),
        Row("words in folds", sum(closed for _, closed in words), most=600),
        Row("cells", len(cells), most=70),
        Row("lines of given code in sight", _sum(given, folded, False), most=130),
        Row("lines of folded code", _sum(given, folded, True), most=150),
        Row("words before the first own code", sum(s for s, _ in words[:first]), most=400),
        Row("own functions without the experiment", len(lines), least=3, most=5),
        Row("median lines of an own function", median(lines or [0]), least=6),
        Row("planned experiments", len(planned), most=1),
        Row("guesses", sum(cell.kind == "guess" for cell in cells), least=1, most=3),
        Row("numbered sections", sum(text[0].isdigit() for text in sections), least=5, most=8),
        Row("figures", _figures(cells), least=3, most=6),
    ]


def _sum(lines: Sequence[int], folded: Sequence[bool], closed: bool) -> int:
    return sum(count for count, fold in zip(lines, folded, strict=True) if fold == closed)


def _figures(cells: Sequence[SourceCell]) -> int:
    return sum(len(DRAWS.findall(cell.text)) for cell in cells if not cell.is_markdown)
