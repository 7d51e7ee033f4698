"""A class with graded answers in text, made without grading: what nbgrader and we would keep."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from grader.classroom.agreement import Agreement
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.school_class import Class
from grader.classroom.staleness.staleness import SUBMISSION
from grader.grading.submission.handed_in import digest_of_submission
from grader.grading.submission.results import Graded, write_result
from grader.settings import load_settings
from tests.authoring.course import write_course

ASSIGNMENT, NOTEBOOK, CELL = "ps98", "ps98_small", "manual_why"
CODE = "def linear_forward(x, W, b):\n    return x @ W + b, (x, W)"


def answered_class(
    root: Path, answers: Mapping[str, str | None], codes: Mapping[str, str] | None = None
) -> Class:
    """The class of a course in ``root``; an answer that is None was left as it was given.

    Parameters
    ----------
    answers, codes : by student
    """
    write_course(root)
    (root / "course.toml").write_text("", encoding="utf-8")
    settings = load_settings(root)
    group = Class(settings, settings.classroom)
    group.folder.mkdir(mode=0o700)
    with opened(gradebook_url(group.folder)) as gradebook:
        _add_cells(gradebook)
        for student, text in answers.items():
            gradebook.add_student(student)
            gradebook.add_submission(ASSIGNMENT, student)
            grade = gradebook.find_grade(CELL, NOTEBOOK, ASSIGNMENT, student)
            grade.auto_score = 0.0 if text is None else None
            grade.needs_manual_grade = text is not None
        gradebook.db.commit()
    for student, text in answers.items():
        code = (codes or {}).get(student, CODE)
        hand_in(group, student, text or "", code)
        note_graded(group, student, text or "", code)
    return group


def notebook(text: str, code: str = CODE) -> Any:
    """A notebook with a function and an answer in text."""
    about = {"solution": True, "schema_version": 3}
    given = new_code_cell(code)
    given.metadata["nbgrader"] = {**about, "grade_id": "linear_forward", "grade": False}
    answer = new_markdown_cell(text)
    answer.metadata["nbgrader"] = {**about, "grade_id": CELL, "grade": True, "points": 2}
    return new_notebook(cells=[given, answer])


def hand_in(group: Class, student: str, text: str, code: str = CODE) -> None:
    _write(group.folder / "submitted", student, notebook(text, code))


def note_graded(group: Class, student: str, text: str, code: str = CODE) -> None:
    """The graded copy, the result, and the note that both are recorded."""
    _write(group.folder / "autograded", student, notebook(text, code))
    now = digest_of_submission(group.folder / "submitted" / student / ASSIGNMENT, [NOTEBOOK])
    graded = Graded(ASSIGNMENT, student, NOTEBOOK, made_from={SUBMISSION: now})
    write_result(group.folder, graded, nbformat.writes(notebook(text, code)))
    Agreement(group.folder, group.gradebook, ASSIGNMENT).note_recorded(student, [NOTEBOOK])


def _add_cells(gradebook: Gradebook) -> None:
    gradebook.add_assignment(ASSIGNMENT)
    gradebook.add_notebook(NOTEBOOK, ASSIGNMENT)
    where = (NOTEBOOK, ASSIGNMENT)
    source = "def linear_forward(x, W, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    gradebook.add_solution_cell("linear_forward", *where)
    gradebook.add_source_cell("linear_forward", *where, cell_type="code", source=source)
    gradebook.add_solution_cell(CELL, *where)
    gradebook.add_grade_cell(CELL, *where, max_score=2.0, cell_type="markdown")
    gradebook.add_source_cell(CELL, *where, cell_type="markdown", source="YOUR ANSWER HERE")


def _write(folder: Path, student: str, made: Any) -> None:
    path = folder / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
