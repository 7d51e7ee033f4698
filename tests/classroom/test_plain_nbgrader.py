"""A small class in a course of plain nbgrader, with its commands alone: marks are those at home.

And what is lost there: a submission's own ``check`` is believed, which grading here does not do.
"""

import copy
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
from grader.classroom.one_file import judge_file
from tests.authoring.course import points_of
from tests.classroom.small_class import NAME, SmallClass, make_class

FORGED = "def check(*_given):\n    return 2.0"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "existing"
c.Exchange.root = {exchange!r}
"""
LISTED = """
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader
api = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", path=".").load_config())
(one,) = api.get_assignments()  # what formgrader's first page shows
print(one["name"], one["status"], one["num_submissions"], one["max_code_score"])
"""
MISTAKE = "def linear_forward(x, W, b):\n    return x @ W - b, (x, W)"


def with_a_mistake(small: SmallClass) -> Any:
    notebook = small.notebook()
    (cell,) = [c for c in notebook.cells if c.source.startswith("def linear_forward")]
    cell.source = MISTAKE
    return notebook


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    return make_class(tmp_path_factory.mktemp("course"))


def with_a_check_of_its_own(small: SmallClass) -> Any:
    notebook = copy.deepcopy(small.release)
    (cell,) = [c for c in notebook.cells if c.source.startswith("def linear_backward")]
    cell.source = f"{FORGED}\n\n\n{cell.source}"
    return notebook


@pytest.fixture(scope="module")
def handed_in(small: SmallClass) -> dict[str, Any]:
    return {
        "forged": with_a_check_of_its_own(small),
        "everything": small.notebook(),
        "half": small.notebook("linear_forward"),
        "mistake": with_a_mistake(small),
        "nothing": small.release,
        "solution": nbformat.read(build("ps98", small.settings.root), 4),
    }


@pytest.fixture(scope="module")
def existing(handed_in: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a course of nbgrader's, with its own gradebook, where all have been graded."""
    root = tmp_path_factory.mktemp("plain")
    exchange = tmp_path_factory.mktemp("exchange")
    exchange.chmod(0o777)
    (root / "nbgrader_config.py").write_text(CONFIG.format(exchange=str(exchange)))
    _write(handed_in["solution"], root / "source" / "ps98")
    nbgrader("generate_assignment", root)
    nbgrader("release_assignment", root)
    (released,) = exchange.glob(f"existing/outbound/ps98/{NAME}.ipynb")
    assert "BEGIN SOLUTION" not in released.read_text("utf-8")
    students = [who for who in handed_in if who != "solution"]
    for who in students:
        _write(handed_in[who], root / "submitted" / who / "ps98")
    nbgrader("autograde", root)
    return root


@pytest.fixture(scope="module")
def marks(existing: Path, handed_in: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Of each student, the points of each cell that a machine grades."""
    students = [who for who in handed_in if who != "solution"]
    with Gradebook(f"sqlite:///{existing / 'gradebook.db'}") as gradebook:
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


def test_formgrader_lists_it_with_all_points(existing: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=existing, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["ps98", "released", "5", "6.0"], done.stdout + done.stderr


def test_questions_with_a_key_are_graded(marks: dict[str, dict[str, float]]) -> None:
    assert marks["everything"]["choice_rows"] == 1 and marks["nothing"]["choice_rows"] == 0


def test_a_check_of_the_students_own_is_believed_there(
    marks: dict[str, dict[str, float]],
) -> None:
    """Everything runs in one process, so no cell of a check could refuse it."""
    assert marks["forged"]["check_linear_backward"] == 2 > marks["nothing"]["check_linear_backward"]


@pytest.mark.sandbox
def test_a_check_of_the_students_own_counts_for_nothing_here(
    small: SmallClass, handed_in: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / f"{NAME}.ipynb"
    nbformat.write(handed_in["forged"], file)
    found = judge_file(small.settings, file)
    assert found["score"] == 0 < sum(one["max_score"] for one in found["tasks"])
