"""An own problem set is graded in the sandbox, by our commands and by nbgrader's, with one mark."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import release
from grader.classroom.gradebook.marks import scores
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.nbgrader_adapter import adapted_config
from grader.exercises.own_folder import use_course
from grader.settings import load_settings
from tests.authoring.course import write_course
from tests.authoring.own_course import write_own_course

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[2]
RIGHT = {"ada": 4.0, "ben": 2.0}


@pytest.fixture
def course(tmp_path: Path):
    root = write_own_course(write_course(tmp_path))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    use_course(root)
    given = nbformat.read(release("ps97", root), as_version=4)
    answers = answers_of(solution_notebook("ps97", root))
    wrong = {**answers, "scaled_sum": "def scaled_sum(x, a):\n    return a * x.sum(axis=0)"}
    for student, written in (("ada", answers), ("ben", wrong)):
        place = root / "class/submitted" / student / "ps97/ps97_own.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(fill(given, written), place)
    yield root
    use_course(ROOT)


def run(course: Path, *words: str) -> str:
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_both_ways_of_grading_give_the_same_marks(course: Path) -> None:
    book = gradebook_url(course / "class")
    assert "You add up the rows." in run(course, "grader", "autograde", "ps97")
    assert {who: one.score for who, one in scores(book, "ps97").items()} == RIGHT
    shutil.rmtree(course / "class/results")
    (course / "class/gradebook.db").unlink()
    run(course, "nbgrader", "generate_assignment", "ps97", "--force")
    run(course, "nbgrader", "autograde", "ps97")
    assert {who: one.score for who, one in scores(book, "ps97").items()} == RIGHT


def test_formgrader_lists_and_releases_own_problem_sets(course: Path) -> None:
    coursedir = CourseDirectory(config=adapted_config(load_settings(course)))
    api = NbGraderAPI(coursedir, config=coursedir.config)
    assert {one["name"] for one in api.get_assignments()} == {"ps97", "ps98"}
    assert api.generate_assignment("ps97", force=True)["success"]
