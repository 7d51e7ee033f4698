"""The solutions of a problem set in one file, for the tree of those who study alone.

No notebook holds any of it: a notebook is the same file in both trees. What the functions of
``grader.checking`` show of it, and when, is said in ``grader.checking.home.self_study``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.authoring.assignments import assignments
from grader.authoring.boilerplate import graded
from grader.authoring.cells import cells_of
from grader.authoring.marks import inside, unmarked
from grader.authoring.source import SourceCell, explanations
from grader.authoring.tasks import headings_of
from grader.problems import AuthoringError

FOLDER = "grader/self_study"


def solutions(root: Path) -> Iterator[tuple[str, bytes]]:
    """Path in the tree and content of each problem set's file.

    Raises
    ------
    AuthoringError
        Two tasks have the same name, so that a check could not tell which one it is about.
    """
    where: dict[str, str] = {}
    for assignment in assignments(root):
        cells = cells_of(assignment, root)
        for _section, name, _kind, _points in graded(cells):
            if (other := where.setdefault(name, assignment)) != assignment:
                raise AuthoringError(
                    f"{assignment}: a task is called {name}, as one in {other} is; rename one: "
                    "for self-study each needs a name of its own"
                )
        yield f"{FOLDER}/{assignment}.json", lesson(cells)


def lesson(cells: Sequence[SourceCell]) -> bytes:
    """Title, tasks, keys with reasons, functions and model answers of a problem set."""
    tasks = graded(cells)
    checks = {cell.name for cell in cells if cell.kind == "check"}
    content = {
        "title": next(text for cell in cells for _depth, text in headings_of(cell)),
        "graded": tasks,
        "choices": {
            cell.name: {
                "key": cell.options["key"],
                "points": cell.options["points"],
                "why": explanations(cell.text),
            }
            for cell in cells
            if cell.kind == "choice"
        },
        "functions": {
            cell.name: unmarked(cell.text).strip()
            for cell in cells
            if cell.kind == "solution" and cell.name in checks
        },
        "written": {
            cell.name: _unwrapped("\n".join(inside(cell.text)))
            for cell in cells
            if cell.kind == "manual"
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _unwrapped(text: str) -> str:
    """A text without the line breaks of its source; those before a list and between parts stay."""
    return re.sub(r"(?<!\n)\n(?![\n|]|- |\d+\. )", " ", text.strip())
