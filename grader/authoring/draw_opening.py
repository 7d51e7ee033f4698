"""Draw the opening picture of a notebook by running its solved cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from grader.authoring.build import cells_of, source_of
from grader.authoring.notebook import to_notebook
from grader.authoring.opening import FILE, LARGEST, opening_cell
from grader.authoring.run_cells import run_cells
from grader.authoring.source import AFTER
from grader.checking.contract.registry import find
from grader.files import write_whole
from grader.problems import AuthoringError

DPI = (96, 80, 64, 48)  # the first with which the picture is small enough


def draw_opening(assignment: str, root: Path) -> Path:
    """Write ``opening.png`` beside the source of ``assignment``; returns its path.

    Raises
    ------
    AuthoringError
        No cell is marked, the cells do not run, or the picture is too large.
    """
    import matplotlib.pyplot as plt

    from course_lib.plots.small_png import pixels, png

    cells = cells_of(assignment, root)
    if (opening := opening_cell(cells)) is None:
        raise AuthoringError(f"{assignment}: no cell that draws is marked with opening=true")
    last = next(number for number, cell in enumerate(cells) if cell is opening[0])
    above = [replace(cell, options={**cell.options, AFTER: ()}) for cell in cells[: last + 1]]
    drawn: list[list[bytes]] = []

    def keep(*_arguments: Any, **_options: Any) -> None:
        drawn.append([png(pixels(plt.gcf(), dpi)) for dpi in DPI])

    with patch.object(plt, "show", keep):
        _scores, errors = run_cells(to_notebook(above, find))
    if errors or not drawn:
        raise AuthoringError([f"{assignment}: {error}" for error in errors or ["nothing is drawn"]])
    small = [picture for picture in drawn[-1] if len(picture) <= LARGEST]
    if not small:
        raise AuthoringError(f"{opening[0].where}: the picture takes more than {LARGEST:,} bytes")
    path = source_of(assignment, root).with_name(FILE)
    write_whole(path, small[0])
    return path
