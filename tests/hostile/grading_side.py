"""Submissions aimed at the grading side itself: at what reads, restores, judges, cleans, renders.

Each leaves the answers right, or takes all away, so that its score is known beforehand.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from tests.hostile.attacks import FUNCTION, RETURN
from tests.hostile.broken import EVERYTHING, NOTHING, REFUSED, as_data, as_text, edited, strip
from tests.hostile.course import Course, to_bytes, with_cell
from tests.hostile.honest import functions
from tests.hostile.kinds import Kind

SHOW = "from IPython.display import HTML, Latex, Markdown, display\n"
# What a cell shows: source of an expression that is HTML.
HTML = {
    "a class that backtracks": "'<p class=\"' + 'a' * 60 + '!\">x</p>'",
    "a class of 200,000 letters": "'<p class=\"' + 'a1 ' * 66_000 + '!\">x</p>'",
    "tags in each other": "'<b><p>' * 2_990",
    "tables in each other": "'<table><tr><td>' * 1_990",
    "lists in each other": "'<ul><li>' * 2_990",
    "links in each other": "'<a href=\"#\">' * 5_990",
    "a style of 200,000 letters": "'<p style=\"' + 'color:red;' * 20_000 + '\">x</p>'",
    "comments without end": "'<!--' * 5_000 + '-->' * 900",
    "an element with 30,000 attributes": "'<p ' + ' '.join(f'a{i}=1' for i in range(30_000)) + '>'",
    "entities": "'&amp;&#92;href&notanentity' * 9_000",
    "half a tag": "'<p' * 5_990",
    "another name space": (
        "'<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
        "onerror=alert(1)&gt;\">' * 300"
    ),
    "numbers for letters": "'&#x110000;&#xD800;&#0;' * 10_000",
    "a margin that covers our points": "'<p style=\"margin-top:-900px\">12 of 12</p>'",
    "a tower of accents": "('e' + '\u0301' * 400) * 200",
    "a base of nothing": "'<table><caption><svg><desc><b>' * 900",
}
# Texts of markdown cells.
PROSE = {
    "a gap": "a" + " " * 200_000 + "b",
    "formulas that are not closed": "\\(" * 20_000,
    "brackets": "[" * 40_000,
    "links that are not closed": "[a](" * 10_000,
    "pictures that are not closed": "![" * 20_000,
    "stars": "*a **b " * 6_000,
    "underscores": "_a __b " * 6_000,
    "quotations in each other": "> " * 5_000 + "x",
    "lists in each other": "".join("  " * i + "- x\n" for i in range(200)),
    "backticks of all lengths": " ".join("`" * i for i in range(1, 300)),
    "dollars": "$" * 45_000,
    "dollars and letters": "$a" * 20_000,
    "less than": "<" * 45_000,
    "tags that are not closed": "<a href='" * 5_000,
    "columns": "|" * 20_000 + "\n" + "|-" * 10_000,
    "references": "".join(f"[{i}]: http://x\n" for i in range(2_500)) + "[1]" * 5_000,
    "addresses": "http://" * 6_000,
    "classes that backtrack": f'<p class="{"a" * 60}!">x</p>',
    "an environment that is not closed": "\\begin{a}" * 5_000,
    "backslashes": "\\" * 45_000,
}
SOURCES = {
    "a loop below all functions": "while True: pass",
    "a loop that ignores the alarm": (
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    ),
    "a process that stops": "import os\nos.kill(os.getpid(), 19)",
    "a process that kills itself": "import os\nos.kill(os.getpid(), 9)",
    "shared memory of many processes": (
        "import mmap, os, time\nfor _ in range(5):\n    if os.fork() == 0:\n"
        "        x = mmap.mmap(-1, 400 << 20)\n"
        "        for i in range(0, len(x), 4096): x[i] = 1\n        time.sleep(60)\n"
        "        os._exit(0)\ntime.sleep(60)"
    ),
    "four children with 900 MB of shared memory": (
        "import mmap, os, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
        "        x = mmap.mmap(-1, 900 << 20)\n        b = bytes(1 << 20)\n"
        "        for i in range(900): x[i << 20:(i + 1) << 20] = b\n        time.sleep(60)\n"
        "        os._exit(0)\ntime.sleep(60)"
    ),
    "children that answer for their parent": (
        "import os, time\nfor i in range(20):\n    if os.fork() == 0:\n"
        "        time.sleep(0.02 * i)\n        raise ValueError('in a child')"
    ),
    "children that stop each other": (
        "import os, signal, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
        "        x = b'x' * (400 << 20)\n        os.kill(os.getppid(), signal.SIGSTOP)\n"
        "        os.kill(os.getpid(), signal.SIGSTOP)\n        os._exit(0)\ntime.sleep(60)"
    ),
    "an exception that steers a terminal": "raise ValueError('\\x1b[2J\\u202eowned\\u2066\\x07')",
    "words of hidden tests": "x = 1\n### BEGIN HIDDEN TESTS\ny = 2",
    "10,000 kinds of data": (
        SHOW + "display({f'text/x{i}': 'x' for i in range(10_000)} | {'text/html': 'x'}, raw=True)"
    ),
    "much LaTeX": SHOW + "display(Latex('\\\\href{x}' * 20_000))",
    "much Markdown": SHOW + "display(Markdown('[' * 20_000))",
    "Markdown with 150,000 blanks": SHOW + "display(Markdown('a' + ' ' * 150_000 + 'b'))",
    "formulas that set styles": (
        SHOW + "display(Latex(r'$\\mmlToken{mi}[style=\"margin:-9em\"]{x}\\bbox[9em]{x}$'))"
    ),
    "the alarm of the grader": (
        "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n"
        "signal.signal(signal.SIGALRM, signal.SIG_DFL)"
    ),
    "a false interrupt": (
        "import grader.grading.sandbox.inside as w\nrun = w.run_cell\n"
        "w.run_cell = lambda *a: run(*a) or True\n"
        "get_ipython().outputs.items.append({'output_type': 'error', 'ename': 3, 'evalue': []})"
    ),
}
ONE = "FUNCTIONS = FUNCTIONS[:1]\n"  # enough: each call may take a second to be read
# What functions return.
VALUES = {
    "nested lists of 90,000 numbers": ONE + RETURN + "[[[1.0] * 300] * 300] * 1",
    "100,000 small arrays": ONE + "import numpy as np\n" + RETURN + "[np.zeros(1)] * 90_000",
    "a dictionary of 50,000 names": ONE + RETURN + "{str(i): i for i in range(50_000)}",
    "strings of 10,000 letters": ONE + RETURN + "['x' * 10_000] * 5_000",
    "an exception that steers a terminal and turns the text": FUNCTION.format(
        body="    raise ValueError('\\x1b[2J\\u202e0 stniop\\u2066\\x07\\u2028')"
    ),
    "a whole number of 1,000 digits": FUNCTION.format(body="    return [10 ** 999] * 3"),
}


def shown(html: str, course: Course) -> bytes:
    return with_cell(course.perfect(), f"{SHOW}display(HTML({html}))")


def text(content: str, course: Course) -> bytes:
    notebook = course.perfect()
    notebook.cells.insert(1, new_markdown_cell(content))
    return to_bytes(notebook)


def cell(source: str, course: Course) -> bytes:
    return with_cell(course.perfect(), source)


def empty(source: str, course: Course) -> bytes:
    notebook = course.untouched()
    for one in functions(notebook):
        one.source = ""
    return with_cell(notebook, f"FUNCTIONS = {course.functions!r}\n{source}")


def stripped_with(*sources: str) -> Callable[[NotebookNode], None]:
    """Names lost, and cells of one's own in front."""

    def edit(notebook: NotebookNode) -> None:
        strip(notebook)
        notebook.cells = [*map(new_code_cell, sources), *notebook.cells]

    return edit


