"""The cells of a graded copy: what a student wrote, as it was graded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.problems import Problem


@dataclass(frozen=True)
class CopiedCell:
    """A cell of ``autograded/ada/ps06/<notebook>.ipynb``.

    Attributes
    ----------
    name : nbgrader's name of the cell; "" if it has none
    kind : "code" or "markdown"
    solution : whether the student writes it
    attachments : pictures that the cell carries along, as in the file
    """

    name: str
    kind: str
    source: str
    solution: bool = False
    attachments: Any = field(default=None, compare=False)


def copied_cells(path: Path) -> list[CopiedCell]:
    """The cells of a graded copy, in their order.

    Raises
    ------
    Problem
        The file is missing or damaged.
    """
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return [_cell(cell) for cell in cells]
    except OSError as error:
        why = error.strerror or str(error)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"damaged ({type(error).__name__})"
    assignment = path.parent.name
    raise Problem(
        f"the graded copy {path} cannot be read: {why}. Grade it again: "
        f"python -m grader autograde {assignment} --force"
    )


def _cell(cell: dict[str, Any]) -> CopiedCell:
    about = cell["metadata"].get("nbgrader", {})
    source = cell["source"]
    return CopiedCell(
        about.get("grade_id", ""),
        cell["cell_type"],
        source if isinstance(source, str) else "".join(source),
        bool(about.get("solution")),
        cell.get("attachments"),
    )
