"""One page of feedback, rendered with nbgrader's template in a process with limits."""

from __future__ import annotations

import logging
import re
import warnings
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from grader.classroom.course_config import class_config
from grader.grading.submission.grade_notebook import is_test
from grader.grading.submission.restore import visible
from grader.grading.submission.sanitize import LEFT_OUT
from grader.settings import load_settings

UNDESCRIBED = re.compile(r"<img(?![^>]*\salt=)")
DESCRIBED = '<img alt="No description has been provided for this image"'


@lru_cache(1000)
def _coloured(source: str) -> str:
    """Code as HTML, made once for the cells that all students have alike."""
    return str(Highlight2HTML(pygments_lexer="python")(source))


def answer_page(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The page of one graded notebook, without hidden tests and keys.

    With ``without``, a reason, the page has the scores and reports but nothing that the student
    wrote.
    """
    exporter = _exporter(request["course"], request["classroom"])
    notebook = nbformat.read(request["notebook"], as_version=4)
    reason = request.get("without")
    for position, cell in enumerate(notebook.cells):
        if is_test(cell):
            cell.source = visible(cell.source)
        elif reason and position:
            cell.source = f"{LEFT_OUT} ({reason})"
            if cell.cell_type == "code":
                cell.outputs = []
        if reason:
            cell.pop("attachments", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own statements
        # Not HTMLExporter's own: that parses the finished page once more, only to describe pictures
        # without a description, which takes three times as long as all steps before it.
        resources = exporter._init_resources(request["resources"])
        page, _ = TemplateExporter.from_notebook_node(exporter, notebook, resources)
    page = UNDESCRIBED.sub(DESCRIBED, page)
    return {}, page.encode("utf-8", "replace")


@cache
def _exporter(course: str, classroom: str) -> Any:
    config = class_config(load_settings(Path(course)), Path(classroom))
    log = logging.Logger("nbgrader", logging.ERROR)
    converter = GenerateFeedback(
        coursedir=CourseDirectory(config=config, log=log), config=config, log=log
    )
    exporter = HTMLExporter(parent=converter, config=converter.config)
    exporter.register_filter("highlight_code", lambda source, **_: _coloured(source))
    for step in converter.preprocessors:
        exporter.register_preprocessor(step)
    return exporter
