"""A class of any size, as it is after grading: rows of a gradebook, and results for the report."""

import random
from typing import Any

from nbgrader import api
from sqlalchemy import Connection, insert

from grader.classroom.gradebook.session import opened
from grader.grading.submission.results import CellResult, Graded

CELLS = 12
ASSIGNMENT, NOTEBOOK = "ps98", "ps98_large"
MISTAKES = (
    "`dW` and `db` are divided by the number of rows; the mean belongs to the loss.",
    "`db` is summed over the wrong axis.",
    "The upstream gradient is not used.",
)


def student(number: int) -> str:
    return f"student-{number:04}"


def fill_gradebook(url: str, students: int) -> None:
    """Write the rows that nbgrader would have written, all at once."""
    with opened(url) as gradebook, gradebook.engine.begin() as connection:
        _fill(connection, students)


def _fill(connection: Connection, students: int) -> None:
    def add(table: Any, rows: list[dict[str, Any]]) -> None:
        connection.execute(insert(table.__table__), rows)

    one = {"id": "a", "name": ASSIGNMENT, "course_id": "default_course"}
    add(api.Assignment, [one])
    add(api.Notebook, [{"id": "n", "name": NOTEBOOK, "assignment_id": "a", "kernelspec": "{}"}])
    kinds = ["GradeCell", "SolutionCell"]
    cells = [
        {"id": f"{kind}{k}", "name": f"cell_{k}", "notebook_id": "n", "type": kind}
        for kind in kinds
        for k in range(CELLS)
    ]
    add(api.BaseCell, cells)
    graded = [{"id": f"GradeCell{k}", "max_score": 2.0, "cell_type": "code"} for k in range(CELLS)]
    add(api.GradeCell, graded)
    add(api.SolutionCell, [{"id": f"SolutionCell{k}"} for k in range(CELLS)])
    numbers = range(students)
    add(api.Student, [{"id": student(n)} for n in numbers])
    handed_in = [{"id": f"s{n}", "assignment_id": "a", "student_id": student(n)} for n in numbers]
    add(api.SubmittedAssignment, handed_in)
    books = [
        {
            "id": f"b{n}",
            "assignment_id": f"s{n}",
            "notebook_id": "n",
            "late_submission_penalty": 1.0,
        }
        for n in numbers
    ]
    add(api.SubmittedNotebook, books)
    grades = [
        {"id": f"g{n}-{k}", "notebook_id": f"b{n}", "cell_id": f"GradeCell{k}"}
        | {"auto_score": float(k % 3), "needs_manual_grade": k == 3}
        for n in numbers
        for k in range(CELLS)
    ]
    add(api.Grade, grades)
    said = [
        {"id": f"c{n}", "notebook_id": f"b{n}", "cell_id": "SolutionCell0", "auto_comment": "Hm."}
        for n in numbers
    ]
    add(api.Comment, said)


def results(students: int) -> list[Graded]:
    """Results in which a third of the cells is wrong, for a frequent reason or for a rare one."""
    chance = random.Random(3)
    return [
        Graded(
            ASSIGNMENT,
            student(n),
            NOTEBOOK,
            repairs=("the cell check_f was missing and was put back",) if n % 10 == 0 else (),
            refused="not a notebook but a web page" if n % 50 == 7 else "",
            isolation="bubblewrap: no network, no files of this machine",
            seconds=1.5,
            cells=tuple(_cell(k, chance, n) for k in range(CELLS)),
        )
        for n in range(students)
    ]


def _cell(number: int, chance: random.Random, student: int) -> CellResult:
    name = f"check_backward_function_{number}"
    if chance.random() < 2 / 3:
        return CellResult(name, 2.0, 2.0, "complete", "")
    mistake = chance.choice([*MISTAKES, f"A mistake that only student {student} made."])
    found = "values of dW, values of db"
    return CellResult(name, 0.5, 2.0, "partial", found, mistake=mistake, example="dW[0, 1] = 3.2")
