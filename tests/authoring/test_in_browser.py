"""The smaller experiments of the browser do not contradict the text of the notebook.

`smaller_in_browser` prints that the numbers in the text are those of the full experiment. What the
text says without a number (which is larger, which sign) has to hold in the browser too.
"""

from pathlib import Path

import pytest

from course_lessons import in_browser
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.cells import source_of
from grader.authoring.claims import run_solved
from tests.authoring.course import points_of

ROOT = Path(__file__).parents[2]
SMALLER = [
    assignment
    for assignment in assignments(ROOT)
    if "smaller_in_browser(" in source_of(assignment, ROOT).read_text("utf-8")
]


@pytest.mark.long
@pytest.mark.parametrize("assignment", SMALLER)
def test_smaller_experiments_run_through_and_show_what_the_text_says(
    assignment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_browser, "in_browser", lambda: True)
    run = run_solved(assignment, ROOT)
    assert run.errors == []
    assert run.scores == pytest.approx(points_of(solution_notebook(assignment, ROOT)))
    contradicted = {
        claim.quote: problem for claim, problem in run.claims if problem and claim.equals is None
    }
    assert contradicted == {}
