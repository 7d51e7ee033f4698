"""The course in a browser alone: a student opens a notebook, works, comes back, hands it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from docs.site.browser_version import make_browser_version
from grader.authoring import answers_of, released, solution_notebook, to_bytes
from grader.authoring.setup import TITLE
from grader.grading.submission.read import find_notebook
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


def test_all_cells_run_again_in_a_new_kernel(worked: Page) -> None:
    student.restart_and_run_all(worked)
    assert student.failures(student.exported(worked)) == []


def test_work_is_still_there_after_the_tab_was_closed(chromium: Browser, url: str) -> None:
    """On a phone, where the notebook has most of the window."""
    reader = chromium.new_context(viewport={"width": 390, "height": 844})
    page = student.open_notebook(reader, url, PLACE)
    page.wait_for_function("() => document.querySelector('.jp-Notebook').clientWidth > 300")
    page.wait_for_timeout(3000)  # the list of files may be opened late
    assert page.evaluate("document.querySelector('.jp-Notebook').clientWidth") > 300
    title = page.locator(".jp-PlaceholderText", has_text=TITLE)  # of a folded cell, whole
    title.wait_for()
    assert title.evaluate("one => one.scrollWidth <= one.clientWidth && one.offsetHeight > 30")
    student.answer(page, {"linear_forward": "my_own_work = 1"})
    student.wait_until_saved(page)
    page.close()
    again = student.exported(student.open_notebook(reader, url, PLACE))
    assert any(cell.source == "my_own_work = 1" for cell in again.cells)
    reader.close()


def test_a_button_brings_out_what_is_there_now_and_graders_know_it(
    worked: Page, tmp_path: Path
) -> None:
    student.answer(worked, {"answer_rows": "answer_rows = 'b'  # just written"})
    name, handed_in = student.downloaded(worked)
    assert any("just written" in cell.source for cell in handed_in.cells)
    (tmp_path / name).write_text("{}")
    found, _said, refused = find_notebook(tmp_path, "ps98_small", ["ps98_other"])
    assert found == tmp_path / name and refused == ""


def test_the_glossary_opens_as_a_page(worked: Page) -> None:
    worked.evaluate(
        "void window.jupyterapp.commands.execute('docmanager:open', {path: 'docs/glossary.md'})"
    )
    worked.locator(".jp-MarkdownViewer").get_by_role("heading", name="Glossary").wait_for()
