"""docs/coverage.md as data: what of the sources stands in which notebook, under which heading."""

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
ROW = re.compile(r"\| (.+?) \| (.+?) \| \[?(ps\d\d)\]?\S* \| (.+?) \| `(.+)` \|")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    source: str
    slide: str
    what: str
    notebook: str
    heading: str
    cell: str  # text that is found in the cell


def rows() -> list[Row]:
    found, source = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            source = line.split()[1]
        elif (match := ROW.fullmatch(line)) is not None:
            found.append(Row(source, *match.groups()))
        elif line.startswith("| ") and not line.startswith("| slide"):
            raise ValueError(f"docs/coverage.md: cannot read {line!r}")
    return found


def shown_by(row: Row, notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells under the row's heading that hold its text."""
    heading, found = "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in re.findall(r"^#{1,3} ([^✍].+)$", cell.source, re.M):
                heading = line.strip()
        elif heading == row.heading and row.cell in cell.source:
            found.append(cell)
    return found
