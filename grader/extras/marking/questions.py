"""The questions of an assignment that a person grades, with task and model answer."""

from __future__ import annotations

from dataclasses import dataclass

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of
from grader.classroom.gradebook.cells import notebook_names, noted_cells
from grader.classroom.school_class import Class
from grader.problems import Problem

FINE, MOST_FINE = 0.5, 10.0  # points are given in halves, of questions with at most ten


@dataclass(frozen=True)
class Question:
    """One cell that students answer and a person grades.

    Attributes
    ----------
    cell : nbgrader's name of it
    points : full marks
    task, model : what is asked, and the model answer; "" if there is no source
    scheme : for what the points are given, which stands in brackets at the end of model answers
    """

    notebook: str
    cell: str
    points: float
    task: str = ""
    model: str = ""
    scheme: str = ""

    @property
    def name(self) -> str:
        return self.cell.removeprefix("manual_")

    @property
    def steps(self) -> list[float]:
        """The points that can be given, from 0 to full marks."""
        step = FINE if self.points <= MOST_FINE else 1.0
        below = [step * k for k in range(int(self.points / step) + 1) if step * k < self.points]
        return [*below, self.points]


def questions_of(group: Class, assignment: str) -> list[Question]:
    """The questions of an assignment that the gradebook knows, in the notebook's order.

    Raises
    ------
    Problem
        No person grades anything of it, or only tasks, whose answers are not in one cell.
    """
    texts = _texts(group, assignment)
    found, tasks = [], []
    for notebook in notebook_names(group.gradebook, assignment):
        for cell in noted_cells(group.gradebook, assignment, notebook):
            if cell.task:
                tasks.append(cell.name)
            if cell.grade and cell.solution and cell.points:
                task, model = texts.get(cell.name, ("", ""))
                texts_of_it = (task, *divided(model))
                found.append(Question(notebook, cell.name, cell.points, *texts_of_it))
    if found:
        return found
    if tasks:
        raise Problem(
            f"{assignment} has only tasks ({', '.join(tasks)}), whose answers are spread over "
            "several cells; mark them in formgrader"
        )
    raise Problem(f"{assignment} has no question that a person grades")


def divided(model: str) -> tuple[str, str]:
    """A model answer, and for what the points are given; "" if it does not say so at its end."""
    depth = 0
    for place in range(len(model) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(model[place], 0)
        if depth <= 0:
            inside = model[place + 1 : -1]
            return (model[:place].strip(), inside) if "point" in inside else (model, "")
    return model, ""


def _texts(group: Class, assignment: str) -> dict[str, tuple[str, str]]:
    """Task and model answer of each cell, out of the assignment's source if it is ours."""
    root = group.settings.root
    if assignment not in assignments(root):
        return {}
    notebook = solution_notebook(assignment, root)
    models = answers_of(notebook)
    found = {}
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in models:
            task = before.source if before.cell_type == "markdown" else ""
            found[name] = (task.strip(), models[name].strip())
    return found
