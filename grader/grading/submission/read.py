"""The notebook in a file that somebody handed in; what is none is refused with the reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grader.grading.submission.handed_in import LARGEST, NoNotebook
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.sanitize import (
    MOST_CELLS,
    SURROGATE,
    clean_attachments,
    clean_outputs,
)

MOST_PARTS = 3_000_000  # lists, dictionaries and commas: each takes far more memory than a letter
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in ``path`` with nothing in it but cells as they should be.

    Raises
    ------
    NoNotebook
        It cannot be read as one.
    """
    if path.is_symlink() or not path.is_file():
        raise NoNotebook("not a file but a link or a folder; hand in the notebook itself")
    if path.stat().st_size > LARGEST:
        raise NoNotebook("larger than 64 MB; clear its outputs and hand it in again")
    with path.open("rb") as file:
        return parse_notebook(file.read(LARGEST))


def parse_notebook(content: bytes) -> NotebookNode:
    """The notebook in ``content``; raises NoNotebook with a reason otherwise."""
    if sum(map(content.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise NoNotebook("too much to be a notebook; clear its outputs and hand it in again")
    try:
        data = json.loads(decoded(content))
    except (ValueError, RecursionError, MemoryError):
        raise NoNotebook(_what_instead(content)) from None
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise NoNotebook("JSON, but no notebook: it has no cells; save it in Jupyter again")
    try:
        if "cells" not in data:
            data = nbformat.convert(nbformat.reader.reads(decoded(content)), 4)
        if not isinstance(data["cells"], list):
            raise NoNotebook("a damaged notebook (no list of cells); save it in Jupyter again")
        cells = [cell for cell in data["cells"] if isinstance(cell, dict)]
        if len(cells) > MOST_CELLS:
            much = f"a notebook with {len(cells):,} cells ({MOST_CELLS:,} at most)"
            raise NoNotebook(f"{much}; remove those that you do not need")
        budget = PageBudget()
        notebook: NotebookNode = new_notebook(
            cells=[_cell(cell, budget) for cell in cells],
            metadata={"kernelspec": KERNEL, "language_info": _language(data)},
        )
        return notebook
    except NoNotebook:
        raise
    except Exception as error:  # damaged in a way that none of the above foresaw
        reason = f"a damaged notebook ({type(error).__name__})"
        raise NoNotebook(f"{reason}; open it in Jupyter, save it and hand it in again") from None


def _language(data: dict[str, Any]) -> dict[str, str]:
    """That it is Python, and the version that it was written with, if it says so."""
    try:
        version = data["metadata"]["language_info"]["version"]
    except (KeyError, TypeError):
        version = ""
    known = isinstance(version, str) and re.fullmatch(r"\d{1,3}(\.\d{1,3}){1,2}\w{0,8}", version)
    return {"name": "python"} | ({"version": version} if known else {})


def decoded(content: bytes) -> str:
    """The text of a file that should be JSON."""
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":  # saved by an editor in an older encoding: some letters may be off
            return content.decode("cp1252", "replace")
        raise


def _what_instead(content: bytes) -> str:
    start = content[:400].lstrip().lower()
    if not start:
        return "an empty file; save the notebook and hand it in again"
    if start.startswith((b"<!doctype", b"<html", b"<head")):
        return "a web page; download the notebook itself (File > Download, ending .ipynb)"
    if start.startswith(b"pk\x03\x04"):
        return "a zip file; unpack it and hand in the .ipynb inside"
    if b"<<<<<<< " in content:
        return "a notebook with merge conflicts; resolve them and hand it in again"
    if start.startswith(b"{"):
        return "a damaged or incomplete notebook; open it in Jupyter, save it and hand it in again"
    return "no notebook; hand in the file that ends in .ipynb"


def _cell(cell: dict[str, Any], budget: PageBudget) -> Any:
    """The cell with known parts only; practice cells, which are not run again, keep outputs."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        raise NoNotebook("a damaged notebook (a cell without text); save it in Jupyter again")
    source = SURROGATE.sub("\ufffd", source)
    given = cell.get("metadata")
    metadata: dict[str, Any] = {}
    if isinstance(given, dict):
        tags, grading = given.get("tags"), given.get("nbgrader")
        if isinstance(tags, list) and "practice" in tags:
            metadata["tags"] = ["practice"]
        if isinstance(grading, dict) and isinstance(grading.get("grade_id"), str):
            metadata["nbgrader"] = {"grade_id": grading["grade_id"]}
    if cell.get("cell_type") == "code":
        outputs = cell.get("outputs")
        made = new_code_cell(source, metadata=metadata)
        if isinstance(outputs, list) and "tags" in metadata:
            made.outputs = clean_outputs(outputs, budget)
        return made
    if cell.get("cell_type") != "markdown":
        return new_raw_cell(source, metadata=metadata)
    made = new_markdown_cell(source, metadata=metadata)
    if attachments := clean_attachments(cell.get("attachments"), budget):
        made.attachments = attachments
    return made
