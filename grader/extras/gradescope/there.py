"""What runs in Gradescope's container: one submission, as ``python -m grader check`` judges it.

    python -m grader.extras.gradescope.there ps06 /autograder

What it writes is described in Gradescope's documentation ("Autograder Specifications"). Without
arguments it makes ready what all submissions need.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from grader.authoring.cells import source_of
from grader.checking.report.blocks import number
from grader.classroom.one_file import judge_file, words_of
from grader.files import write_whole
from grader.find_tools import find_tools
from grader.grading.process.fault import NoSandbox
from grader.grading.sandbox.other_user import is_open
from grader.grading.sandbox.student_tree import student_tree
from grader.grading.submission.handed_in import find_notebook
from grader.settings import load_settings


class NothingToGrade(Exception):
    """No file can be meant; the text says to the student what to hand in."""


def main(words: list[str]) -> None:
    """Write the results, or raise: then Gradescope says that the autograder has failed."""
    find_tools()
    if not words:
        student_tree()
        return
    assignment, top = words[0], Path(words[1])
    if is_open(top / "results"):
        raise NoSandbox(f"every user can read {top}/results; run chmod 700 {top}/results")
    settings, started = load_settings(), time.monotonic()
    try:
        file, note = handed_in(top / "submission", source_of(assignment, settings.root).stem)
        results = as_results(judge_file(settings, file, assignment), note)
    except NothingToGrade as problem:
        results = {"score": 0.0, "output": str(problem)}
    results["execution_time"] = round(time.monotonic() - started)
    write_whole(top / "results" / "results.json", json.dumps(results, indent=1).encode())


def handed_in(folder: Path, name: str) -> tuple[Path, str]:
    """The notebook in a submission, found as autograding does, and what has to be said about it."""
    path, note, refused = find_notebook(folder, name)
    if path is None:
        raise NothingToGrade(refused)
    if path.is_symlink() or not path.is_file():
        raise NothingToGrade(f"{path.name} is a link or a folder; hand in the notebook itself")
    return path, note


def as_results(found: dict[str, Any], note: str = "") -> dict[str, Any]:
    """What ``check`` found, in the form of Gradescope's results.

    Parameters
    ----------
    note : what has to be said about the file
    """
    said = [note, found["refused"], *found["repairs"]]
    if by_hand := found["by_hand"]:
        points = number(sum(one["max_score"] for one in by_hand))
        names = ", ".join(one["name"] for one in by_hand)
        said.append(f"A person gives up to {points} more points for: {names}.")
    return {
        "score": found["score"],
        "output": "\n".join(filter(None, said)),
        "extra_data": {"isolation": found["isolation"]},
        "tests": [
            {
                "name": one["name"],
                "score": one["score"],
                "max_score": one["max_score"],
                "output": "\n".join(words_of(one)),
            }
            for one in found["tasks"]
        ],
    }


if __name__ == "__main__":
    main(sys.argv[1:])
