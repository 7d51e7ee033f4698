"""What is compared: the cells that students write, as graded, and the references for each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of
from grader.checking.contract.registry import find, is_exercise
from grader.classroom.gradebook.cells import notebook_names, noted_cells
from grader.classroom.graded_copies import copied_cells
from grader.classroom.school_class import Class
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.problems import Problem

MODEL, EXERCISE, LIBRARY = "the model solution", "the exercise's reference", "course_lib"


@dataclass
class WrittenCell:
    """One cell that students write.

    Attributes
    ----------
    given : its text as students got it
    texts : what was graded, by student
    references : texts that students may have seen, by what they are
    """

    notebook: str
    name: str
    kind: str
    given: str
    texts: dict[str, str] = field(default_factory=dict)
    references: dict[str, list[str]] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        return self.name.removeprefix("manual_")


def written_cells(
    group: Class, assignment: str, students: Sequence[str]
) -> tuple[list[WrittenCell], dict[str, str]]:
    """The cells with the texts of these students, and why some students are left out."""
    found: dict[str, list[WrittenCell]] = {}
    exercises: set[str] = set()
    for notebook in notebook_names(group.gradebook, assignment):
        noted = noted_cells(group.gradebook, assignment, notebook)
        found[notebook] = [
            WrittenCell(notebook, cell.name, cell.cell_type, cell.source)
            for cell in noted
            if cell.solution
        ]
        calls = (graded_call(cell.source) for cell in noted if cell.grade and cell.locked)
        exercises |= {call.exercise for call in calls if isinstance(call, CheckCall)}
    left_out = {}
    for student in students:
        folder = group.folder / "autograded" / student / assignment
        try:
            cells_by_notebook = {name: copied_cells(folder / f"{name}.ipynb") for name in found}
        except Problem as problem:
            left_out[student] = str(problem)
            continue
        for notebook, cells in found.items():
            texts = {cell.name: cell.source for cell in cells_by_notebook[notebook] if cell.name}
            for cell in cells:
                if cell.name in texts:
                    cell.texts[student] = texts[cell.name]
    references = _references(group, assignment, exercises)
    for cells in found.values():
        for cell in cells:
            cell.references = references.get(cell.name, {})
    return [cell for cells in found.values() for cell in cells], left_out


def _references(
    group: Class, assignment: str, exercises: set[str]
) -> dict[str, dict[str, list[str]]]:
    """Right answers by cell: those of the source, of the exercises, and course_lib's functions."""
    found: dict[str, dict[str, list[str]]] = {}

    def add(cell: str, what: str, text: str) -> None:
        found.setdefault(cell, {}).setdefault(what, []).append(text)

    if assignment in assignments(group.settings.root):
        for name, text in answers_of(solution_notebook(assignment, group.settings.root)).items():
            add(name, MODEL, text)
    for exercise in filter(is_exercise, sorted(exercises)):
        asked = find(exercise)
        for functions in asked.references:
            for name, function in zip(asked.takes, functions, strict=True):
                add(name, EXERCISE, _source(function))
        try:
            library = asked.in_library()
        except LookupError:
            continue
        for name, function in zip(asked.takes, library, strict=True):
            add(name, LIBRARY, _source(function))
    return found


def _source(function: Callable[..., Any]) -> str:
    """The text of a function; "" if it has none."""
    try:
        return inspect.getsource(inspect.unwrap(function))
    except (OSError, TypeError):
        return ""
