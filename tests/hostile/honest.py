"""Honest submissions with habits: what they earn is what their functions do."""

import re
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.hostile.course import Course, at_the_end, to_bytes, with_cell
from tests.hostile.kinds import Kind


def answers(change: Callable[[str], str]) -> Callable[[Course], bytes]:
    """All answers, each cell of functions changed."""

    def make(course: Course) -> bytes:
        notebook = course.perfect()
        for cell in functions(notebook):
            cell.source = change(cell.source)
        return to_bytes(notebook)

    return make


def functions(notebook: NotebookNode) -> list[NotebookNode]:
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code"
        and cell.metadata.get("nbgrader", {}).get("solution")
        and re.search(r"^(def|class) ", cell.source, re.M)
    ]


def noisy(source: str) -> str:
    """Every function warns, prints, and writes to standard error."""
    noise = (
        r"\1    import sys, warnings\n    print('here')\n    print('!', file=sys.stderr)\n"
        r"    warnings.warn('almost deprecated')\n"
    )
    return re.sub(r"^(def [^\n]*:\n)", noise, source, flags=re.M)


def commented(source: str) -> str:
    return "# my solution, äöü 你好 🎉\n" + source + "\n\n\n# done\n"


def with_practice_cells(course: Course) -> bytes:
    """A cell of one's own after every answer, and notes."""
    notebook = course.perfect()
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if "nbgrader" in cell.metadata:
            cells += [new_code_cell("1 + 1"), new_markdown_cell("a note"), new_code_cell("")]
    notebook.cells = cells
    return to_bytes(notebook)


def tried_before(course: Course) -> bytes:
    """A wrong first version of every function before the right one."""
    names = [
        re.search(r"^(?:def|class) (\w+)", c.source, re.M) for c in functions(course.perfect())
    ]
    wrong = "\n".join(f"def {name[1]}(*a): return None" for name in names if name)
    return with_cell(course.perfect(), wrong)


def in_one_cell(course: Course) -> bytes:
    """All functions in one cell of one's own; the cells for them say nothing."""
    notebook = course.perfect()
    sources = [cell.source for cell in functions(notebook)]
    for cell in functions(notebook):
        cell.source = "pass"
    return with_cell(notebook, "\n\n\n".join(sources))


def in_practice(course: Course) -> bytes:
    """Every function in a practice cell above its own, beside lines that only IPython reads."""
    notebook = course.perfect()
    cells = []
    for cell in notebook.cells:
        if cell.source in {one.source for one in functions(notebook)}:
            source = f"%precision 4\n!true\n{cell.source}\nprint(never_defined)"
            cells.append(new_code_cell(source, metadata={"tags": ["practice"]}))
            cell.source = "pass"
        cells.append(cell)
    notebook.cells = cells
    return to_bytes(notebook)


def with_long_practice(course: Course) -> bytes:
    """A practice cell of many lines that all depend on one another, and never end."""
    notebook = course.perfect()
    lines = [f"np = [np, {i}][0]\nwhile len(str(np)) > {i}: pass" for i in range(20_000)]
    cell = new_code_cell("\n".join(lines), metadata={"tags": ["practice"]})
    notebook.cells.insert(len(notebook.cells) - 1, cell)
    return to_bytes(notebook)


HABITS = {
    "as it was given": (lambda course: to_bytes(course.untouched()), "nothing"),
    "every other answer": (lambda course: to_bytes(course.half()), "half"),
    "all answers": (lambda course: to_bytes(course.perfect()), "everything"),
    "noisy functions": (answers(noisy), "everything"),
    "comments in all languages": (answers(commented), "everything"),
    "timed cells": (answers(lambda source: "%%time\n" + source), "everything"),
    "captured cells": (answers(lambda source: "%%capture out\n" + source), "everything"),
    "cells of one's own": (with_practice_cells, "everything"),
    "functions in practice cells": (in_practice, "everything"),
    "a practice cell without end": (with_long_practice, "everything"),
    "a first try": (tried_before, "everything"),
    "all in one cell": (in_one_cell, "everything"),
    "help asked for": (
        lambda course: with_cell(course.perfect(), "import numpy as np\nnp.dot?\n?print\n%lsmagic"),
        "everything",
    ),
    "a plot at the end": (
        lambda course: at_the_end(
            course.perfect(), "import matplotlib.pyplot as plt\nplt.plot([1, 2]);\nplt.show()"
        ),
        "everything",
    ),
    "a loop at the end": (
        lambda course: at_the_end(course.perfect(), "while True: pass"),
        "everything",
    ),
    "awaiting": (
        lambda course: with_cell(course.perfect(), "import asyncio\nawait asyncio.sleep(0)"),
        "everything",
    ),
    "other names for numpy": (
        lambda course: with_cell(course.perfect(), "import numpy\nimport numpy as xp\nnp = numpy"),
        "everything",
    ),
}
HONEST = [Kind(name, "honest", make, earns) for name, (make, earns) in HABITS.items()]
