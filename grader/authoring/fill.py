"""Put answers into a released notebook, as a student's hands would."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from nbformat.notebooknode import NotebookNode
from nbgrader.utils import is_solution

from grader.authoring.marks import unmarked


def fill(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """A copy of ``notebook`` with ``answers`` (cell name -> source) in its solution cells.

    The name is the function's for functions, ``answer_<name>`` for choices and
    ``manual_<name>`` for questions in prose.

    Raises
    ------
    LookupError
        A name belongs to no solution cell; the names there are is listed.
    """
    filled = copy.deepcopy(notebook)
    cells = {c.metadata.nbgrader["grade_id"]: c for c in filled.cells if is_solution(c)}
    unknown = sorted(set(answers) - set(cells))
    if unknown:
        raise LookupError(
            f"no solution cell is called {', '.join(unknown)}; there are: {', '.join(cells)}"
        )
    for name, source in answers.items():
        cells[name].source = source
    return filled


def answers_of(solution: NotebookNode) -> dict[str, str]:
    """Cell name -> source of every solution cell, as :func:`fill` takes them, without the marks."""
    return {
        cell.metadata.nbgrader["grade_id"]: unmarked(cell.source)
        for cell in solution.cells
        if is_solution(cell)
    }
