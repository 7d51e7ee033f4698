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

from grader.authoring.build import source_of
from grader.checking.report.blocks import number
from grader.classroom.one_file import judge_file, words_of
from grader.files import write_whole
from grader.find_tools import find_tools
from grader.grading.sandbox.student_tree import student_tree
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
    settings, started = load_settings(), time.monotonic()
    try:
        file = handed_in(top / "submission", source_of(assignment, settings.root).stem)
        results = as_results(judge_file(settings, file, assignment))
    except NothingToGrade as problem:
        results = {"score": 0.0, "output": str(problem)}
    results["execution_time"] = round(time.monotonic() - started)
    write_whole(top / "results" / "results.json", json.dumps(results, indent=1).encode())


def handed_in(folder: Path, name: str) -> Path:
    """The notebook in a submission: the only one, or the one with the name that was given."""
    there = [path for path in folder.rglob("*.ipynb") if path.is_file() and not path.is_symlink()]
    found = [path for path in there if path.stem == name] or there
    if len(found) == 1:
        return found[0]
    have = ", ".join(sorted(path.name for path in found)) or "none"
    raise NothingToGrade(
        f"Hand in one notebook, {name}.ipynb. Notebooks in this submission: {have}."
    )


def as_results(found: dict[str, Any]) -> dict[str, Any]:
    """What ``check`` found, in the form of Gradescope's results."""
    said = [found["refused"], *found["repairs"]]
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
