"""The course's own notebooks run through, untouched and solved, and their text states the truth.

`make test-long` adds the claims that take long to measure.
"""

from pathlib import Path

import pytest

from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.claims import run_solved
from grader.authoring.leaks import as_released, leaks
from grader.authoring.release import released
from grader.authoring.run_cells import run_cells
from grader.exercises import capstone_training
from tests.authoring.course import points_here
from tests.lacking import without_what_a_browser_lacks
from tests.project.coverage import rows, shown_by
from tests.sizes import LONG, TRAIN, mostly_long

ROOT = Path(__file__).parents[2]
NOTEBOOKS = assignments(ROOT)
pytestmark = pytest.mark.slow  # all cells, with their trainings


@pytest.fixture(scope="module", params=NOTEBOOKS)
def assignment(request):
    return request.param


@pytest.fixture(scope="module")
def solution(assignment):
    return solution_notebook(assignment, ROOT)


@pytest.fixture(scope="module")
def release(solution):
    return released(solution)


def test_what_lint_looks_at_is_what_nbgrader_releases(solution, release):
    shown = [cell["source"] for cell in as_released(solution.cells)]
    assert shown == [cell.source for cell in release.cells]
    assert leaks(solution.cells, solution.cells) != [] == leaks(release.cells, solution.cells)


@pytest.fixture
def nothing_guessed(tmp_path, monkeypatch):
    """A store of a student who has not guessed: cells wait. Without a store no cell does."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))


@pytest.mark.parametrize("assignment", mostly_long(NOTEBOOKS, (*TRAIN, "ps24")), indirect=True)
def test_untouched_it_runs_through_and_scores_nothing(release, nothing_guessed):
    """The others do so with Colab's versions (tests/colab), and here in `make test-long`.

    What ps25 and ps26 train here serves the solved notebook, too; ps24 needs torch.
    """
    scores, errors = run_cells(release)
    assert errors == []
    assert set(scores.values()) == {0.0}


@pytest.mark.long
def test_solved_but_without_a_guess_it_runs_through(solution, nothing_guessed):
    scores, errors = run_cells(solution)
    assert errors == []
    assert scores == pytest.approx(points_here(solution))


@pytest.fixture(scope="module")
def solved(assignment):
    with pytest.MonkeyPatch.context() as patch, without_what_a_browser_lacks() as used:
        # One training of an entry; the gates try the others.
        patch.setattr(capstone_training, "draw_seeds", lambda rng: (1,))
        run = run_solved(assignment, ROOT, slow=LONG)
    assert used == [], "a notebook has to run in a browser too"
    return run


def test_solved_it_runs_through_and_scores_everything(assignment, solution, solved):
    assert solved.errors == []
    assert solved.scores == pytest.approx(points_here(solution))
    # Every code cell ran: among them those that docs/coverage.md sends its reader to.
    sent_to = [row for row in rows() if row.notebook == assignment]
    assert [row for row in sent_to if not shown_by(row, solution)] == []


def test_what_its_text_claims_is_what_was_measured(solved):
    assert {claim.quote: problem for claim, problem in solved.claims if problem} == {}


def test_each_of_its_claims_can_fail(solved):
    assert [claim.weakness() for claim, _ in solved.claims if claim.weakness()] == []
