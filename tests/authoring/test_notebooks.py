"""The course's own notebooks run through, untouched and solved, at home and while graded."""

import copy
from pathlib import Path

import pytest

from grader.authoring import assignments, released, solution_notebook
from tests.authoring.course import points_of, run_cells
from tests.project.coverage import rows, shown_by

ROOT = Path(__file__).parents[2]
NOTEBOOKS = assignments(ROOT)


@pytest.fixture(scope="module", params=NOTEBOOKS)
def assignment(request):
    return request.param


@pytest.fixture(scope="module")
def solution(assignment):
    return solution_notebook(assignment, ROOT)


@pytest.fixture(scope="module")
def release(solution):
    return released(solution)


def test_untouched_it_runs_through_and_scores_nothing(release):
    scores, errors = run_cells(release)
    assert errors == []
    assert set(scores.values()) == {0.0}


def test_solved_it_runs_through_and_scores_everything(assignment, solution):
    scores, errors = run_cells(solution)
    assert errors == []
    assert scores == pytest.approx(points_of(solution))
    # Every code cell ran: among them those that docs/coverage.md sends its reader to.
    sent_to = [row for row in rows() if row.notebook == assignment]
    assert [row for row in sent_to if not shown_by(row, solution)] == []


def test_grading_needs_none_of_its_practice_cells(solution):
    graded = copy.deepcopy(solution)
    for cell in graded.cells:
        if "practice" in cell.metadata.get("tags", []):
            cell.source = ""
    scores, errors = run_cells(graded)
    assert errors == []
    assert scores == pytest.approx(points_of(solution))
