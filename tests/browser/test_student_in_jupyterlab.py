"""What a student meets: the released notebook in JupyterLab, before and after the work is done."""

from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from tests.browser.conftest import ROOT
from tests.browser.jupyterlab import cells_not_run, console_errors, error_outputs, run_all

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]

ASSIGNMENT = "ps04"


@pytest.fixture(scope="module")
def path() -> str:
    (notebook,) = (ROOT / "notebooks" / ASSIGNMENT).glob("*.ipynb")
    return notebook.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def released(path: str) -> NotebookNode:
    return nbformat.read(ROOT / path, as_version=4)


def checked(notebook: NotebookNode) -> list[str]:
    """Names of the exercises with a check cell, in the notebook's order."""
    grade_ids = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]
    return [name.removeprefix("check_") for name in grade_ids if name.startswith("check_")]


def reports(page: Page) -> list[tuple[str, str]]:
    """(status, text) of every report that `check` has shown, from top to bottom."""
    shown = [
        (
            report.get_attribute("class").removeprefix("check-report tex2jax_ignore").strip(),
            report.inner_text(),
        )
        for report in page.locator(".check-report").all()
    ]
    return [(status, text) for status, text in shown if status]  # guesses and questions have none


def test_a_failing_cell_and_a_browser_error_would_be_seen(opened: Opened) -> None:
    # Otherwise "there is no error" below might only mean that nobody looked.
    page = opened(
        "failing.ipynb",
        new_notebook(
            cells=[
                new_code_cell("import sys; print('on stderr', file=sys.stderr)"),
                new_code_cell("1 / 0"),
                new_code_cell("'after it'"),
            ],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        ),
    )
    run_all(page)
    page.evaluate("console.error('on the console')")

    assert cells_not_run(page) == ["'after it'"]
    stderr, traceback = error_outputs(page)
    assert "on stderr" in stderr
    assert "ZeroDivisionError" in traceback
    assert any("on the console" in line for line in console_errors(page))


def test_untouched_notebook_runs_through_and_says_what_is_missing(
    opened: Opened, path: str, released: NotebookNode
) -> None:
    page = opened(path)
    run_all(page)

    assert error_outputs(page) == []
    assert cells_not_run(page) == []
    assert console_errors(page) == []
    shown = reports(page)
    assert len(shown) == len(checked(released)) > 0
    for name, (status, text) in zip(checked(released), shown, strict=True):
        assert status == "not written", text
        # A backward function says which forward function it waits for.
        assert f"{name}: " in text and "not written yet" in text
        assert "Write the function" in text or "Write that function first" in text


def test_with_the_answers_every_check_is_green(opened: Opened, released: NotebookNode) -> None:
    answers = answers_of(solution_notebook(ASSIGNMENT, ROOT))
    page = opened(f"notebooks/{ASSIGNMENT}/answered.ipynb", fill(released, answers))
    run_all(page)

    assert error_outputs(page) == []
    assert cells_not_run(page) == []
    assert console_errors(page) == []
    shown = reports(page)
    assert len(shown) == len(checked(released)) > 0
    for name, (status, text) in zip(checked(released), shown, strict=True):
        assert status == "complete", text
        assert f"{name}: all checks pass" in text
