"""What a student meets: the released notebook in JupyterLab, before and after the work is done."""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Page, expect

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from tests.browser.conftest import ROOT
from tests.browser.jupyterlab import (
    cells_not_run,
    console_errors,
    error_outputs,
    narrow,
    run_all,
)

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]

ASSIGNMENT = "ps06"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


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


def links(notebook: NotebookNode) -> list[tuple[str, str]]:
    """(words, target) of the links to other files of the course."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.findall(r"\[([^]]+)\]\((\.\./[^)#]+)\)", text)


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
            metadata=KERNEL,
        ),
    )
    run_all(page)
    page.evaluate("console.error('on the console')")

    assert cells_not_run(page) == ["'after it'"]
    stderr, traceback = error_outputs(page)
    assert "on stderr" in stderr
    assert "ZeroDivisionError" in traceback
    assert any("on the console" in line for line in console_errors(page))


def ran_through(page: Page, released: NotebookNode) -> list[tuple[str, tuple[str, str]]]:
    """Each check's name, status and text, of a notebook in which nothing went wrong."""
    assert error_outputs(page) == []
    assert cells_not_run(page) == []
    assert console_errors(page) == []
    shown = reports(page)
    assert len(shown) == len(checked(released)) > 0
    return list(zip(checked(released), shown, strict=True))


def test_untouched_notebook_runs_through_and_says_what_is_missing(
    opened: Opened, path: str, released: NotebookNode
) -> None:
    page = opened(path)
    run_all(page)

    for name, (status, text) in ran_through(page, released):
        assert status == "not written", text
        # A backward function says which forward function it waits for.
        assert f"{name}: " in text and "not written yet" in text
        assert "Write the function" in text or "Write that function first" in text


def faults(page: Page) -> list[str]:
    """What axe-core finds in texts and outputs; JupyterLab's frame around them is not ours."""
    # JupyterLab scrolls a text in which a formula is wider than the window. Browsers let the keys
    # reach such a box; axe-core still asks for a tabindex.
    rules = {"scrollable-region-focusable": {"enabled": False}}
    shown = {"include": [[".jp-OutputArea-output"], [".jp-RenderedMarkdown"]]}
    found = Axe().run(page, context=shown, options={"rules": rules}).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


def test_what_axe_finds_in_a_notebook_is_told(opened: Opened) -> None:
    nameless = "from IPython.display import HTML; HTML('<button></button>')"
    cells = [new_markdown_cell("# A\n\n| | b |\n|---|---|\n| c | d |"), new_code_cell(nameless)]
    page = opened("faults.ipynb", new_notebook(cells=cells, metadata=KERNEL))
    run_all(page)
    told = [fault.partition(":")[0] for fault in faults(page)]
    assert sorted(told) == ["button-name", "empty-table-header"]


def test_with_the_answers_every_check_is_green(opened: Opened, released: NotebookNode) -> None:
    answers = answers_of(solution_notebook(ASSIGNMENT, ROOT))
    page = opened(f"notebooks/{ASSIGNMENT}/answered.ipynb", fill(released, answers))
    run_all(page)

    for name, (status, text) in ran_through(page, released):
        assert status == "complete", text
        assert f"{name}: all checks pass" in text
    assert faults(page) == []


def test_a_check_has_one_output(opened: Opened, released: NotebookNode) -> None:
    name = checked(released)[0]
    setup = next(cell for cell in released.cells if cell.cell_type == "code")
    own = [
        cell
        for cell in released.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") in (name, f"check_{name}")
    ]
    notebook = new_notebook(cells=[setup, *own], metadata=released.metadata)
    page = opened(f"notebooks/{ASSIGNMENT}/one_check.ipynb", notebook)
    run_all(page)

    assert len(reports(page)) == 1
    heights = page.locator(".jp-Cell:has(.check-report) .jp-OutputArea-child").evaluate_all(
        "outputs => outputs.map(output => output.offsetHeight)"
    )
    assert len([height for height in heights if height > 0]) == 1, heights


ALL_REPORTS = f"""\
import sys
sys.path.insert(0, {str(ROOT)!r})
from grader.checking.home.show import show
from grader.checking.report.blocks import Item, Items, Report, Row, Table
from tests.browser.reports import reports

for _, report in reports():
    show(report)
rows = [Row((f"`w[0] in step {{i}}`", "`-0.000123456`", "`-1.23457e-05`")) for i in (1, 2)]
values = Table(("value", "yours", "expected"), tuple(rows))
items = Item("✗", "the longest numbers", (values,)), Item("✗", "folded", (values,), folded=True)
show(Report("wrong", "`step`", "0 of 2 points", "", (Items(items),)))
"""
TOO_WIDE = (
    "from IPython.display import HTML; HTML('<div class=check-report>" + "w" * 60 + "</div>')"
)


