"""The picture on a notebook's first screen, embedded in the title cell.

Released notebooks have no outputs, so the picture is part of the text. The cell ``opening=true``
below the title draws it, and its docstring says what it shows. No notebook has this cell:
``python -m grader notebook opening ps12`` runs it.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Sequence
from pathlib import Path

from grader.authoring.source import SourceCell

FILE = "opening.png"  # beside the source
LARGEST = 40_000  # bytes
EMBEDDED = re.compile(
    r"^!\[(.*)\]\[opening\]$.*^\[opening\]: data:image/png;base64,(\S+)$", re.M | re.S
)


def opening_cell(cells: Sequence[SourceCell]) -> SourceCell | None:
    """The cell that draws the picture."""
    return next((cell for cell in cells if cell.kind == "opening"), None)


def words_of(cell: SourceCell) -> str:
    """What the picture shows: the docstring, in one line; empty without one."""
    words = " ".join((ast.get_docstring(ast.parse(cell.text)) or "").split())
    return words.replace("[", "(").replace("]", ")")


def with_picture(text: str, words: str, source: Path) -> str:
    """The text of the title cell with the picture directly below the title, if it was drawn."""
    file = source.with_name(FILE)
    if not words or not file.exists():
        return text
    title, _, rest = text.partition("\n\n")
    data = base64.b64encode(file.read_bytes()).decode()
    # The data stands at the end of the cell, so that its text can still be read and edited.
    parts = [title, f"![{words}][opening]", rest]
    return "\n\n".join([*filter(None, parts), f"[opening]: data:image/png;base64,{data}"])


def picture_of(text: str) -> tuple[str, str] | None:
    """What the picture of a title cell shows, and its PNG file in base64; None if there is none."""
    found = EMBEDDED.search(text)
    return (found[1], found[2]) if found else None
