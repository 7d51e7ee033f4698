"""What a student shows stays in its own box: our points are seen, whole and on top."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from PIL import Image
from playwright.sync_api import Browser

from grader.classroom.feedback.render import answer_page, exporter_of, page_of
from grader.classroom.gradebook.marks import entries
from grader.classroom.record import autograde
from grader.classroom.school_class import Class
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.results import read_result
from grader.grading.submission.sanitize import clean_outputs
from tests.hostile.classroom import ASSIGNMENT, hand_in, make_class
from tests.hostile.course import of_this_course, to_bytes
from tests.hostile.test_browser import opened

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

FALSE = "background-color:white;color:red;width:999px;font-size:40px"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
TOWER = "e" + "\u0301" * 400
WAYS = {
    "a negative margin": f"<div style='margin-top:-900px;{FALSE}'>12 of 12</div>",
    "a negative margin in em": f"<p style='margin:-40em 0 0 -9em;{FALSE}'>12 of 12</p>",
    "a negative margin below": f"<p style='margin-bottom:-700px;{FALSE}'>12 of 12</p>",
    "a margin that is computed": f"<p style='margin-top:calc(0px - 900px);{FALSE}'>12 of 12</p>",
    "a margin with an escape": f"<p style='margin-top:\\2d 900px;{FALSE}'>12 of 12</p>",
    "a fixed place": f"<div style='position:fixed;top:0;left:0;{FALSE}'>12 of 12</div>",
    "an absolute place": f"<div style='position:absolute;inset:0;{FALSE}'>12 of 12</div>",
    "a layer": f"<p style='position:relative;top:-600px;z-index:9;{FALSE}'>12 of 12</p>",
    "a shift": f"<p style='transform:translateY(-600px);translate:0 -600px;{FALSE}'>12 of 12</p>",
    "letters without a line": (
        "<div style='line-height:0'><b style='font-size:999px;line-height:0'>█</b></div>"
    ),
    "a picture that floats": f"<img align='left' src='{PIXEL}' width='900' height='5000'>",
    "a table that floats": "<table align='right' height='3000'><tr><td>12 of 12</td></tr></table>",
    "a caption": f"<table><caption style='margin-top:-900px;{FALSE}'>12 of 12</caption></table>",
    "a shadow": "<p style='box-shadow:0 0 0 900px white;outline:900px solid white'>12 of 12</p>",
    "classes of the page": "<div class='row nav btn'><div class='tab in out'>12 of 12</div></div>",
    "a tower of accents": f"{TOWER * 20}",
    "a tower of accents in code": f"<pre style='line-height:0'>{TOWER * 20}</pre>",
}
OURS = "h1, h2, h3, #total, .bar, .key li, .next li, #points th, #points td, .check-report"
COVERED = """ours => [...document.querySelectorAll(ours)].filter(one => {
    one.scrollIntoView({ block: "center" });
    const box = one.getBoundingClientRect();
    return [0.1, 0.5, 0.9].some(x => [0.2, 0.5, 0.8].some(y => {
        const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        return !(one.contains(top) || top?.contains(one));
    }));
}).map(one => one.innerText)"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Class, Path]:
    """A class, and the graded notebook of its one student."""
    group, name = make_class(tmp_path_factory.mktemp("course"))
    hand_in(group, "eve", name, to_bytes(of_this_course(ASSIGNMENT).perfect()))
    autograde(group, ASSIGNMENT)
    return group, group.folder / "autograded" / "eve" / ASSIGNMENT / f"{name}.ipynb"


def cells(html: str) -> list[NotebookNode]:
    """A text, and a cell whose outputs all are this; between two cells that are not."""
    shown = [
        {"output_type": "display_data", "data": {"text/html": html}},
        {"output_type": "display_data", "data": {"text/markdown": html}},
        {"output_type": "stream", "name": "stdout", "text": html},
    ]
    outputs = clean_outputs(shown, PageBudget())
    return [new_markdown_cell(html), new_code_cell("1", outputs=outputs), new_markdown_cell("y")]


def page_with(graded: tuple[Class, Path], folder: Path, *ways: str) -> Path:
    """The feedback page with such cells behind our summary, and once more before a check."""
    group, path = graded
    notebook = nbformat.read(path, as_version=4)
    check = next(i for i, c in enumerate(notebook.cells) if c.source.startswith("check("))
    for place in (check, 1):
        notebook.cells[place:place] = [cell for way in ways or ("x",) for cell in cells(way)]
    (folder / path.name).write_text(nbformat.writes(notebook), encoding="utf-8")
    about = {"assignment": ASSIGNMENT, "student": "eve", "notebook": path.stem}
    resources: dict[str, Any] = {
        "unique_key": path.stem,
        "output_files_dir": "files",
        "nbgrader": {**about, "db_url": group.gradebook},
    }
    request = {
        "course": str(group.settings.root),
        "classroom": str(group.folder),
        "given": str(group.settings.notebooks / ASSIGNMENT / path.name),
        "notebook": str(folder / path.name),
        "resources": resources,
    }
    made = folder / "page.html"
    made.write_bytes(answer_page(request)[1])
    return made


def shown(chromium: Browser, path: Path) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Which of our parts are covered, and the picture of all that stands above the notebook.

    Every fold is open, so that whatever there is can be in the way.
    """
    page, _, _ = opened(chromium, path)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    covered = page.evaluate(COVERED, OURS)
    page.evaluate("window.scrollTo(0, 0)")
    notebook = page.locator("#notebook").bounding_box()
    size = page.viewport_size
    assert notebook and size
    clip = {"x": 0, "y": 0, "width": size["width"], "height": notebook["y"]}
    picture = page.screenshot(full_page=True, clip=clip)
    page.close()
    return covered, np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=int)


@pytest.fixture(scope="module")
def plain(
    graded: tuple[Class, Path], chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> np.ndarray[Any, Any]:
    covered, picture = shown(chromium, page_with(graded, tmp_path_factory.mktemp("plain")))
    assert covered == []
    return picture


def test_our_points_are_seen_whole_and_on_top(
    graded: tuple[Class, Path], chromium: Browser, plain: np.ndarray[Any, Any], tmp_path: Path
) -> None:
    covered, picture = shown(chromium, page_with(graded, tmp_path, *WAYS.values()))
    assert covered == []
    assert np.array_equal(picture, plain)


def test_words_of_a_students_error_do_not_reach_the_total(
    graded: tuple[Class, Path], chromium: Browser, tmp_path: Path
) -> None:
    group, path = graded
    record = read_result(group.folder, ASSIGNMENT, "eve", path.stem)
    assert record
    pictures = []
    for words in ("e" * 20, TOWER * 20):
        wrong = replace(record.cells[0], status="wrong", found=words, mistake=words)
        book = nbformat.read(path, as_version=4)
        entry = entries(group.gradebook, ASSIGNMENT, "eve")["eve"][path.stem]
        entry.marks[wrong.cell] = replace(entry.marks[wrong.cell], automatic=0.0)
        told = replace(record, cells=(wrong, *record.cells[1:]))
        exporter = exporter_of(str(group.settings.root), str(group.folder))
        made = tmp_path / "page.html"
        made.write_text(page_of(book, told, entry, None, exporter), encoding="utf-8")
        page, _, _ = opened(chromium, made)
        end = page.locator("#next").bounding_box()
        size = page.viewport_size
        assert end and size and page.locator("ol.next li").count()
        clip = {"x": 0, "y": 0, "width": size["width"], "height": end["y"] + end["height"]}
        pictures.append(page.screenshot(full_page=True, clip=clip))
        page.close()
    assert pictures[0] == pictures[1]
