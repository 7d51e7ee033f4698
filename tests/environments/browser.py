"""JupyterLite in three browsers, as environments."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nbformat.notebooknode import NotebookNode
from nbgrader.utils import determine_grade, is_grade
from playwright.sync_api import Error

from docs.site import jupyterlite
from docs.site.browser_version import make_browser_version
from grader.authoring import to_bytes
from tests.browser.jupyterlab import browser
from tests.environments.engines import (
    ScriptError,
    firefox,
    firefox_program,
    missing_firefox,
    missing_webkit,
    webkit,
)
from tests.environments.kinds import NotRun, Result, lost
from tests.needs import find_chromium
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


class Opened(student.Evaluating, Protocol):
    """A page of any browser."""

    def goto(self, url: str, /) -> Any: ...


@contextlib.contextmanager
def chromium() -> Iterator[Opened]:
    """A new Chromium that shows no window."""
    with browser(find_chromium() or "") as program:
        yield program.new_context().new_page()


def missing_chromium() -> str | None:
    return None if find_chromium() else "there was no Chromium"


def said_by(command: Sequence[str]) -> str:
    """What a program says of a version; at least its name."""
    if shutil.which(command[0]) is None:
        return command[-1]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return (done.stdout.strip().splitlines() or [command[-1]])[-1]


@dataclass(frozen=True)
class InBrowser:
    """As :class:`~tests.environments.kinds.Environment`; the site is made for each notebook.

    Attributes
    ----------
    opened : a page of the browser, for as long as it is needed
    missing : why there is no such browser, or None
    asked : what tells its version
    """

    name: str
    what: str
    opened: Callable[[], AbstractContextManager[Opened]]
    missing: Callable[[], str | None]
    asked: Callable[[], Sequence[str]]
    has_grader = False

    def make(self) -> None:
        """See whether everything is there.

        Raises
        ------
        NotRun
            JupyterLite, Pyodide or the browser is missing.
        """
        if reason := jupyterlite.missing() or pyodide.missing() or self.missing():
            raise NotRun(reason)

    def versions(self) -> str:
        """Of the browser and of JupyterLite, and where Pyodide came from."""
        made_with = f"{', '.join(jupyterlite.PINS)}, Pyodide of {pyodide.SOURCE}"
        return f"{said_by(self.asked())}, {made_with}"

    def run(self, _assignment: str, notebook: NotebookNode) -> Result:
        """Run all cells in a fresh browser; the seconds begin with the click on the link."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "version"
            make_browser_version({"notebook.ipynb": to_bytes(notebook)}, folder, pyodide.FOLDER)
            url = stack.enter_context(student.served(folder))
            page = stack.enter_context(self.opened())
            began = time.monotonic()
            try:
                page.goto(student.address_of(url, "notebook.ipynb"))
                student.wait_for_kernel(page)
                ready = time.monotonic() - began
                cells = student.run_all(page)
            except (Error, ScriptError) as error:
                return Result(time.monotonic() - began, str(error).splitlines()[0])
            seconds = time.monotonic() - began
            done = student.exported(page)
        stopped = student.failures(done)
        failed = stopped[0] if stopped else lost(notebook, scores_in(done))
        return BrowserResult(seconds, failed, ready, max(taken for _line, taken in cells))


IN_BROWSERS = (
    InBrowser(
        "browser",
        "JupyterLite, in Chromium",
        chromium,
        missing_chromium,
        lambda: [find_chromium() or "", "--version"],
    ),
    InBrowser(
        "firefox",
        "JupyterLite, in Firefox",
        firefox,
        missing_firefox,
        lambda: [firefox_program() or "", "--version"],
    ),
    InBrowser(
        "webkit",
        "JupyterLite, in WebKitGTK, the engine of Safari",
        webkit,
        missing_webkit,
        lambda: ["dpkg-query", "-Wf", "WebKitGTK ${Version}", "webkit2gtk-driver"],
    ),
)


def scores_in(notebook: NotebookNode) -> dict[str, float]:
    """What the graded cells show, as nbgrader reads it."""
    return {
        cell.metadata.nbgrader["grade_id"]: determine_grade(cell)[0] or 0.0
        for cell in notebook.cells
        if cell.cell_type == "code" and is_grade(cell)
    }
