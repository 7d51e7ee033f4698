"""Does the solved notebook of a class earn full marks? It is run here, as a kernel would.

What a class changes can break what stands below: a function that is left out, points, an own cell.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import course_lib
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.cells import cells_of
from grader.authoring.claims import run_solved
from grader.authoring.notebook import to_bytes
from grader.authoring.settings_at import settings_at
from grader.checking.contract.registry import find
from grader.exercises.own_folder import folder_of
from grader.files import digest_of, visible_files, write_whole


def try_solved(assignment: str, root: Path) -> list[str]:
    """What keeps the model answers from full marks, a line each; a trial without any is noted."""
    solved = run_solved(assignment, root)
    problems = [*solved.errors]
    lacking = {
        f"check_{cell.name}"
        for cell in cells_of(assignment, root)
        if cell.kind == "check" and find(cell.name).lacks
    }
    for cell in solution_notebook(assignment, root).cells:
        grading = cell.metadata.get("nbgrader", {})
        name = grading.get("grade_id", "")
        if cell.cell_type == "code" and grading.get("grade") and name not in lacking:
            got, most = solved.scores.get(name), grading["points"]
            if got is None or abs(float(got) - most) > 1e-9:
                shown = "nothing" if got is None else f"{float(got):g}"
                problems.append(f"{name}: the model answer gets {shown} of {most:g} points")
    problems += [f"a claim is false: {claim.quote!r}: {why}" for claim, why in solved.claims if why]
    if not problems:
        write_whole(_note(assignment, root), _digest(assignment, root).encode())
    return [f"{assignment}: {problem}" for problem in problems]


def untried(root: Path) -> list[str]:
    """The own and the changed notebooks that no trial has passed since they changed."""
    settings = settings_at(root)
    return [
        name
        for name in assignments(root)
        if settings.is_changed(name)
        and not (
            (note := _note(name, root)).is_file() and note.read_text("utf-8") == _digest(name, root)
        )
    ]


def _note(assignment: str, root: Path) -> Path:
    return settings_at(root).build / "tried" / assignment


def _digest(assignment: str, root: Path) -> str:
    """Changes with the solved notebook, the own exercises and the version of the course."""
    own = folder_of(root)
    exercises = digest_of(visible_files(own)) if own else ""
    notebook = hashlib.sha256(to_bytes(solution_notebook(assignment, root))).hexdigest()
    return f"{notebook} {exercises} {course_lib.__version__}"
