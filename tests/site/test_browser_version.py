"""The course in a browser alone: a student opens a notebook, works, comes back, hands it in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from docs.site.browser_version import make_browser_version
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of
from grader.authoring.notebook import to_bytes
from grader.authoring.release import released
from grader.authoring.setup import TITLE
from grader.grading.submission.handed_in import find_notebook
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


def no_kernel(asked: Route) -> None:
    """For a page that only shows and stores the notebook, which is open sooner."""
    asked.abort()


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> BrowserContext:
    return chromium.new_context(viewport={"width": 390, "height": 844})


@pytest.fixture(scope="module")
def opened(reader: BrowserContext, url: str) -> Page:
    """The page of a reader whose phone has just opened the notebook."""
    return student.read_notebook(reader, url, PLACE)


@pytest.fixture(scope="module")
def worked(opened: Page, course: Path) -> Page:
    """The same page on a wider screen; the function is written and all cells have run."""
    opened.set_viewport_size({"width": 1280, "height": 844})
    student.wait_for_kernel(opened)
    answers = answers_of(solution_notebook("ps98", course))
    student.answer(opened, {"linear_forward": answers["linear_forward"]})
    student.run_all(opened)
    return opened


def test_on_a_phone_the_notebook_has_most_of_the_window(opened: Page) -> None:
    opened.wait_for_function("() => document.querySelector('.jp-Notebook').clientWidth > 300")
    opened.wait_for_timeout(3000)  # the list of files may be opened late
    assert opened.evaluate("document.querySelector('.jp-Notebook').clientWidth") > 300
    title = opened.locator(".jp-PlaceholderText", has_text=TITLE)  # of a folded cell, whole
    title.wait_for()
    assert title.evaluate("one => one.scrollWidth <= one.clientWidth && one.offsetHeight > 30")


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


def test_a_button_brings_out_what_is_there_now_and_graders_know_it(
    worked: Page, tmp_path: Path
) -> None:
    student.answer(worked, {"answer_rows": "answer_rows = 'b'  # just written"})
    name, handed_in = student.downloaded(worked)
    assert any("just written" in cell.source for cell in handed_in.cells)
    (tmp_path / name).write_text("{}")
    found, _said, refused = find_notebook(tmp_path, "ps98_small", ["ps98_other"])
    assert found == tmp_path / name and refused == ""


def test_a_function_is_kept_above_the_folders_of_the_notebooks(worked: Page) -> None:
    command = 'from grader.checking import keep, mine; keep("linear_forward")'
    assert "is in my_library.py now" in student.told(worked, command)
    assert "linear_forward waits for" in student.told(worked, "print(mine)")
    there = "import pathlib; print(pathlib.Path('../my_library.py').resolve(), mine)"
    assert "/notebooks/my_library.py" in student.told(worked, there)


def test_the_glossary_opens_as_a_page(worked: Page) -> None:
    worked.evaluate(
        "void window.jupyterapp.commands.execute('docmanager:open', {path: 'docs/glossary.md'})"
    )
    worked.locator(".jp-MarkdownViewer").get_by_role("heading", name="Glossary").wait_for()
    worked.evaluate("window.jupyterapp.shell.currentWidget.close()")


def test_a_task_starts_over_and_other_work_is_there_after_the_tab_was_closed(
    reader: BrowserContext, worked: Page, url: str
) -> None:
    work, other = "my_own_work = 1", "answer_rows = 'a'  # my own, too"
    student.answer(worked, {"linear_forward": work, "answer_rows": other})
    student.wait_until_saved(worked)
    command = 'from grader.checking import start_over; start_over("linear_forward")'
    kept = "import pathlib; print(*(p.read_text() for p in pathlib.Path('old_answers').iterdir()))"
    assert "Empty again" in student.told(worked, command)
    assert work in student.told(worked, kept)
    worked.close()
    reader.route("**/*.wasm", no_kernel)
    page = student.read_notebook(reader, url, PLACE)
    sources = [cell.source for cell in student.exported(page).cells]
    assert other in sources and work not in sources
    page.close()


def test_an_untouched_copy_follows_the_site_and_of_work_the_reader_decides(
    chromium: Browser, url: str, publish: Callable[[str], None]
) -> None:
    reader = chromium.new_context()
    reader.route("**/*.wasm", no_kernel)
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
