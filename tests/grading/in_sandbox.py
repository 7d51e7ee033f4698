"""Grade a notebook as a class is graded, without a class."""

import copy

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission.grade_notebook import grade_notebook
from grader.grading.submission.graded_call import package_of
from grader.grading.submission.notebook_session import NotebookSession
from grader.grading.submission.results import CellResult
from grader.settings import Limits

SEED = 20_26  # of the cases


def in_the_sandbox(notebook: NotebookNode) -> dict[str, float]:
    """Points by graded cell. The graded cells hold what the gradebook has: keys of choices, too."""
    return {one.cell: one.score for one in judged_in_the_sandbox(notebook)}


def judged_in_the_sandbox(notebook: NotebookNode) -> list[CellResult]:
    """What each graded cell came to."""
    limits = Limits()
    needs = frozenset(package_of(cell.source) for cell in notebook.cells if is_grade(cell))
    processes = NotebookProcesses(Sandbox(limits, needs=needs))
    session = NotebookSession(processes, limits)
    try:
        return grade_notebook(copy.deepcopy(notebook), session, lambda name: SEED)
    finally:
        session.close()
        processes.close()


def keyed(notebook: NotebookNode, solution: NotebookNode) -> NotebookNode:
    """A copy with the graded cells as the gradebook has them."""
    graded = {c.metadata.nbgrader["grade_id"]: c.source for c in solution.cells if is_grade(c)}
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_grade(cell):
            cell.source = graded[cell.metadata.nbgrader["grade_id"]]
    return notebook
