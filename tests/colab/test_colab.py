"""The released notebooks on Colab's versions of everything, and back from there."""

from copy import deepcopy
from pathlib import Path

import nbformat
import pytest

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.notebook import to_bytes
from grader.authoring.release import released
from grader.classroom.sample_class import as_from_colab
from grader.grading.submission.grade_notebook import is_practice
from tests.authoring.course import points_of
from tests.environments.elsewhere import SAME_SEEDS, points_at_home
from tests.sizes import LONG, TRAIN, mostly_long

ROOT = Path(__file__).parents[2]
QUICK = [name for name in assignments(ROOT) if name not in TRAIN]
pytestmark = pytest.mark.colab
# Every cell runs; how well networks learn is seen in tests/authoring/test_notebooks.py.
ONE_EPOCH = """
import course_lib.training
def one_epoch(*arguments, epochs, fit=course_lib.training.fit, **more):
    return fit(*arguments, epochs=min(epochs, 1), **more)
course_lib.training.fit = one_epoch
import course_lessons.convolution
course_lessons.convolution.EPOCHS = 1
"""


@pytest.fixture(scope="module", params=mostly_long(assignments(ROOT), QUICK))
def assignment(request):
    return request.param


@pytest.fixture(scope="module")
def solution(assignment):
    return solution_notebook(assignment, ROOT)


@pytest.fixture(scope="module")
def release(solution):
    return released(solution)


def test_untouched_it_runs_through_and_scores_nothing(assignment, release, in_colab):
    untouched = deepcopy(release)
    if not LONG and assignment != "ps11":  # which draws the losses of twenty epochs
        untouched.cells.insert(0, nbformat.v4.new_code_cell(ONE_EPOCH))
    seen = in_colab(untouched)
    assert (seen["errors"], seen["stderr"]) == ([], [])
    assert set(seen["scores"].values()) == {0.0}
    assert seen["scores"].keys() == points_of(release).keys()
    assert {"matplotlib 3.10.0", "ipython 7.34.0"} < set(seen["versions"])


def test_solved_and_saved_by_colab_it_scores_everything_and_keeps_progress(
    assignment, solution, release, in_colab, tmp_path
):
    solved = fill(release, answers_of(solution))
    # Training takes longest, and the untouched notebook has it.
    if not LONG and assignment != "ps06":
        solved.cells = [cell for cell in solved.cells if not is_practice(cell)]
    if assignment in ("ps25", "ps26"):
        solved.cells.insert(0, nbformat.v4.new_code_cell(SAME_SEEDS))
    solved.cells.append(nbformat.v4.new_code_cell("from grader.checking import submit_check"))
    solved.cells.append(nbformat.v4.new_code_cell("submit_check()"))
    if assignment == "ps06":
        solved.cells.append(nbformat.v4.new_code_cell('keep("linear_backward")'))
    as_from_colab(solved)
    assert b'"colab"' in to_bytes(solved)
    assert not any("id" in cell for cell in solved.cells)
    seen = in_colab(nbformat.reads(to_bytes(solved).decode(), as_version=4))
    assert (seen["errors"], seen["stderr"]) == ([], [])
    at_home = points_at_home(release)
    assert {name: seen["scores"][name] for name in at_home} == pytest.approx(at_home)
    assert "The setup has run: release" in seen["printed"]
    assert "Restart session" in seen["printed"]  # what to do where no second process can look
    assert "check_" not in seen["printed"]
    if assignment != "ps24":  # whose exercises need torch, which is not installed here
        (kept,) = (tmp_path / "home").rglob("course_progress.json")
        assert all(name.removeprefix("check_") in kept.read_text() for name in at_home)
    if assignment == "ps06":
        (library,) = tmp_path.rglob("my_library.py")
        assert "files.download" in seen["printed"] and "def linear_forward" in library.read_text()
