"""A check says so if the function that it tests is not the one that the student wrote last."""

import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

SETUP = "import numpy as np\nfrom grader.checking import check, ready"
RIGHT = "def linear_forward(x, W, b):\n    return x @ W + b, (x, W)"
EMPTY = "def linear_forward(x, W, b):\n    raise NotImplementedError"
BROKEN = "def linear_forward(x, W, b):\n    u = x @ W + b)\n    return u, (x, W)"
INDENTED = "def linear_forward(x, W, b):\nreturn x @ W + b, (x, W)"
STOPPED = "np.no_such_name\n" + RIGHT
AFTERWARDS = RIGHT + "\nnp.no_such_name"
WRONG = RIGHT.replace("+ b", "+ 2 * b")
QUOTED = f'text = """\n{RIGHT}\n"""'
WAITS = '# @title Draw it\nready("linear_forward")'
CHECK = 'check("linear_forward", linear_forward)'
GRADED = {"nbgrader": {"grade": True, "solution": False, "points": 2, "grade_id": "x"}}
NOTE = "Attention: The last time you ran the cell with def linear_forward, it stopped with "


@pytest.fixture(scope="module")
def said():
    """What the check says, and its points, after the cells before it: one kernel for all."""
    cells = {
        "right": [RIGHT],
        "broken later": [RIGHT, BROKEN],
        "repaired": [RIGHT, BROKEN, RIGHT],
        "broken after an empty one": [EMPTY, BROKEN],
        "indented": [RIGHT, INDENTED],
        "stopped before": [RIGHT, STOPPED],
        "stopped afterwards": [RIGHT, AFTERWARDS],
        "wrong, then broken": [WRONG, BROKEN],
        "quoted": [RIGHT, QUOTED],
    }
    sources = [source for before in cells.values() for source in [*before, CHECK]]
    notebook = new_notebook(
        cells=[new_code_cell(s, metadata=GRADED) for s in [SETUP, WAITS, *sources]]
    )
    client = NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3")
    client.execute(env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    checks = [cell for cell in notebook.cells if cell.source == CHECK]
    return {
        title: (
            BeautifulSoup(cell.outputs[-1].data["text/html"], "html.parser").get_text(),
            determine_grade(cell)[0],
        )
        for title, cell in zip(cells, checks, strict=True)
    }


def test_a_function_of_an_earlier_run_is_told_with_the_error_and_its_line(said):
    text, points = said["broken later"]
    text = " ".join(text.split())
    assert text.startswith("! 2 of 2 points linear_forward: this is not what you wrote last")
    assert NOTE + "a SyntaxError in line 2, u = x @ W + b)." in text
    assert "all checks pass" not in text and "Now run again" not in text
    assert points == 2  # the grade is that of what there is
    assert "an IndentationError in line 2" in said["indented"][0]
    assert "an error above that line" in said["stopped before"][0]


def test_a_wrong_earlier_function_keeps_its_hint_below(said):
    text, points = said["wrong, then broken"]
    assert points == 0 and text.index("SyntaxError") < text.index("Hint:")


def test_after_an_empty_function_nobody_is_told_to_write_one(said):
    text, points = said["broken after an empty one"]
    assert points == 0 and "SyntaxError" in text and "Write the function" not in text


@pytest.mark.parametrize("title", ["right", "repaired", "stopped afterwards", "quoted"])
def test_what_was_written_last_is_judged_without_a_word(said, title):
    text, points = said[title]
    assert points == 2 and "all checks pass" in text and "Attention" not in text
    assert "Now run these cells again, with your function: “Draw it”." in text