def same_cell_loop(course: Course) -> bytes:
    """Every function stands above an endless loop in its own cell."""
    notebook = course.perfect()
    for one in functions(notebook)[:3]:
        one.source += "\n\nwhile True: pass"
    return to_bytes(notebook)


def kills_itself_thrice(course: Course) -> bytes:
    notebook = course.perfect()
    notebook.cells[2:2] = [
        new_code_cell(f"import os\nos.kill(os.getpid(), 9)  # {i}") for i in range(3)
    ]
    return to_bytes(notebook)


def raw_cells(notebook: NotebookNode) -> None:
    notebook.cells[1:1] = [new_raw_cell("<script>alert(1)</script><img src=x onerror=alert(1)>")]


def copies(notebook: NotebookNode) -> None:
    graded = [c for c in notebook.cells if "nbgrader" in c.metadata]
    notebook.cells += [NotebookNode(c) for c in graded * 20]


def odd_names(data: Any) -> None:
    for number, one in enumerate(data["cells"]):
        if "nbgrader" not in one["metadata"]:
            one["metadata"]["nbgrader"] = {
                "grade_id": ["x", 3, {"a": []}, "y" * 100_000][number % 4]
            }


def deep_metadata(data: Any) -> None:
    inner: Any = 1
    for _ in range(400):
        inner = [inner]
    data["metadata"]["deep"] = inner


