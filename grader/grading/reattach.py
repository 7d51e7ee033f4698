"""Find the graded cells of a submission again, and put back those that are gone.

What nbgrader knows of a cell travels in metadata that students, Colab and other programs change,
copy and strip. The gradebook knows better: each of its cells is looked for by name, then by
content; its metadata are written anew; a graded cell that is nowhere is put back in its place.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

HIDDEN = re.compile(r"^[^\n]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[^\n]*\n?", re.S | re.M)


@dataclass(frozen=True)
class Known:
    """A cell as the gradebook knows it."""

    name: str
    cell_type: str
    source: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None

    def metadata(self) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "schema_version": 3,
            "grade_id": self.name,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.points is not None:
            metadata["points"] = self.points
        return metadata


def known_cells(gradebook: Gradebook, notebook: str, assignment: str) -> list[Known]:
    """The gradebook's cells of a notebook in their order."""
    entry = gradebook.find_notebook(notebook, assignment)
    graded = {cell.name: float(cell.max_score) for cell in entry.grade_cells}
    tasks = {cell.name: float(cell.max_score) for cell in entry.task_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    return [
        Known(
            cell.name,
            cell.cell_type,
            cell.source or "",
            bool(cell.locked),
            cell.name in graded,
            cell.name in solutions,
            cell.name in tasks,
            graded.get(cell.name, tasks.get(cell.name)),
        )
        for cell in entry.source_cells
    ]


def reattach(notebook: NotebookNode, known: list[Known]) -> list[str]:
    """Name, complete and order the graded cells of ``notebook``; returns what was repaired."""
    repairs: list[str] = []
    found = _by_name(notebook, {cell.name for cell in known}, repairs)
    nameless = [one for one in known if one.name not in found]
    for one in nameless:
        if (cell := _by_content(notebook, one)) is not None:
            found[one.name] = cell
            cell.metadata["nbgrader"] = one.metadata()
    if again := [one.name for one in nameless if one.name in found]:
        repairs.append(f"names of cells were lost and found by content: {', '.join(again)}")
    at_the_end_of = -1
    for one in known:
        if one.name in found:
            cell = found[one.name]
            cell.metadata["nbgrader"] = one.metadata()
            # behind all before it, too: a check that was moved up would find nothing to check
            at_the_end_of = max(at_the_end_of, _position(notebook, cell))
        elif one.grade or one.task:
            new = new_code_cell if one.cell_type == "code" else new_markdown_cell
            cell = new(one.source, metadata={"nbgrader": one.metadata()})  # type: ignore[no-untyped-call]
            place = at_the_end_of if at_the_end_of >= 0 else len(notebook.cells) - 1
            notebook.cells.insert(place + 1, cell)
            at_the_end_of = place + 1
            repairs.append(
                f"the cell {one.name} was missing and was put back"
                + (" without an answer" if one.solution else "")
            )
    return repairs


def _position(notebook: NotebookNode, cell: NotebookNode) -> int:
    return next(i for i, other in enumerate(notebook.cells) if other is cell)


def _by_name(
    notebook: NotebookNode, names: set[str], repairs: list[str]
) -> dict[str, NotebookNode]:
    """Cells that carry a known name; of copies the last that differs from none counts."""
    found: dict[str, NotebookNode] = {}
    for cell in notebook.cells:
        name = cell.metadata.pop("nbgrader", {}).get("grade_id")
        if name not in names:
            continue
        if name in found:
            repairs.append(f"the cell {name} was there more than once; the last one counts")
        found[name] = cell
    return found


def _by_content(notebook: NotebookNode, one: Known) -> NotebookNode | None:
    """The last nameless cell that has the text of a locked cell, or defines what one defines."""
    free = [cell for cell in reversed(notebook.cells) if "nbgrader" not in cell.metadata]
    if one.locked:
        text = HIDDEN.sub("", one.source).strip()
        return next((c for c in free if c.cell_type == "code" and c.source.strip() == text), None)
    if one.cell_type != "code" or not (wanted := _defined(one.source)):
        return None
    return next((c for c in free if c.cell_type == "code" and wanted <= _defined(c.source)), None)


def _defined(source: str) -> set[str]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.M))
    names = {s.name for s in body if isinstance(s, (ast.FunctionDef, ast.ClassDef))}
    for statement in body:
        if isinstance(statement, ast.Assign):
            names |= {t.id for t in statement.targets if isinstance(t, ast.Name)}
    return names


class Reattach(NbGraderPreprocessor):
    """nbgrader's step before OverwriteCells, which then only restores sources."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = known_cells(gradebook, about["notebook"], about["assignment"])
        repairs = reattach(nb, known)
        refused = resources.get("refused", "")
        nb.metadata["grader"] = {"repairs": [] if refused else repairs, "refused": refused}
        for repair in repairs:
            self.log.info("%s: %s", about["student"], repair)
        return nb, resources
