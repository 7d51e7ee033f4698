"""One page of feedback, rendered by nbgrader in a process with limits."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_solution

from grader.classroom.course_config import class_config
from grader.grading.page_budget import LEFT_OUT
from grader.settings import load_settings


def answer_page(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The page of one graded notebook.

    With ``without``, a reason, the page has the scores and reports but nothing that the student
    wrote.
    """
    exporter = _exporter(request["course"], request["classroom"])
    notebook = nbformat.read(request["notebook"], as_version=4)
    if reason := request.get("without"):
        for cell in notebook.cells[1:]:
            cell.pop("attachments", None)
            if not (is_grade(cell) and not is_solution(cell)):
                cell.source = f"{LEFT_OUT} ({reason})"
                if cell.cell_type == "code":
                    cell.outputs = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own statements
        page, _ = exporter.from_notebook_node(notebook, request["resources"])
    return {}, page.encode("utf-8", "replace")


@cache
def _exporter(course: str, classroom: str) -> Any:
    config = class_config(load_settings(Path(course)), Path(classroom))
    log = logging.Logger("nbgrader", logging.ERROR)
    converter = GenerateFeedback(
        coursedir=CourseDirectory(config=config, log=log), config=config, log=log
    )
    exporter = converter.exporter_class(parent=converter, config=converter.config)
    for step in converter.preprocessors:
        exporter.register_preprocessor(step)
    return exporter
