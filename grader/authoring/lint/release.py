"""Rules on what students get: nothing run before, nothing given away."""

from __future__ import annotations

import json

from grader.authoring.leaks import as_released, leaks
from grader.authoring.lint.draft import Draft, Problems
from grader.authoring.settings_at import settings_at

TRACES = ("outputs", "execution_count", "attachments")


def outputs(draft: Draft) -> Problems:
    """No cell of the released file has been run."""
    file = settings_at(draft.root).notebooks / draft.assignment / f"{draft.source.stem}.ipynb"
    if file.exists():
        for number, cell in enumerate(json.loads(file.read_text("utf-8"))["cells"], 1):
            if traces := " and ".join(name for name in TRACES if cell.get(name)):
                yield None, f"{file.name}, cell {number} of the release has {traces}; build it anew"


def no_solution(draft: Draft) -> Problems:
    """The release shows no line of a solution."""
    for leak in leaks(as_released(draft.built), draft.built):
        yield None, f"the release would show {leak}"


RULES = (outputs, no_solution)
