"""A notebook as the rules see it: the cells of its source, and what they were built into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.built_cells import built_cells
from grader.authoring.cells import cells_of, source_of
from grader.authoring.settings_at import settings_at
from grader.authoring.source import SourceCell
from grader.authoring.waiting import Waits, waits_of

Problems = Iterator[tuple[SourceCell | None, str]]  # None: the notebook as a whole


@dataclass(frozen=True)
class Draft:
    """One problem set.

    Attributes
    ----------
    cells : the source's and those that all notebooks have alike
    built : what they become in the notebook, one to one, with answers
    """

    assignment: str
    root: Path
    source: Path
    repository: str
    cells: Sequence[SourceCell]
    built: Sequence[dict[str, Any]]

    def waiting(self) -> Iterator[tuple[SourceCell, Waits]]:
        """Each cell with what it waits for."""
        return zip(self.cells, waits_of(self.cells), strict=True)

    def pairs(self) -> Iterator[tuple[SourceCell, dict[str, Any]]]:
        """Each cell of the source with the one it became."""
        return zip(self.cells, self.built, strict=True)

    def code(self) -> Iterator[SourceCell]:
        """The code cells."""
        return (cell for cell in self.cells if not cell.is_markdown)


Rule = Callable[[Draft], Problems]


def draft_of(assignment: str, root: Path) -> Draft:
    """The problem set ``assignment`` as it is in ``root/solutions``."""
    cells = cells_of(assignment, root)
    return Draft(
        assignment,
        root,
        source_of(assignment, root),
        settings_at(root).course.repository,
        cells,
        built_cells(cells),
    )
