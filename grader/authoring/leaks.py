"""What a release would give away that it should keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from grader.authoring.marks import BEGIN, END, HIDDEN, HIDDEN_END, cleared, inside, without_regions
from grader.checking.home.notebook_file import UNANSWERED

TELLING = 10  # characters without blanks; shorter lines (`x, W = cache`) are everybody's
MARKS = (BEGIN, END, HIDDEN, HIDDEN_END)


def as_released(solution: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What nbgrader will make of the cells of a solution notebook, as far as texts go.

    nbgrader itself takes seconds to import; ``build`` asks it, and looks for leaks once more.
    """
    release = []
    for cell in solution:
        text = cell["source"]
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            text = (
                without_regions(text, BEGIN, END, UNANSWERED)
                if cell["cell_type"] == "markdown"
                else cleared(text)
            )
        release.append({**cell, "source": without_regions(text, HIDDEN, HIDDEN_END)})
    return release


def leaks(release: Sequence[Mapping[str, Any]], solution: Sequence[Mapping[str, Any]]) -> list[str]:
    """What of the cells of ``solution`` can be read in those of ``release``, a line each.

    Looked for are the lines between BEGIN and END SOLUTION, code and prose, wherever they stand
    in the release (text, code, outputs), keys of choices, and the marks themselves. Lines under
    10 characters, and those that only return or hand on names, tell nothing and are let pass.
    """
    secret = {
        _bare(line): cell["metadata"].get("nbgrader", {}).get("grade_id", cell["id"])
        for cell in solution
        for line in inside(cell["source"])
        if _tells(line)
    }
    found = []
    for number, cell in enumerate(release, 1):
        for line in _lines(cell):
            where = f"cell {number} ({cell['id']}): {line.strip()!r}"
            if _bare(line) in secret:
                found.append(f"a line of the solution of {secret[_bare(line)]} in {where}")
            elif re.search(r"check_choice\(.*key=", line):
                found.append(f"the key of a choice in {where}")
            elif any(mark in line for mark in MARKS):
                found.append(f"the mark of a solution in {where}")
    return found


def _tells(line: str) -> bool:
    bare = _bare(line)
    hands_on = re.fullmatch(r"(return|[\w,]+=)?[\w,()]*", bare)
    return len(bare) >= TELLING and not bare.startswith("#") and not hands_on


def _bare(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _lines(cell: Mapping[str, Any]) -> list[str]:
    texts = [cell["source"]]
    for output in cell.get("outputs", []):
        texts.append(str(output.get("text", "")))
        texts += [str(value) for value in output.get("data", {}).values()]
    return [line for text in texts for line in text.split("\n")]
