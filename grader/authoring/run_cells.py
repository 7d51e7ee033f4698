"""Run a notebook's code cells in this process, without a kernel."""

from __future__ import annotations

import ast
import gc
import io
import warnings
from contextlib import redirect_stdout
from typing import Any

from nbformat.notebooknode import NotebookNode


def run_cells(notebook: NotebookNode, **given: Any) -> tuple[dict[str, float], list[str]]:
    """Run all code cells of ``notebook`` in one namespace, as a kernel would.

    Parameters
    ----------
    given : names that the cells find defined from the start

    Returns
    -------
    scores : grade_id -> value of the last expression, for every automatically graded cell
    errors : the exceptions that cells stopped with, a line each; the cells below still run
    """
    import matplotlib.pyplot as plt

    namespace: dict[str, Any] = {"__name__": "__main__", "display": lambda shown: None, **given}
    scores: dict[str, float] = {}
    errors: list[str] = []
    # Off the screen, plt.show() warns that it shows nothing.
    warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
    try:
        for number, cell in enumerate(notebook.cells, 1):
            if cell.cell_type != "code":
                continue
            try:
                value = _run(cell.source, f"cell {number}", namespace)
            except Exception as error:
                errors.append(f"cell {number} ({cell.id}): {type(error).__name__}: {error}")
                continue
            grading = cell.metadata.get("nbgrader", {})
            if grading.get("grade"):
                scores[grading["grade_id"]] = value
        return scores, errors
    finally:
        plt.close("all")  # pictures and arrays of a notebook go with it, as with its kernel
        namespace.clear()
        gc.collect()


def _run(source: str, where: str, namespace: dict[str, Any]) -> Any:
    """The value of the last expression of ``source``; None if it ends with a statement."""
    body = ast.parse(source).body
    last = body[-1] if body else None
    with redirect_stdout(io.StringIO()):
        if not isinstance(last, ast.Expr):
            exec(compile(source, where, "exec"), namespace)
            return None
        exec(compile(ast.Module(body[:-1], []), where, "exec"), namespace)
        return eval(compile(ast.Expression(last.value), where, "eval"), namespace)