def much_data(data: Any) -> None:
    data["metadata"]["much"] = [0] * 1_000_000


def outputs_by_the_thousand(data: Any) -> None:
    for one in data["cells"]:
        if "practice" in one["metadata"].get("tags", []):
            one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}] * 3_000


def letters(data: Any) -> None:
    for one in data["cells"]:
        one["source"] = list("".join(one["source"]))


def cells_by_name(data: Any) -> None:
    data["cells"] = {str(i): one for i, one in enumerate(data["cells"])}


LINES = "\n".join(f"x{i} = [{i}, {i}]" for i in range(1_500))
EDITS = {
    "names lost among 20 large cells": stripped_with(*[f"# {i}\n{LINES}" for i in range(20)]),
    "names lost among 300 cells": stripped_with(*[f"x{i} = {i}" for i in range(300)]),
    "names lost, brackets in each other": stripped_with("(" * 200_000),
    "names lost, signs in each other": stripped_with("-" * 100_000 + "1"),
    "names lost, a cell of 2 MB": stripped_with("x = 1\n" * 300_000),
    "names lost, a null": stripped_with("x = '\0'"),
    "names lost, spaces behind def": stripped_with("def" + " " * 100_000 + "\n" + "def\n" * 20_000),
    "graded cells twenty times": copies,
    "raw cells": raw_cells,
}
DATA = {
    "names of all types": (odd_names, EVERYTHING),
    "metadata 400 deep": (deep_metadata, EVERYTHING),
    "a million numbers": (much_data, EVERYTHING),
    "3,000 outputs in every practice cell": (outputs_by_the_thousand, EVERYTHING),
    "sources letter by letter": (letters, EVERYTHING),
    "cells by name": (cells_by_name, REFUSED),
}


def a_number_of_5000_digits(source: str) -> str:
    return json.dumps(json.loads(source)).replace('"nbformat": 4', f'"nbformat": {"9" * 5000}', 1)


SHOWN = [Kind(f"HTML: {n}", "grading", partial(shown, h), EVERYTHING) for n, h in HTML.items()]
TEXTS = [Kind(f"text: {n}", "grading", partial(text, t), EVERYTHING) for n, t in PROSE.items()]
CELLS = [
    *(Kind(n, "grading", partial(cell, s), EVERYTHING) for n, s in SOURCES.items()),
    *(Kind(f"give {n}", "grading", partial(empty, s), NOTHING) for n, s in VALUES.items()),
    Kind("a loop in the cell of a function", "grading", same_cell_loop, EVERYTHING),
    Kind("killed three times", "grading", kills_itself_thrice, EVERYTHING),
]
FILES = [
    *(Kind(n, "grading", edited(e), EVERYTHING) for n, e in EDITS.items()),
    *(Kind(n, "grading", as_data(c), earns) for n, (c, earns) in DATA.items()),
    Kind("a number of 5,000 digits", "grading", as_text(a_number_of_5000_digits), REFUSED),
]
