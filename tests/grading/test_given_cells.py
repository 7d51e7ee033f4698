"""What students do to the cells that they were given costs no points."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import released
from grader.authoring.run_cells import run_cells
from grader.classroom.collect.released import Released
from grader.grading.submission.given_cells import put_back_given, restored, running
from grader.grading.submission.practice import is_practice
from tests.authoring.course import points_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["ps06"])
def course(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The release of a problem set, and the same with all answers."""
    solution = solution_notebook(request.param, ROOT)
    release = released(solution)
    return release, fill(release, answers_of(solution))


def setup(notebook: Any) -> Any:
    return next(cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", []))


def helpers(notebook: Any) -> list[Any]:
    return [
        cell
        for cell in running(notebook.cells)
        if "nbgrader" not in cell.metadata and cell.source.startswith(("def ", "# @title Define"))
    ]


def above(line: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        cell = setup(notebook)
        cell.source = f"{line}\n{cell.source}"

    return change


def deleted(notebook: Any) -> None:
    notebook.cells.remove(setup(notebook))


def as_text(notebook: Any) -> None:
    place = notebook.cells.index(cell := setup(notebook))
    notebook.cells[place] = new_markdown_cell(cell.source)


def at_the_end(notebook: Any) -> None:
    cell = setup(notebook)
    notebook.cells.remove(cell)
    notebook.cells.append(cell)


def split(notebook: Any) -> None:
    place = notebook.cells.index(cell := setup(notebook))
    first, second = cell.source[:400], cell.source[400:]
    notebook.cells[place : place + 1] = [new_code_cell(first), new_code_cell(second)]


def replaced(notebook: Any) -> None:
    setup(notebook).source = "import numpy as np\nfrom somewhere_else import check"


def without_helpers(notebook: Any) -> None:
    gone = [id(cell) for cell in helpers(notebook)]
    notebook.cells = [cell for cell in notebook.cells if id(cell) not in gone]


def unusable_helpers(notebook: Any) -> None:
    for cell in helpers(notebook):
        cell.source = f"import seaborn_of_nobody\n{cell.source}"


CHANGES = {
    "Drive": above("from google.colab import drive\ndrive.mount('/content/drive')"),
    "a missing package": above("import seaborn_of_nobody as sns"),
    "another array library": above("import cupy_of_nobody as np"),
    "a folder of the student's": above("import os\nos.chdir('/home/ada/course')"),
    "a syntax error": above("import numpy as"),
    "an error": above("raise RuntimeError"),
    "deleted": deleted,
    "turned into text": as_text,
    "moved to the end": at_the_end,
    "split": split,
    "replaced": replaced,
    "helpers deleted": without_helpers,
    "helpers that stop": unusable_helpers,
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_given_cells_run_as_they_were_given(course: tuple[Any, Any], change: str) -> None:
    release, solved = course
    notebook = copy.deepcopy(solved)
    CHANGES[change](notebook)
    said = repaired(notebook, release)
    notebook.cells = [cell for cell in notebook.cells if not is_practice(cell)]
    scores, _errors = run_cells(notebook)
    checks = {n: p for n, p in points_of(release).items() if n.startswith("check_")}
    assert {name: scores[name] for name in checks} == checks
    assert any("it runs as it was given" in words for words in said)


def test_an_ordinary_submission_is_left_as_it_is(course: tuple[Any, Any]) -> None:
    release, solved = course
    notebook = copy.deepcopy(solved)
    notebook.cells.insert(5, new_code_cell("x = 1"))
    before = [cell.source for cell in notebook.cells]
    assert repaired(notebook, release) == []
    assert [cell.source for cell in notebook.cells] == before


ONE, TWO = new_code_cell("def one(): ..."), new_code_cell("def two(): return one()")


@pytest.mark.parametrize(
    ("cells", "then"),
    [
        pytest.param(["two", "one"], ["one", "two", "one"], id="one stands after what needs it"),
        pytest.param(["two"], ["one", "two"], id="one is gone"),
        pytest.param(["x = 1", "two"], ["x = 1", "one", "two"], id="another cell is not it"),
        pytest.param(
            ["def one(): return 2", "x = 1", "two"],
            ["one", "def one(): return 2", "x = 1", "two"],
            id="changed, and below it another cell",
        ),
        pytest.param(
            ["graded", "x = 1", "two"],
            ["graded", "x = 1", "one", "two"],
            id="a graded cell is no version of it",
        ),
    ],
)
def test_a_given_cell_is_put_back_above_what_needs_it(cells: list[str], then: list[str]) -> None:
    sources = {"one": ONE.source, "two": TWO.source, "graded": "def one(): return 3"}
    notebook = new_notebook(cells=[new_code_cell(sources.get(cell, cell)) for cell in cells])
    if cells[0] == "graded":
        notebook.cells[0].metadata["nbgrader"] = {"grade_id": "f"}
    (said,) = put_back_given(notebook, [ONE, TWO])
    assert "it runs as it was given" in said
    assert [cell.source for cell in notebook.cells] == [sources.get(cell, cell) for cell in then]


def repaired(notebook: Any, release: Any) -> list[str]:
    texts = frozenset(cell.source.strip() for cell in release.cells)
    known = Released("", "", release).cells
    return restored(notebook, known, texts, running(release.cells))
