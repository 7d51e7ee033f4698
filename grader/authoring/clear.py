"""How a solution becomes an empty cell, for our builder and for ``nbgrader_config.py`` alike."""

from __future__ import annotations

from typing import Any

from nbgrader import utils
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config

from grader.authoring.marks import STUB, cleared, in_turn, marks
from grader.checking.home.notebook_file import UNANSWERED
from grader.checking.home.start_over import BLANK
from grader.files import is_called

GUESS = "guess("  # how the cell of a guess begins

# nbgrader copies every sibling of a notebook into the release, a source with its solutions too.
# The opening picture is embedded in the notebook.
IGNORE = [".*", "*.py", "*.pyc", "__pycache__", "feedback", "*~", "*.orig", "*.rej", "*.bak"]
IGNORE += ["opening.png"]


class ClearAnswers(ClearSolutions):
    """nbgrader's ClearSolutions, except that a region at the left margin leaves no stub."""

    def _replace_solution_region(self, cell: Any, language: str) -> bool:
        if cell.cell_type != "code" or not in_turn(marks(cell.source)):
            return bool(super()._replace_solution_region(cell, language))
        cell.source = cleared(cell.source)
        return True


class KeepBlanks(NbGraderPreprocessor):
    """Notes in each cell that a student fills in how it looked: ``start_over`` brings this back."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        for cell in notebook.cells:
            filled_in = cell.metadata.get("nbgrader", {}).get("solution")
            if filled_in or cell.source.startswith(GUESS):
                cell.metadata[BLANK] = cell.source
        return notebook, resources


def configure(config: Config) -> None:
    """Write into ``config`` how this course clears solutions and what it never releases."""
    # nbgrader's own takes the folder for a pattern too, and then copies what it should not.
    utils.is_ignored = is_called
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = UNANSWERED
    config.CourseDirectory.ignore = IGNORE
    steps = GenerateAssignment.preprocessors.default()
    steps = [ClearAnswers if step is ClearSolutions else step for step in steps]
    config.GenerateAssignment.preprocessors = [*steps, KeepBlanks]
