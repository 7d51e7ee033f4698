"""A small class through nbgrader's own commands alone: the marks are those at home."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from grader.authoring.build import build
from grader.authoring.run_cells import run_cells
from tests.authoring.course import points_of
from tests.classroom.small_class import NAME, SmallClass, make_class

MISTAKE = "def linear_forward(x, W, b):\n    return x @ W - b, (x, W)"


def with_a_mistake(small: SmallClass) -> Any:
    notebook = small.notebook()
    (cell,) = [c for c in notebook.cells if c.source.startswith("def linear_forward")]
    cell.source = MISTAKE
    return notebook


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    small = make_class(tmp_path_factory.mktemp("course"))
    return {
        "everything": small.notebook(),
        "half": small.notebook("linear_forward"),
        "mistake": with_a_mistake(small),
        "nothing": small.release,
        "solution": nbformat.read(build("ps98", small.settings.root), 4),
    }


@pytest.fixture(scope="module")
def marks(
    handed_in: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, float]]:
    """Of each student, the points of each cell that a machine grades."""
    root = tmp_path_factory.mktemp("plain")
    _write(handed_in["solution"], root / "source" / "ps98")
    nbgrader("generate_assignment", root)
    students = [who for who in handed_in if who != "solution"]
    for who in students:
        _write(handed_in[who], root / "submitted" / who / "ps98")
    nbgrader("autograde", root)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {who: _points(gradebook, who) for who in students}


def nbgrader(command: str, root: Path) -> None:
    """In a process of its own: in this one, other tests have adapted nbgrader."""
    programs = str(Path(sys.executable).parent)  # nbgrader starts some of its environment
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, "ps98"],
        cwd=root,
        env=os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _write(notebook: Any, folder: Path) -> None:
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")


def _points(gradebook: Gradebook, who: str) -> dict[str, float]:
    grades = gradebook.find_submission_notebook(NAME, "ps98", who).grades
    return {grade.name: grade.auto_score for grade in grades if not grade.needs_manual_grade}


@pytest.mark.parametrize("who", ["everything", "half", "mistake", "nothing"])
def test_every_check_earns_what_it_earned_at_home(
    who: str, handed_in: dict[str, Any], marks: dict[str, dict[str, float]]
) -> None:
    at_home, _errors = run_cells(handed_in[who])
    checks = {name: score for name, score in at_home.items() if name.startswith("check_")}
    assert {name: marks[who][name] for name in checks} == pytest.approx(checks)


def test_the_marks_are_those_of_what_was_written(
    handed_in: dict[str, Any], marks: dict[str, dict[str, float]]
) -> None:
    checks = {n: p for n, p in points_of(handed_in["solution"]).items() if n.startswith("check_")}
    total = {who: sum(marks[who][name] for name in checks) for who in marks}
    assert total["nothing"] == 0 < total["half"] < total["everything"] == sum(checks.values())
    assert 0 < total["mistake"] < total["everything"]
