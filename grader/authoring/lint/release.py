"""Rules on what students get: nothing run before, nothing given away."""

from __future__ import annotations

import nbformat
from nbformat.notebooknode import NotebookNode

from grader.authoring.leaks import leaks
from grader.authoring.lint.draft import Draft, Problems
from grader.authoring.settings_at import settings_at


def outputs(draft: Draft) -> Problems:
    """No cell of the notebook, nor of the released file, has been run."""
    for cell, built in draft.pairs():
        if traces := _traces(built):
            yield cell, f"the built cell has {traces}"
    file = settings_at(draft.root).notebooks / draft.assignment / f"{draft.source.stem}.ipynb"
    if file.exists():
        for number, cell in enumerate(nbformat.read(file, as_version=4).cells, 1):
            if traces := _traces(cell):
                yield None, f"{file.name}, cell {number} of the release has {traces}; build it anew"


def _traces(cell: NotebookNode) -> str:
    kept = ("outputs", "execution_count", "attachments")
    return " and ".join(name for name in kept if cell.get(name))


def no_solution(draft: Draft) -> Problems:
    """The release shows no line of a solution."""
    for leak in leaks(draft.release, draft.notebook):
        yield None, f"the release would show {leak}"


RULES = (outputs, no_solution)
