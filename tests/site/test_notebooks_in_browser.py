"""Notebooks of the course in a browser alone: answered, run, exported, graded with full marks."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from docs.site.browser_version import make_browser_version
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of
from grader.authoring.notebook import to_bytes
from grader.authoring.release import released
from tests.authoring.course import points_of
from tests.grading.in_sandbox import in_the_sandbox, keyed
from tests.project import ROOT
from tests.site import browser_only as student
from tests.site.pyodide import FOLDER
from tests.sizes import LONG

pytestmark = [pytest.mark.pyodide, pytest.mark.sandbox]
TRIED = ("ps00", "ps06", "ps12", "ps15") if LONG else ("ps06",)  # a quarter of the time of ps12


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("version")
    releases = {one: released(solution_notebook(one, ROOT)) for one in TRIED}
    notebooks = {f"notebooks/{one}.ipynb": to_bytes(text) for one, text in releases.items()}
    make_browser_version(notebooks, folder, FOLDER)
    with student.served(folder) as address:
        yield address


@pytest.mark.parametrize("assignment", TRIED)
def test_answered_in_a_browser_it_is_graded_with_full_marks(
    assignment: str, chromium: Browser, url: str
) -> None:
    solution = solution_notebook(assignment, ROOT)
    began = time.monotonic()
    page = student.open_notebook(chromium.new_context(), url, f"notebooks/{assignment}.ipynb")
    ready = time.monotonic() - began
    student.answer(page, answers_of(solution))
    cells = student.run_all(page)
    slowest = max(cells, key=lambda cell: cell[1])
    print(f"{assignment}: kernel ready {ready:.0f} s, cells {sum(s for _, s in cells):.0f} s")
    print(f"slowest {slowest[1]:.0f} s: {slowest[0]}")
    handed_in = student.exported(page)
    assert student.failures(handed_in) == []
    assert in_the_sandbox(keyed(handed_in, solution)) == pytest.approx(points_of(solution))
