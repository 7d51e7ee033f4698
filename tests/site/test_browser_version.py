"""The course in a browser alone: a student opens a notebook, works, comes back, hands it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from docs.site.browser_version import make_browser_version
from grader.authoring import answers_of, released, solution_notebook, to_bytes
from tests.authoring.course import write_course
from tests.site import browser_only as student
from tests.site.course import SOURCE
from tests.site.pyodide import FOLDER

pytestmark = pytest.mark.pyodide
PLACE = "notebooks/ps98/ps98_small.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_course(tmp_path_factory.mktemp("course"), SOURCE)


@pytest.fixture(scope="module")
def url(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    release = released(solution_notebook("ps98", course))
    folder = tmp_path_factory.mktemp("version")
    make_browser_version({PLACE: to_bytes(release)}, folder, FOLDER)
    with student.served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def worked(chromium: Browser, url: str, course: Path) -> Page:
    """A page in which the function is written and all cells have run."""
    page = student.open_notebook(chromium.new_context(), url, PLACE)
    answers = answers_of(solution_notebook("ps98", course))
    student.answer(page, {"linear_forward": answers["linear_forward"]})
    student.run_all(page)
    return page


def test_a_notebook_runs_and_its_check_answers(worked: Page) -> None:
    notebook = student.exported(worked)
    assert student.failures(notebook) == []
    shown = {
        cell.source.partition("(")[0]: output.data
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "data" in output
    }
    assert shown["check"]["text/plain"] == "2.0"
    assert any("data-player" in data.get("text/html", "") for data in shown.values())


def test_work_is_still_there_after_the_tab_was_closed(worked: Page, url: str) -> None:
    student.exported(worked)  # saves it
    page = student.open_notebook(worked.context, url, PLACE)
    again = student.exported(page)
    assert any("product_of_both" in cell.source for cell in again.cells)
    page.close()
