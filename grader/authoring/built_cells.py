"""What source cells become in a notebook, with nbgrader's metadata: plain values.

They are made without nbformat, which takes longer to import than they take.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.authoring.rules import points_of, require
from grader.authoring.source import AFTER, CAPTION, FOLD, SourceCell, explanations
from grader.authoring.waiting import (
    DETAILS,
    FOLDED,
    Places,
    Waits,
    code_that_waits,
    places,
    text_after,
    waits_of,
)

CLOSED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in JupyterLab, in Colab
MAX_CELL_ID = 64  # of the notebook format


def built_cells(cells: Sequence[SourceCell]) -> list[dict[str, Any]]:
    """The notebook's cells, one for each of ``cells``, with answers.

    Raises
    ------
    AuthoringError
        Any rule of :mod:`grader.authoring.rules` is broken; all problems are listed.
    """
    require(cells)
    taken: set[str] = set()
    built: list[dict[str, Any]] = []
    where = places(cells)
    for cell, waits in zip(cells, waits_of(cells), strict=True):
        grading = _grading(cell)
        metadata: dict[str, Any] = {}
        if cell.kind in ("practice", "setup"):
            metadata["tags"] = [cell.kind]
        if FOLD in cell.options:
            metadata |= CLOSED
        if grading:
            metadata["nbgrader"] = {"schema_version": 3, "task": False, **grading}
        built.append(
            {
                "cell_type": "markdown" if cell.is_markdown else "code",
                "id": _cell_id(cell, str(grading.get("grade_id", "")), taken),
                "metadata": metadata,
                "source": _source(cell, waits, where),
                **({} if cell.is_markdown else {"execution_count": None, "outputs": []}),
            }
        )
    return built


def _grading(cell: SourceCell) -> dict[str, Any]:
    match cell.kind:
        case "solution":
            return {"grade_id": cell.name, "grade": False, "locked": False, "solution": True}
        case "check":
            points, grade_id = points_of(cell), f"check_{cell.name}"
        case "choice":
            points, grade_id = cell.options["points"], f"choice_{cell.name}"
        case "manual":
            points, grade_id = cell.options["points"], f"manual_{cell.name}"
        case _:
            return {}
    manual = cell.kind == "manual"
    return {
        "grade_id": grade_id,
        "grade": True,
        "locked": not manual,
        "solution": manual,
        "points": points,
    }


def _source(cell: SourceCell, waits: Waits, where: Places) -> str:
    if cell.is_markdown:
        cell = replace(cell, text=cell.text.replace("<details>", DETAILS))
        if not cell.options.get(AFTER):
            return CAPTION.sub(_closed_caption, cell.text)
        caption = CAPTION.match(cell.text)
        rest = CAPTION.sub(_closed_caption, cell.text[caption.end() if caption else 0 :])
        return text_after(_in_words(caption) if caption else "", rest)
    text = code_that_waits(cell.text, waits, where)
    if FOLD in cell.options:
        return f"# @title {cell.options[FOLD]}\n{text}"
    if cell.kind != "choice":
        return text
    call = f'check_choice("{cell.name}", answer_{cell.name}'
    key, points = cell.options["key"], cell.options["points"]
    hidden = f'{call}, key="{key}", points={points}, why={explanations(cell.text)!r})'
    return f"{call})\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"


def _closed_caption(found: re.Match[str]) -> str:
    """The description of a figure, for those who cannot see it, closed for all others."""
    return FOLDED.format(title="The figure in words", text=_in_words(found))


def _in_words(caption: re.Match[str]) -> str:
    return caption[1][0].upper() + caption[1][1:]


def _cell_id(cell: SourceCell, grade_id: str, taken: set[str]) -> str:
    """The graded name where there is one, else a hash of the text: edits elsewhere keep it."""
    digest = hashlib.sha256(f"{cell.kind}\n{cell.text}".encode()).hexdigest()[:12]
    base = (grade_id.replace("_", "-") if len(grade_id) <= MAX_CELL_ID else "") or digest
    cell_id, copy = base, 2
    while cell_id in taken:
        cell_id, copy = f"{base[: MAX_CELL_ID - 4]}-{copy}", copy + 1
    taken.add(cell_id)
    return cell_id
