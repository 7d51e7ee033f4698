"""Every notebook in JupyterLite, in the browser of a session of noxfile.py."""

import os
import time

import pytest
from nbgrader.utils import determine_grade, is_grade
from playwright.sync_api import sync_playwright

from docs.site import jupyterlite
from docs.site.browser_version import make_browser_version
from grader.authoring.assignments import assignments
from grader.authoring.notebook import to_bytes
from tests.browser.jupyterlab import CHROMIUM_FLAGS
from tests.environments.elsewhere import answered, points_at_home
from tests.needs import find_chromium
from tests.project import ROOT
from tests.site import browser_only as student
from tests.site import pyodide

ENGINE = os.environ["TRIED_BROWSER"]
OPTIONS = {"executable_path": find_chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="module")
def browser(record_testsuite_property):
    with sync_playwright() as playwright:
        options = OPTIONS if ENGINE == "chromium" else {}
        browser = getattr(playwright, ENGINE).launch(**options)
        made_with = (*jupyterlite.PINS[:2], f"Pyodide of {pyodide.SOURCE}")
        versions = ", ".join([f"{ENGINE} {browser.version}", *made_with])
        record_testsuite_property("versions", versions)
        yield browser


@pytest.fixture(params=assignments(ROOT))
def notebook(request):
    return answered(request.param)


@pytest.fixture
def url(notebook, tmp_path):
    make_browser_version({"notebook.ipynb": to_bytes(notebook)}, tmp_path / "lite", pyodide.FOLDER)
    with student.served(tmp_path / "lite") as address:
        yield address


def test_no_cell_stops_and_each_check_gives_full_marks(notebook, url, browser, record_property):
    began = time.monotonic()
    context = browser.new_context()
    context.set_default_timeout(120_000)
    page = student.open_notebook(context, url, "notebook.ipynb")
    ready = time.monotonic() - began
    cells = student.run_all(page)
    record_property("waited", f"{ready:.0f}, {max(seconds for _line, seconds in cells):.0f}")
    done = student.exported(page)
    assert student.failures(done) == []
    graded = [cell for cell in done.cells if cell.cell_type == "code" and is_grade(cell)]
    scores = {cell.metadata.nbgrader["grade_id"]: determine_grade(cell)[0] for cell in graded}
    expected = points_at_home(notebook)
    assert {name: scores.get(name) for name in expected} == pytest.approx(expected)
