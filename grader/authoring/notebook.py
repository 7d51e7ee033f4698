"""Turn source cells into a notebook, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence

import nbformat
from nbformat.notebooknode import NotebookNode

from grader.authoring.built_cells import built_cells
from grader.authoring.source import SourceCell

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def to_notebook(cells: Sequence[SourceCell]) -> NotebookNode:
    """The solution notebook of ``cells``; parameters and errors as of :func:`built_cells`."""
    built = built_cells(cells)
    notebook = nbformat.from_dict(
        {"cells": built, "metadata": NOTEBOOK_METADATA, "nbformat": 4, "nbformat_minor": 5}
    )
    assert isinstance(notebook, NotebookNode)
    nbformat.validate(notebook)
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as nbgrader too would write it: sorted keys, indented by one, no stamps."""
    text: str = nbformat.writes(notebook)
    return text.encode("utf-8")
