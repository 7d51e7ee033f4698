"""Rules on code: what it may import, and what is checked."""

from __future__ import annotations

import ast

from grader import COURSE
from grader.authoring.lint.draft import Draft, Problems
from grader.authoring.settings_at import settings_at
from grader.authoring.source import FOLD, SourceCell
from grader.checking.contract.registry import module_of, names
from grader.exercises.own_folder import file_of_own

# What is there on a laptop, in Colab and in the browser; torch only behind a question for it.
EVERYWHERE = {
    *(*COURSE, "grader.checking", "matplotlib", "numpy", "torch"),
    *("copy", "importlib", "math", "subprocess", "sys", "tempfile", "time"),
}


def imports(draft: Draft) -> Problems:
    """Students import only what is there everywhere."""
    for cell in draft.code():
        for node in ast.walk(ast.parse(cell.text)):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                imported.append(node.module or "")
            for name in imported:
                parts = name.split(".")
                if not {parts[0], ".".join(parts[:2])} & EVERYWHERE:
                    yield cell, f"imports {name}, which is not there everywhere"


def checked(draft: Draft) -> Problems:
    """Every exercise of the problem set is checked, right under its function.

    Text, and folded cells that try the function, such as a rehearsal, may stand between them.
    A class may leave out exercises of the course in a notebook that it writes or changes.
    """
    there = {cell.name for cell in draft.cells if cell.kind == "check"}
    changed = settings_at(draft.root).is_changed(draft.assignment)
    for name in names(draft.assignment):
        if name not in there and (not changed or file_of_own(module_of(name))):
            yield None, f"the exercise {name} has no check cell"
    for place, cell in enumerate(draft.cells):
        if cell.kind != "check":
            continue
        above = draft.cells[:place]
        while above and (above[-1].kind == "text" or _is_folded(above[-1])):
            above = above[:-1]
        if not above or (above[-1].kind, above[-1].name) != ("solution", cell.name):
            yield cell, f"the check of {cell.name} stands right under its function"


def _is_folded(cell: SourceCell) -> bool:
    return cell.kind == "practice" and FOLD in cell.options


RULES = (imports, checked)
