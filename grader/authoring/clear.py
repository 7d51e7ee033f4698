"""How a solution becomes an empty cell, for our builder and for ``nbgrader_config.py`` alike."""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config

from grader.checking.home.start_over import BLANK
from grader.files import is_called

STUB = '# your code here (and delete the next line)\nraise NotImplementedError("not written yet")'
GUESS = "guess("  # how the cell of a guess begins
ANSWER = "*Write your answer here.*"

# nbgrader copies every sibling of a notebook into the release, a source with its solutions too.
# The opening picture is embedded in the notebook.
IGNORE = [".*", "*.py", "*.pyc", "__pycache__", "feedback", "*~", "*.orig", "*.rej", "*.bak"]
IGNORE += ["opening.png"]


class ClearAnswers(ClearSolutions):
    """nbgrader's ClearSolutions, except that a region at the left margin leaves no stub.

    A stub raises. Inside a function that is what an unwritten function should do; at the left
    margin (``answer_which = "b"``) it would stop "Run all" for everybody who has not answered yet.
    """

    def _replace_solution_region(self, cell: Any, language: str) -> bool:
        before = cell.source
        if cell.cell_type == "code":
            cell.source = without_regions_at_margin(
                before, self.begin_solution_delimeter, self.end_solution_delimeter
            )
        dropped = cell.source != before
        return bool(super()._replace_solution_region(cell, language)) or dropped


class KeepBlanks(NbGraderPreprocessor):
    """Notes in each cell that a student fills in how it looked: ``start_over`` brings this back."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        for cell in notebook.cells:
            filled_in = cell.metadata.get("nbgrader", {}).get("solution")
            if filled_in or cell.source.startswith(GUESS):
                cell.metadata[BLANK] = cell.source
        return notebook, resources


def without_regions_at_margin(source: str, begin: str, end: str) -> str:
    """``source`` without the regions whose BEGIN line stands at the left margin."""
    kept: list[str] = []
    dropping = False
    for line in source.split("\n"):
        if begin in line and not line[:1].isspace():
            dropping = True
        elif end in line and dropping:
            dropping = False
        elif not dropping:
            kept.append(line)
    return "\n".join(kept)


def configure(config: Config) -> None:
    """Write into ``config`` how this course clears solutions and what it never releases."""
    # nbgrader's own takes the folder for a pattern too, and then copies what it should not.
    utils.is_ignored = is_called
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = ANSWER
    config.CourseDirectory.ignore = IGNORE
    steps = GenerateAssignment.preprocessors.default()
    steps = [ClearAnswers if step is ClearSolutions else step for step in steps]
    config.GenerateAssignment.preprocessors = [*steps, KeepBlanks]
