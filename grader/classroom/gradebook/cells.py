"""The cells of an assignment as the gradebook knows them."""

from __future__ import annotations

from collections.abc import Mapping

from nbgrader.api import MissingEntry

from grader.classroom.gradebook.session import NUMBERED, opened
from grader.classroom.gradebook.store import store_of
from grader.grading.submission.restore import NotedCell


def has_assignment(url: str, assignment: str) -> bool:
    """Whether the gradebook knows the cells of ``assignment``."""
    if not store_of(url).exists():
        return False
    with opened(url) as gradebook:
        try:
            return bool(gradebook.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False


def notebook_names(url: str, assignment: str) -> list[str]:
    """The notebooks that a submission of ``assignment`` consists of."""
    with opened(url) as gradebook:
        return sorted(book.name for book in gradebook.find_assignment(assignment).notebooks)


def set_points(url: str, assignment: str, notebook: str, points: Mapping[str, float]) -> None:
    """Let graded cells be worth something else."""
    with opened(url) as gradebook:
        for cell, most in points.items():
            gradebook.find_grade_cell(cell, notebook, assignment).max_score = most
        gradebook.db.commit()


def noted_cells(url: str, assignment: str, notebook: str) -> list[NotedCell]:
    """The cells of a notebook as the gradebook knows them, in their order."""
    with opened(url) as gradebook:
        entry = gradebook.find_notebook(notebook, assignment)
        graded = {cell.name: float(cell.max_score) for cell in entry.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in entry.task_cells}
        solutions = {cell.name for cell in entry.solution_cells}
        kept = list(entry.source_cells)
        if all(cell.id.startswith(NUMBERED) for cell in kept):  # not noted by plain nbgrader
            kept.sort(key=lambda cell: cell.id)
        return [
            NotedCell(
                cell.name,
                cell.cell_type,
                cell.source or "",
                bool(cell.locked),
                cell.name in graded,
                cell.name in solutions,
                cell.name in tasks,
                graded.get(cell.name, tasks.get(cell.name)),
                cell.checksum,
            )
            for cell in kept
        ]