def cut_off(page: Page) -> list[str]:
    """What stands outside of the box of its report, with all folds open."""
    return page.locator(".check-report").evaluate_all(
        """boxes => boxes.flatMap(box => {
            for (const fold of box.querySelectorAll("details")) fold.open = true;
            const found = [...box.querySelectorAll("*")].filter(
                one => one.getBoundingClientRect().right > box.getBoundingClientRect().right + 0.5);
            if (box.scrollWidth > box.clientWidth) found.push(box);
            return found.map(one => `${one.tagName}: ${one.textContent.slice(0, 60)}`);
        })"""
    )


def test_after_a_syntax_error_the_check_says_that_it_tests_an_earlier_run(
    opened: Opened, released: NotebookNode
) -> None:
    name = checked(released)[0]
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in released.cells}
    setup = next(cell for cell in released.cells if cell.cell_type == "code")
    written = cells[name].source
    earlier = new_code_cell(written.replace("raise NotImplementedError", "return x, x"))
    broken = new_code_cell(written.replace("raise NotImplementedError", "u = (x @ W"))
    notebook = new_notebook(
        cells=[new_code_cell(setup.source), earlier, broken, cells[f"check_{name}"]],
        metadata=released.metadata,
    )
    page = opened(f"notebooks/{ASSIGNMENT}/syntax_error.ipynb", notebook)
    ran = page.locator(".jp-CodeCell .jp-InputPrompt")
    page.locator(".jp-CodeCell .cm-content").first.click()
    for n in range(4):  # one by one: JupyterLab drops what waits behind a cell with an error
        page.keyboard.press("Shift+Enter")
        expect(ran.nth(n)).to_have_text(f"[{n + 1}]:")

    (error,) = error_outputs(page)
    assert "SyntaxError" in error
    ((status, text),) = reports(page)
    assert status == "wrong"
    assert f"`def {name}`" in text or f"def {name}" in text
    assert "stopped with a SyntaxError in line" in text
    assert "u = (x @ W" in text


def test_on_a_phone_no_report_is_cut_off(opened: Opened) -> None:
    cells = [new_code_cell(ALL_REPORTS), new_code_cell(TOO_WIDE)]
    page = opened("all_reports.ipynb", new_notebook(cells=cells, metadata=KERNEL))
    run_all(page)
    assert error_outputs(page) == []
    narrow(page, 390)
    assert page.locator(".check-report").count() > 20
    assert cut_off(page) == ["DIV: " + "w" * 60]  # only what is too wide on purpose


def test_a_folded_cell_opens_and_runs_by_keyboard(opened: Opened) -> None:
    cells = [new_code_cell("n = 1"), new_code_cell("# @title Add one\nn += 1\nprint(n)")]
    cells[1].metadata["jupyter"] = {"source_hidden": True}  # as in the released notebooks
    page = opened("folded.ipynb", new_notebook(cells=cells, metadata=KERNEL))
    first, folded = page.locator(".jp-CodeCell").all()
    first.locator(".cm-content").click()

    page.keyboard.press("Shift+Enter")
    assert folded.get_by_text("# @title Add one").is_visible()
    assert folded.locator(".cm-content").count() == 0
    page.keyboard.press("Shift+Enter")  # still closed
    folded.locator(".jp-OutputArea-output", has_text="2").wait_for()

    page.locator(".jp-CodeCell").nth(0).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Enter")
    folded.get_by_text("n += 1").wait_for()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # tried")
    page.keyboard.press("Control+Enter")
    folded.get_by_text("[4]:").first.wait_for()
    assert "print(n)  # tried" in folded.locator(".cm-content").inner_text()
    assert error_outputs(page) == []


def test_links_lead_to_files_that_open(
    opened: Opened, served: tuple[Path, str], path: str, released: NotebookNode
) -> None:
    for file in served[0].rglob("notebooks/*/*.ipynb"):
        for _, target in links(nbformat.read(file, as_version=4)):
            assert (file.parent / target).exists(), f"{file.name}: {target}"

    # JupyterLab says nothing at all where a link leads out of the folder in which it was started.
    page = opened(path)
    tabs = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
    for kind in ("/glossary.md", ".ipynb"):
        words, target = next(link for link in links(released) if link[1].endswith(kind))
        tabs.first.click()
        page.locator(".jp-RenderedMarkdown").get_by_role("link", name=words, exact=True).click()
        tabs.get_by_text(Path(target).name, exact=True).wait_for()
        if kind == "/glossary.md":
            page.locator(".jp-MarkdownViewer h1", has_text="Glossary").wait_for()
    assert console_errors(page) == []
