"""One JupyterLab and one browser for all tests of a file.

Not for the whole session: while Playwright runs, no other test of the process could use asyncio.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Browser, Page

from course_lessons.figures import Live, Player
from grader.authoring.publish import contents
from tests.browser.jupyterlab import jupyterlab, open_notebook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The notebooks and pages that students get, and the address where they are served."""
    folder = tmp_path_factory.mktemp("student")
    for name, content in contents(ROOT):
        if name.startswith(("notebooks/", "docs/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    with jupyterlab(folder) as url:
        yield folder, url


@pytest.fixture
def opened(
    served: tuple[Path, str], chromium: Browser
) -> Iterator[Callable[[str, NotebookNode | None], Page]]:
    """`opened(path, notebook)` opens a notebook of the folder, written there first if given."""
    folder, url = served
    pages: list[Page] = []

    def open_one(path: str, notebook: NotebookNode | None = None) -> Page:
        if notebook is not None:
            nbformat.write(notebook, folder / path)
        pages.append(open_notebook(chromium, url, path))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()


@pytest.fixture
def visit(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """`visit(figure)` opens its page from a file, and notes what goes wrong or is asked for."""
    pages = []

    def visit_one(
        figure: Player | Live, *, scripts: bool = True, width: int = 1280
    ) -> tuple[Page, list[str]]:
        figure.save(tmp_path / "page.html")
        page = chromium.new_page(
            java_script_enabled=scripts, viewport={"width": width, "height": 720}
        )
        pages.append(page)
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url))
        page.goto((tmp_path / "page.html").as_uri())
        # The page itself and the pictures inside of it are not trouble.
        return page, troubles

    yield visit_one
    for page in pages:
        page.close()
