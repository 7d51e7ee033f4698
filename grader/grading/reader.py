"""Read what was handed in, whatever it is: a notebook, or the reason why it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grader.grading.markup import clean_outputs

LARGEST = 64 << 20
PICTURES = 2 << 20  # characters of the outputs that practice cells may keep
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class NoNotebook(Exception):
    """The file is no notebook; the text says what it is, and what to do."""


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
    return parse_notebook(path.read_bytes())


def parse_notebook(content: bytes) -> NotebookNode:
    """The notebook in ``content``; raises NoNotebook with a reason otherwise."""
    try:
        data = json.loads(_text(content))
    except (ValueError, RecursionError, MemoryError):
        raise NoNotebook(_what_instead(content)) from None
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise NoNotebook("JSON, but no notebook: it has no cells; save it in Jupyter again")
    try:
        if "cells" not in data:
            data = nbformat.convert(nbformat.from_dict(data), 4)
        pictures = [PICTURES]
        notebook: NotebookNode = new_notebook(
            cells=[_cell(cell, pictures) for cell in data["cells"] if isinstance(cell, dict)],
            metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}},
        )
        return notebook
    except NoNotebook:
        raise
    except Exception as error:  # damaged in a way that none of the above foresaw
        reason = f"a damaged notebook ({type(error).__name__})"
        raise NoNotebook(f"{reason}; open it in Jupyter, save it and hand it in again") from None


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


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


def _cell(cell: dict[str, Any], pictures: list[int]) -> Any:
    """The cell with known parts only; practice cells, which are not run again, keep outputs."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        raise NoNotebook("a damaged notebook (a cell without text); save it in Jupyter again")
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
            made.outputs = clean_outputs(outputs, pictures[0])
            pictures[0] -= len(json.dumps(made.outputs))
        return made
    if cell.get("cell_type") != "markdown":
        return new_raw_cell(source, metadata=metadata)
    made = new_markdown_cell(source, metadata=metadata)
    if isinstance(cell.get("attachments"), dict):
        made.attachments = cell["attachments"]
    return made


class SubmissionExporter(NotebookExporter):
    """nbgrader's way in. A file that is no notebook becomes an empty one with the reason.

    The steps that follow restore the graded cells in it, so that it is graded (with 0), listed and
    answered like any other, and does not stop those after it.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        if not getattr(self.parent, "_sanitizing", True):  # the second pass reads our own file
            return super().from_filename(filename, resources, **kw)
        resources = {} if resources is None else resources
        try:
            notebook = read_notebook(Path(filename))
            resources["refused"] = ""
        except (NoNotebook, OSError) as error:
            notebook = new_notebook(metadata={"kernelspec": KERNEL})
            resources["refused"] = f"{Path(filename).name} is {error}"
            self.log.warning("%s", resources["refused"])
        return self.from_notebook_node(notebook, resources, **kw)  # type: ignore[no-untyped-call]
