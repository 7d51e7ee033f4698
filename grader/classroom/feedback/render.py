"""One page of feedback, rendered in a process with limits."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode

from grader.classroom.course_config import class_config
from grader.classroom.feedback.page import (
    head,
    lines_of,
    parts_of,
    prepare,
    style,
    without_texts,
)
from grader.classroom.gradebook.marks import Entry, comments, entries
from grader.grading.submission.results import Graded, read_result
from grader.settings import load_settings

TEMPLATES = Path(__file__).parents[1] / "templates"
UNDESCRIBED = re.compile(r"<img(?![^>]*\salt=)")
DESCRIBED = '<img alt="No description has been provided for this image"'
HEADING = re.compile(r"(</?h)([1-6])\b")
NO_RESPONSE = "No response."  # nbgrader's own comment where the page says "not written"
DEEPER = 3  # headings of the page, of its sections and of the notebook's parts stand above


@lru_cache(1000)
def _coloured(source: str) -> str:
    """Code as HTML, made once for the cells that all students have alike."""
    return str(Highlight2HTML(pygments_lexer="python")(source))


def demoted(html: str) -> str:
    """A text's headings below those of the page, and none deeper than one below the last."""
    above: list[str] = []

    def moved(found: re.Match[str]) -> str:
        tag, level = found.groups()
        if tag == "<h":
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        return f"{tag}{min(DEEPER + len(above), 6)}"

    return HEADING.sub(moved, html)


def answer_page(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The page of one graded notebook, without hidden tests and keys.

    With ``without``, a reason, the page has the scores and reports but nothing that the student
    wrote.
    """
    about = request["resources"]["nbgrader"]
    identity = assignment, student, name = about["assignment"], about["student"], about["notebook"]
    graded = read_result(Path(request["classroom"]), *identity) or Graded(*identity)
    entry = entries(about["db_url"], assignment, student)[student][name]
    notebook = nbformat.read(request["notebook"], as_version=4)
    del notebook.cells[0]  # a short form of this page's head, for formgrader
    _note_comments(notebook, comments(about["db_url"], assignment, student), name)
    given = texts_of(Path(request["given"]))
    exporter = exporter_of(request["course"], request["classroom"])
    without = request.get("without", "")
    page = page_of(notebook, graded, entry, given, exporter, without, request.get("noted", ""))
    return {}, page.encode("utf-8", "replace")


def page_of(
    notebook: NotebookNode,
    graded: Graded,
    entry: Entry,
    given: Collection[str] | None,
    exporter: Any,
    without: str = "",
    noted: str = "",
) -> str:
    """The page of a graded notebook.

    Parameters
    ----------
    entry : what the gradebook holds of it
    given : texts of the cells that students were given; None if they are not known
    exporter : from :func:`exporter_of`
    without : why the page shows nothing that the student wrote; "" if it does
    noted : what collecting has noted of the submission
    """
    lines = lines_of(notebook.cells, graded, entry)
    cells = without_texts(notebook.cells, without) if without else notebook.cells
    parts = parts_of(cells, lines, given)
    for cell in cells:
        prepare(cell)
    resources = exporter._init_resources({})
    resources["page"] = {
        "name": graded.notebook,
        "style": style(),
        "head": head(lines, graded, entry, without, noted),
        "parts": parts,
    }
    # Not HTMLExporter's own: that parses the finished page once more, only to describe pictures
    # without a description, which takes three times as long as all steps before it.
    page, _ = TemplateExporter.from_notebook_node(exporter, notebook, resources)
    return UNDESCRIBED.sub(DESCRIBED, page)


def _note_comments(notebook: NotebookNode, known: list[list[str | None]], name: str) -> None:
    said = {cell: words for book, cell, words in known if book == name and words != NO_RESPONSE}
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["comment"] = said.get(cell.metadata.nbgrader["grade_id"])


def texts_of(released: Path) -> Collection[str] | None:
    """The texts of the cells that students were given; None if the notebook is not there."""
    return _texts(released, released.stat().st_mtime_ns) if released.is_file() else None


@lru_cache(10)
def _texts(released: Path, changed: int) -> Collection[str]:
    cells = nbformat.read(released, as_version=4).cells
    return frozenset(cell.source.strip() for cell in cells)


@cache
def exporter_of(course: str, classroom: str) -> Any:
    """Renders cells as our template says, with the filters that keep pages harmless."""
    config = class_config(load_settings(Path(course)), Path(classroom))
    config.HTMLExporter.template_name = "classic"  # of nbconvert's, the one with the fewest styles
    config.HTMLExporter.template_file = "feedback.html.j2"
    config.HTMLExporter.extra_template_paths = [str(TEMPLATES)]
    config.CSSHTMLHeaderPreprocessor.enabled = False  # the template has a style of its own
    exporter = HTMLExporter(config=config)
    exporter.register_filter("highlight_code", lambda source, **_: _coloured(source))
    exporter.register_filter("demoted", demoted)
    return exporter
