"""Ten submissions and their marks, which are the same by every path to the grader.

The paths: ``autograde`` and ``check --json`` (test_one_file.py), plain nbgrader, but for what is
lost there (test_plain_nbgrader.py), Gradescope (tests/extras/gradescope), and the exchange of a hub
(tests/hub). ``-k ten_submissions`` runs all.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from grader.authoring.run_cells import run_cells
from grader.grading.submission.results import short
from tests.classroom.small_class import NAME, SmallClass

POINTS = {"linear_forward": 2.0, "linear_backward": 3.0, "rows": 1.0}
ENDLESS = "def linear_backward(du, cache):\n    import time\n    while True:\n        time.sleep(1)"
OWN_CHECK = "def check(*_given):\n    return 2.0\n\n\n"
HELPER = "def product(x, W):\n    return x @ W"
HELPED = "def linear_forward(x, W, b):\n    return product(x, W) + b, (x, W)"


class Submission(NamedTuple):
    """A notebook, its file's name, and the points of each task."""

    notebook: Any
    marks: Mapping[str, float]
    file: str = f"{NAME}.ipynb"

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(self.notebook, folder / self.file)
        return folder / self.file


def ten(small: SmallClass) -> dict[str, Submission]:
    """The submissions by their students' names."""
    without_backward = POINTS | {"linear_backward": 0.0}
    mean = small.answers["linear_backward"].replace("du.sum(axis=0)", "du.mean(axis=0)")
    mistake = _with(small, linear_backward=mean)
    partly = run_cells(mistake)[0]["check_linear_backward"]  # at home
    assert 0 < partly < POINTS["linear_backward"]
    missing = small.notebook()
    del missing.cells[1]  # the imports
    forged = copy.deepcopy(small.release)
    backward = cell_of(forged, "linear_backward")
    backward.source = OWN_CHECK + backward.source
    cell_of(forged, "check_linear_backward").source = "3.0"
    practice = _with(small, linear_forward=HELPED)
    practice.cells.insert(2, new_code_cell(HELPER, metadata={"tags": ["practice"]}))
    return {
        "everything": Submission(small.with_text(), POINTS),
        "nothing": Submission(small.release, dict.fromkeys(POINTS, 0.0)),
        "half": Submission(small.notebook("linear_forward", "answer_rows"), without_backward),
        "mistake": Submission(mistake, POINTS | {"linear_backward": partly}),
        "error": Submission(_with(small, linear_backward="def linear_backward("), without_backward),
        "endless": Submission(_with(small, linear_backward=ENDLESS), without_backward),
        "renamed": Submission(small.notebook(), POINTS, "my work.ipynb"),
        "missing": Submission(missing, POINTS),
        "forged": Submission(forged, dict.fromkeys(POINTS, 0.0)),
        "practice": Submission(practice, POINTS),
    }


def marks_of(gradebook: Gradebook, student: str) -> dict[str, float]:
    """The points of each task that a machine grades."""
    grades = gradebook.find_submission_notebook(NAME, "ps98", student).grades
    return {short(one.name): one.auto_score for one in grades if one.name != "manual_why"}


def cell_of(notebook: Any, name: str) -> Any:
    (cell,) = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name]
    return cell


def _with(small: SmallClass, **sources: str) -> Any:
    notebook = small.notebook()
    for name, source in sources.items():
        cell_of(notebook, name).source = source
    return notebook
