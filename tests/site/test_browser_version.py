"""The course in a browser alone: a student opens a notebook, works, comes back, hands it in."""

import json
from collections.abc import Callable, Iterator
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
def folder(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    release = released(solution_notebook("ps98", course))
    folder = tmp_path_factory.mktemp("version")
    make_browser_version({PLACE: to_bytes(release)}, folder, FOLDER)
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with student.served(folder) as address:
        yield address


@pytest.fixture
def publish(folder: Path) -> Iterator[Callable[[str], None]]:
    """Publish the notebook with another title; afterwards the first version is there again."""
    file = folder / "files" / PLACE
    before = file.read_text("utf-8")

    def new_version(title: str) -> None:
        notebook = json.loads(before)
        notebook["cells"][0]["source"] = title
        file.write_text(json.dumps(notebook), "utf-8")

    yield new_version
    file.write_text(before, "utf-8")


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


def test_work_is_still_there_after_the_tab_was_closed_and_a_task_starts_over(
    chromium: Browser, url: str
) -> None:
    """On a phone, where the notebook has most of the window."""
    reader, work = chromium.new_context(viewport={"width": 390, "height": 844}), "my_own_work = 1"
    page = student.read_notebook(reader, url, PLACE)
    page.wait_for_function("() => document.querySelector('.jp-Notebook').clientWidth > 300")
    page.wait_for_timeout(3000)  # the list of files may be opened late
    assert page.evaluate("document.querySelector('.jp-Notebook').clientWidth") > 300
    title = page.locator(".jp-PlaceholderText", has_text=TITLE)  # of a folded cell, whole
    title.wait_for()
    assert title.evaluate("one => one.scrollWidth <= one.clientWidth && one.offsetHeight > 30")
    student.answer(page, {"linear_forward": work})
    student.wait_until_saved(page)
    page.close()
    page = student.open_notebook(reader, url, PLACE)
    assert any(cell.source == work for cell in student.exported(page).cells)
    command = 'from grader.checking import start_over; start_over("linear_forward")'
    kept = "import pathlib; print(*(p.read_text() for p in pathlib.Path('old_answers').iterdir()))"
    assert "Empty again" in student.told(page, command)
    assert work in student.told(page, kept)
    page.close()
    again = student.exported(student.read_notebook(reader, url, PLACE))
    assert all(cell.source != work for cell in again.cells)
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


def test_an_untouched_copy_follows_the_site_and_of_work_the_reader_decides(
    chromium: Browser, url: str, publish: Callable[[str], None]
) -> None:
    reader = chromium.new_context()
    reader.route("**/*.wasm", lambda asked: asked.abort())  # no kernel is needed
    work = "my_own_work = 1"

    def opened() -> Page:
        return student.read_notebook(reader, url, PLACE)

    def sources(page: Page) -> list[str]:
        return [cell.source for cell in student.exported(page).cells]

    page = opened()
    sources(page)  # saves a copy in the browser
    page.close()

    publish("# Second title")
    page = opened()
    page.get_by_text("You had changed nothing").wait_for()
    assert sources(page)[0] == "# Second title"
    student.answer(page, {"linear_forward": work})
    sources(page)
    page.close()

    publish("# Third title")
    page = opened()
    page.get_by_role("button", name="Keep mine").click()
    mine = sources(page)
    assert mine[0] == "# Second title" and work in mine
    page.close()

    page = opened()  # asked once for each version
    page.wait_for_timeout(2000)
    assert page.get_by_role("button", name="Keep mine").count() == 0
    page.close()

    publish("# Fourth title")
    page = opened()
    page.get_by_role("button", name="Take the new one").click()
    page.get_by_text("Yours is kept in").wait_for()
    new = sources(page)
    assert new[0] == "# Fourth title" and work not in new
    kept = page.evaluate(
        """async () => {
            const contents = window.jupyterapp.serviceManager.contents;
            const folder = await contents.get("notebooks/ps98/old_answers", {content: true});
            const file = await contents.get(folder.content[0].path, {content: true});
            return file.content.cells.map(cell => [cell.source].flat().join(""));
        }"""
    )
    assert kept == mine
    reader.close()


def test_the_glossary_opens_as_a_page(worked: Page) -> None:
    worked.evaluate(
        "void window.jupyterapp.commands.execute('docmanager:open', {path: 'docs/glossary.md'})"
    )
    worked.locator(".jp-MarkdownViewer").get_by_role("heading", name="Glossary").wait_for()
