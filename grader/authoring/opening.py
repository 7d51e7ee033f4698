"""The picture on a notebook's first screen: one of its own figures, embedded in the title cell.

Released notebooks have no outputs, so the picture is part of the text. It is drawn by
``python -m grader notebook opening ps08`` from the cell marked ``opening=true``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from grader.authoring.source import CAPTION, OPENING, SourceCell

FILE = "opening.png"  # beside the source
LARGEST = 40_000  # bytes


def opening_cell(cells: Sequence[SourceCell]) -> tuple[SourceCell, str] | None:
    """The cell that draws the picture, and what the picture shows in words."""
    shown = [cell for cell in cells if cell.kind != "claims"]
    for cell, below in pairwise(shown):
        if cell.options.get(OPENING):
            caption = CAPTION.match(below.text)
            return cell, _alt(caption[1]) if caption else ""
    return None


def with_picture(text: str, cells: Sequence[SourceCell], source: Path) -> str:
    """The text of the title cell with the picture below its first paragraph, if there is one."""
    file = source.with_name(FILE)
    if (opening := opening_cell(cells)) is None or not file.exists():
        return text
    title, _, rest = text.partition("\n\n")
    first, _, others = rest.partition("\n\n")
    data = base64.b64encode(file.read_bytes()).decode()
    # The data stands at the end of the cell, so that its text can still be read and edited.
    parts = [title, first, f"![{opening[1]}][opening]", others]
    return "\n\n".join([*filter(None, parts), f"[opening]: data:image/png;base64,{data}"])


def _alt(words: str) -> str:
    plain = re.sub(r"<!--.*?-->|[*`$\\]", "", words, flags=re.DOTALL)
    return " ".join(plain.split()).replace("[", "(").replace("]", ")")
