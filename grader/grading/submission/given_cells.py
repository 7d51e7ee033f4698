"""Put back what students were given: graded cells, and the cells without points that define names.

What graded functions need from a given cell is there again, whatever became of it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grader.grading.process.limits import TimeLimit, time_limit
from grader.grading.submission.practice import is_practice
from grader.grading.submission.restore import NotedCell, restore_cells
from grader.grading.submission.source_names import defined, guessed

RESTORE_SECONDS = 20.0


def running(cells: Sequence[NotebookNode]) -> tuple[NotebookNode, ...]:
    """The code cells that run while grading."""
    return tuple(cell for cell in cells if cell.cell_type == "code" and not is_practice(cell))


def restored(
    notebook: NotebookNode,
    known: list[NotedCell],
    texts: Collection[str],
    code: Sequence[NotebookNode],
) -> list[str]:
    """As :func:`restore_cells` and :func:`put_back_given`, but without a search that takes long."""
    before = list(notebook.cells)
    try:
        with time_limit(RESTORE_SECONDS):
            return [*restore_cells(notebook, known, texts), *put_back_given(notebook, code)]
    except TimeLimit:
        notebook.cells = before
        without_search = restore_cells(notebook, known, texts, search=False)
        return ["cells whose names were lost could not be searched for in time", *without_search]


def put_back_given(notebook: NotebookNode, given: Sequence[NotebookNode]) -> list[str]:
    """Put back the given cells that define names, as they were given; returns what was repaired.

    What graded functions need from such a cell is then there, whatever became of it. A cell that
    was changed stays, and runs after the one that was given.

    Parameters
    ----------
    given : the code cells that students were given and that run while grading, in their order
    """
    repairs: list[str] = []
    for number, one in enumerate(given):
        if "nbgrader" in one.metadata or not _gives_names(one.source):
            continue
        later = [_place_of(notebook, other) for other in given[number + 1 :]]
        until = min((place for place in later if place is not None), default=len(notebook.cells))
        place = _place_of(notebook, one)
        if place is not None and place <= until:
            continue
        changed = None if place is not None else _changed(notebook, one, given, until)
        what = "stood too late" if place is not None else "was changed" if changed else "is gone"
        notebook.cells.insert(
            until if changed is None else changed, new_code_cell(one.source, metadata=one.metadata)
        )
        repairs.append(f"the given cell {_called(one.source)} {what}; it runs as it was given")
    return repairs


def _gives_names(source: str) -> bool:
    """Whether a cell imports or defines something at its top level."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(guessed(source))
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    return any(isinstance(statement, kinds) for statement in body)


def _place_of(notebook: NotebookNode, given: NotebookNode) -> int | None:
    """Where a given code cell stands: by its name, else by its text; None if nowhere."""
    name, text = _name_of(given), given.source.strip()
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            if name and name == _name_of(cell):
                return place
            if not name and cell.source.strip() == text:
                return place
    return None


def _changed(
    notebook: NotebookNode, one: NotebookNode, given: Sequence[NotebookNode], until: int
) -> int | None:
    """Where the student's version of a given cell stands: by its id, else by what it defines."""
    texts = {cell.source.strip() for cell in given}
    wanted = defined(one.source) or {one.source.strip().partition("\n")[0]}
    for place, cell in enumerate(notebook.cells[:until]):
        own = "nbgrader" not in cell.metadata and cell.source.strip() not in texts
        if own and cell.cell_type == "code":
            first = cell.source.strip().partition("\n")[0]
            if cell.get("id") == one.get("id", "") or wanted & {first, *defined(cell.source)}:
                return place
    return None


def _name_of(cell: NotebookNode) -> str:
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def _called(source: str) -> str:
    """A cell by its title or its first line."""
    first = source.strip().partition("\n")[0]
    return f"“{first.removeprefix('# @title').strip(' #')[:60]}”"
