"""Judge one file as autograding would, without a class: nothing is recorded, nobody is named."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.authoring.assignments import assignments, require_known
from grader.authoring.cells import source_of
from grader.checking.report.as_text import plain
from grader.classroom.gradebook.cells import notebook_names, noted_cells
from grader.classroom.needed_packages import is_check
from grader.classroom.preconditions import note_assignment, require_course, require_sandbox
from grader.classroom.replay import graded_now
from grader.classroom.school_class import Class
from grader.grading.submission.results import Graded, short
from grader.problems import Problem
from grader.settings import Settings
from grader.wording import one_line

NOBODY = "student"  # the folder of the submission


def judge_file(
    settings: Settings, file: Path, assignment: str = "", *, unsafe: bool = False
) -> dict[str, Any]:
    """What autograding finds in a notebook, as plain data (docs/grading_a_class.md lists it).

    Parameters
    ----------
    assignment : what it is an answer to; by default the problem set whose notebook has its name

    Raises
    ------
    Problem
        There is no such file or problem set, no sandbox, or the grader fails.
    """
    if not file.is_file():
        raise Problem(f"there is no file {file}")
    require_course(settings)
    assignment = assignment or _meant(settings, file)
    require_known(settings, assignment)
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        group = Class(settings, Path(folder), unsafe)
        require_sandbox(group)
        note_assignment(group, assignment)
        (name,) = notebook_names(group.gradebook, assignment)
        submitted = group.folder / "submitted" / NOBODY / assignment
        submitted.mkdir(parents=True)
        shutil.copy(file, submitted / f"{name}.ipynb")
        cells = noted_cells(group.gradebook, assignment, name)
        ((graded, _),) = graded_now(group, assignment, NOBODY, [name])
    by_hand = {cell.name: cell.points for cell in cells if cell.points and not is_check(cell)}
    return _as_data(graded, by_hand)


def words_of(task: Mapping[str, Any]) -> list[str]:
    """What is said of one of the tasks: what is not right, the hint, the case that fails."""
    said = filter(None, (task["found"], task["hint"], task["case"]))
    return [plain(words) for words in dict.fromkeys(said)]


def _meant(settings: Settings, file: Path) -> str:
    """The problem set whose notebook is called as the file is."""
    for name in assignments(settings.root):
        if source_of(name, settings.root).stem == file.stem:
            return name
    raise Problem(
        f"no notebook of this course is called {file.name}; say which it answers: --ps ps06"
    )


def _as_data(graded: Graded, by_hand: Mapping[str, float]) -> dict[str, Any]:
    return {
        "problem_set": graded.assignment,
        "notebook": graded.notebook,
        "score": round(sum(one.score for one in graded.cells), 4),
        "max_score": sum(one.points for one in graded.cells),
        "refused": one_line(graded.refused),
        "repairs": [one_line(words) for words in graded.repairs],
        "isolation": graded.isolation,
        "tasks": [
            {
                "name": short(one.cell),
                "score": one.score,
                "max_score": one.points,
                "status": one.status,
                "found": one_line(one.found),
                "hint": one.mistake,
                "case": one_line(one.example),
                "inputs": one.inputs,
            }
            for one in graded.cells
        ],
        "by_hand": [
            {"name": name.removeprefix("manual_"), "max_score": points}
            for name, points in by_hand.items()
        ],
    }
