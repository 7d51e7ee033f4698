"""JupyterLite in headless Chromium, as an environment."""

import contextlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbgrader.utils import determine_grade, is_grade
from playwright.sync_api import Error

from docs.site import jupyterlite
from docs.site.browser_version import make_browser_version
from grader.authoring import to_bytes
from tests.browser.jupyterlab import browser
from tests.conftest import chromium as chromium_program
from tests.environments.kinds import NotRun, Result, lost
from tests.site import browser_only as student
from tests.site import pyodide


@dataclass(frozen=True)
class BrowserResult(Result):
    """What became of one notebook, and what a student waits for.

    Attributes
    ----------
    ready : seconds from the click on the link until the kernel answers
    slowest : seconds of the slowest cell
    """

    ready: float = 0.0
    slowest: float = 0.0


class InBrowser:
    """As :class:`~tests.environments.kinds.Environment`; the site is made for each notebook."""

    name = "browser"
    what = "JupyterLite, in Chromium"
    has_grader = False

    def make(self) -> None:
        """See whether everything is there.

        Raises
        ------
        NotRun
            JupyterLite, Pyodide or a browser is missing.
        """
        if reason := jupyterlite.missing() or pyodide.missing():
            raise NotRun(reason)
        if chromium_program() is None:
            raise NotRun("there was no Chromium")

    def versions(self) -> str:
        """Of JupyterLite, and where Pyodide came from."""
        return f"{', '.join(jupyterlite.PINS)}, Pyodide of {pyodide.SOURCE}"

    def run(self, _assignment: str, notebook: NotebookNode) -> Result:
        """Run all cells in a fresh browser; the seconds begin with the click on the link."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "version"
            make_browser_version({"notebook.ipynb": to_bytes(notebook)}, folder, pyodide.FOLDER)
            url = stack.enter_context(student.served(folder))
            program = chromium_program() or ""
            chromium = stack.enter_context(browser(program))
            began = time.monotonic()
            try:
                page = student.open_notebook(chromium.new_context(), url, "notebook.ipynb")
                ready = time.monotonic() - began
                cells = student.run_all(page)
            except Error as error:
                return Result(time.monotonic() - began, error.message.splitlines()[0])
            seconds = time.monotonic() - began
            done = student.exported(page)
        stopped = student.failures(done)
        failed = stopped[0] if stopped else lost(notebook, scores_in(done))
        return BrowserResult(seconds, failed, ready, max(taken for _line, taken in cells))


def scores_in(notebook: NotebookNode) -> dict[str, float]:
    """What the graded cells show, as nbgrader reads it."""
    return {
        cell.metadata.nbgrader["grade_id"]: determine_grade(cell)[0] or 0.0
        for cell in notebook.cells
        if cell.cell_type == "code" and is_grade(cell)
    }
