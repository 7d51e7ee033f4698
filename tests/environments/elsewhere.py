"""A notebook with all answers, and a run of it with another Python."""

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import released
from grader.checking.contract.registry import find
from grader.checking.home.local_store import VARIABLE
from tests.project import ROOT

SECONDS = 1200  # for one notebook; the slowest takes a few minutes
RUNNER = Path(__file__).with_name("run_notebook.py")
# Nobody guesses here: without a file for guesses, no cell waits for one.
NO_GUESSES = f'import os\nos.environ["{VARIABLE}"] = ""'
# Of the seeds drawn at home, about 3 in 1,000 leave the reference below full marks.
SAME_SEEDS = "import grader.exercises.capstone_training\n"
SAME_SEEDS += "grader.exercises.capstone_training.draw_seeds = lambda rng: (1, 2, 3)"


def answered(assignment: str) -> NotebookNode:
    """The notebook as students have it, with all answers; no cell waits for a guess."""
    solution = solution_notebook(assignment, ROOT)
    notebook = fill(released(solution), answers_of(solution))
    first = [NO_GUESSES, SAME_SEEDS] if assignment in ("ps25", "ps26") else [NO_GUESSES]
    notebook.cells[:0] = map(nbformat.v4.new_code_cell, first)
    return notebook


def points_at_home(notebook: NotebookNode) -> dict[str, float]:
    """What each check gives at most. What a choice earns is known to graders only.

    A check that needs a package gives points where that is, which is left open.
    """
    cells = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    found = {cell["grade_id"]: cell["points"] for cell in cells if cell.get("grade")}
    checks = {name.removeprefix("check_"): name for name in found if name.startswith("check_")}
    return {cell: found[cell] for name, cell in checks.items() if not find(name).run.needs}


def run_elsewhere(
    python: str | Path, arguments: Iterable[str], home: Path, path: str, **variables: str
) -> None:
    """Call another Python in ``home/content``, with settings of nobody; it must succeed."""
    (home / "content").mkdir(exist_ok=True)
    done = subprocess.run(
        [str(python), *arguments],
        cwd=home / "content",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home / "home"),
            "PYTHONPATH": path,
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            **variables,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, (done.stderr.strip() or done.stdout)[-2000:]


def report_of(
    notebook: NotebookNode, python: str | Path, home: Path, path: str, **variables: str
) -> dict[str, Any]:
    """What run_notebook.py reports of a notebook: errors, scores, versions, what it printed."""
    file, report = home / "notebook.ipynb", home / "report.json"
    nbformat.write(notebook, file)
    run_elsewhere(python, [str(RUNNER), str(file), str(report)], home, path, **variables)
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found
