"""A check that passes names the cells that waited for its function, and only those."""

import json
import linecache

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.checking.home import waiting
from grader.checking.report.as_text import as_text

RIGHT = """
def linear_forward(x, W, b):
    return x @ W + b, (x, W)
"""
BACKWARD = """
def linear_backward(du, cache):
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)
"""


class Session:
    """Cells of one notebook, run one after the other."""

    def __init__(self):
        self.namespace, self.number = {}, 0
        self.run("from grader.checking import check, ready")

    def run(self, source):
        self.number += 1
        file = f"<cell {self.number}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), self.namespace)

    def check(self):
        self.run("score = check('linear_forward', linear_forward)")
        return as_text(self.namespace["score"].report)


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setattr(waiting, "_waiting", {})
    return Session()


def waits(title, *names):
    return f"# @title {title}\nseen = ready(*{names})"


def test_a_check_that_passes_names_the_cells_that_waited(session):
    session.run(waits("Draw the map", "linear_forward"))
    session.run(RIGHT.replace("+ b", "- b"))
    assert "Now run" not in session.check()
    session.run(RIGHT)
    said = session.check()
    assert "Now run these cells again, with your function: “Draw the map”." in said


def test_a_cell_that_waits_for_something_else_as_well_is_not_named(session):
    session.run(RIGHT)
    session.run(waits("Train it", "linear_forward", "linear_backward"))
    assert "Now run" not in session.check()
    session.run(BACKWARD)
    assert "“Train it”" in session.check()


def test_a_cell_that_was_run_again_is_not_named_any_more(session):
    session.run(waits("Draw the map", "linear_forward"))
    session.run(RIGHT)
    assert "“Draw the map”" in session.check()
    session.run(waits("Draw the map", "linear_forward"))
    assert session.namespace["seen"] and "Now run" not in session.check()


def test_a_function_that_asks_names_the_cell_that_calls_it(session):
    # The cell with `stepper` draws nothing, so to run it again would show nothing new.
    defines = """# @title Define a stepper
def stepper(name="linear_forward"):
    return ready(name)"""
    session.run(defines)
    session.run("# @title Draw the path\nseen = [stepper() for _ in range(3)]")
    session.run("# @title Draw both\nseen = [stepper(), stepper('linear_backward')]")
    session.run(RIGHT)
    said = session.check()
    assert "with your function: “Draw the path”; “Draw both”." in said
    session.run("# @title Draw both\nseen = [stepper(), stepper('linear_backward')]")
    assert "with your function: “Draw the path”." in session.check()
    session.run("# @title Draw the path\nseen = stepper()")
    assert "Now run" not in session.check()


def test_many_cells_are_counted(session):
    for number in range(6):
        session.run(waits(f"Draw {number}", "linear_forward"))
    session.run(RIGHT)
    assert "“Draw 3” and 2 more." in " ".join(session.check().split())


UNTITLED = "if ready('linear_forward'):\n    print(linear_forward)"
OTHER = "rows = 3\nif ready('linear_forward'):\n    print(rows)"


def test_a_cell_without_a_title_is_named_by_its_first_words(session):
    session.run(UNTITLED)
    session.run(waits("Draw the map", "linear_forward"))
    session.run(RIGHT)
    said = session.check()
    assert ": the cell that begins with “if ready('linear_forward'):”; “Draw the map”." in said
    session.run(UNTITLED)
    assert "begins with" not in session.check()


def test_in_a_saved_notebook_a_cell_without_a_title_is_named_by_its_section(
    session, tmp_path, monkeypatch
):
    cells = [new_markdown_cell("# Networks"), new_code_cell(RIGHT)]
    cells += [new_markdown_cell("## 2 A picture"), new_code_cell(OTHER)]
    notebook = tmp_path / "ps06_networks.ipynb"
    notebook.write_text(json.dumps(new_notebook(cells=cells)), "utf-8")
    monkeypatch.chdir(tmp_path)
    session.run(UNTITLED)  # the file does not have it: it was changed since
    session.run(OTHER)
    session.run(RIGHT)
    said = session.check()
    assert "function: “2 A picture”, the cell that begins with “rows = 3”." in said
