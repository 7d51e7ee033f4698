"""Before handing in: a saved notebook is run from a clean start, and what is wrong is told."""

import json
import os
import sys
import time

import pytest

from grader.checking import submit_check
from grader.checking.home.findings import check_of_cell
from grader.checking.home.notebook_file import UNANSWERED, find_notebook

FORWARD = "def linear_forward(x, W, b):\n    return x @ W + b, (x, W)"
CHECK = 'check("linear_forward", linear_forward)'
SETUP = "import numpy as np\nfrom grader.checking import check, check_choice, submit_check"


def cell(source, **metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}


def text(source):
    return {"cell_type": "markdown", "source": [source], "metadata": {}}


@pytest.fixture
def told(tmp_path, capfd):
    """Writes a notebook of these cells, checks it, returns what was said."""

    def run(*cells, age=0, **options):
        path = tmp_path / "ps06_small.ipynb"
        path.write_text(json.dumps({"cells": list(cells), "nbformat": 4}), "utf-8")
        os.utime(path, (time.time() - age,) * 2)
        before = path.read_bytes()
        submit_check(path, **options)
        out, err = capfd.readouterr()
        assert err == ""
        assert path.read_bytes() == before
        assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
        return out

    return run


def line_of(out, name):
    return next(line for line in out.splitlines() if f" {name} " in line)


def test_a_sound_notebook_passes(told):
    out = told(cell(SETUP), cell(FORWARD), cell(f"# mine\n{CHECK}"), cell("submit_check()"))
    assert "✓" in line_of(out, "linear_forward") and "2 of 2" in line_of(out, "linear_forward")
    assert "!" not in line_of(out, "linear_forward")
    assert "Every cell runs without an error" in out and "just now" in out
    assert "save it and run" not in out
    assert "before you hand in (checks: 2 of " in out  # questions have points, too


def test_the_notebook_says_which_checks_count(told):
    """An own notebook takes exercises from several problem sets; practice has no points."""
    other = "def activation_backward(dz, z, name):\n    raise NotImplementedError"
    practice = 'check("activation_backward", activation_backward, points=0)'
    graded = (
        'GRADED = [\n    ("3 Sums", "linear_forward", "check", 2),\n    ("q", "a", "choice", 1),\n]'
    )
    out = told(cell(SETUP), cell(FORWARD), cell(CHECK), cell(other), cell(practice), cell(graded))
    assert "Ready to hand in (checks: 2 of 2 points)" in out
    assert "activation" not in out and "linear_backward" not in out


def test_points_are_those_of_the_class(told):
    check_of_five = 'check("linear_forward", linear_forward, points=5)'
    graded = 'GRADED = [("3 Sums", "linear_forward", "check", 5), ("q", "a", "choice", 1)]'
    out = told(cell(SETUP), cell(FORWARD), cell(check_of_five), cell(graded))
    assert "✓" in line_of(out, "linear_forward") and "5 of 5" in line_of(out, "linear_forward")
    assert "changed" not in out and "(checks: 5 of 5 points)" in out


def test_a_wrapper_around_the_library_earns_nothing(told):
    wrapper = "from course_lib import functional as F\ndef linear_forward(*given):\n"
    out = told(cell(SETUP), cell(wrapper + "    return F.linear_forward(*given)"), cell(CHECK))
    assert "✗" in line_of(out, "linear_forward") and "0 of 2" in line_of(out, "linear_forward")


def test_what_only_worked_in_the_old_order_is_found(told):
    out = told(cell(SETUP), cell(CHECK), cell("shift = 1\n\nprint(np.zeros(2) + chift)"))
    assert f"! The cell that begins with “{CHECK}” raises NameError" in out
    chift = "“shift = 1” raises NameError: name 'chift' is not defined (line 3). Is that name"
    assert chift in out
    assert "0 of 2" in line_of(out, "linear_forward")


def test_missing_and_changed_checks_are_told(told):
    name = {"nbgrader": {"grade_id": "check_activation_backward"}}
    out = told(
        cell(SETUP), cell(FORWARD), cell(f"x = 1\n{CHECK}"), cell("print('all right')", **name)
    )
    changed = "its check cell was changed: the cell that begins with"
    assert f"{changed} “x = 1”" in line_of(out, "linear_forward")
    assert f"{changed} “print('all right')”" in line_of(out, "activation_backward")
    assert "is missing" in line_of(out, "thirteen_gradients")


def test_an_extra_check_of_one_s_own_does_not_count_as_changed(told):
    out = told(cell(SETUP), cell(FORWARD), cell(CHECK), cell(f"f = linear_forward\n{CHECK}"))
    assert "!" not in line_of(out, "linear_forward")


def test_open_questions_are_told(told):
    out = told(
        cell(SETUP),
        cell("answer_a = ''\nanswer_b = 'c'"),
        cell('check_choice("a", answer_a)'),
        cell('check_choice("b", answer_b)'),
        cell("answer_c = 'none'"),
        cell('check_choice("c", answer_c)'),
        text("## 5 Questions\n\nWhy is the `sky` blue, and not green, yellow or *another* colour?"),
        text(UNANSWERED),
        text("### Second\n\nWhy is grass green?"),
        text("because"),
        text("**Only a larger rate?** A friend says so."),
        text(UNANSWERED),
    )
    assert "question “a” is not answered" in out and "question “b”" not in out
    assert "question “c” is answered with “none”, which is not an option" in out
    for words in ("Why is the sky blue, and not green, yellow or another …", "Only a larger rate?"):
        asked = f"the cell that begins with “{words}”"
        assert f"! Not answered yet: the question in “5 Questions”, {asked}" in out
    assert out.count("Not answered yet") == 2


def test_open_questions_have_the_titles_of_their_bands(told):
    band = '<div id="words-sky" style="padding: 0">\n\n### ✍ {}\n\n</div>\n\nWhy is the sky blue?'
    sky = text(UNANSWERED)
    sky["metadata"]["nbgrader"] = {"grade_id": "manual_sky"}
    grass = cell('check_choice("why_grass", answer)')
    grass["metadata"]["nbgrader"] = {"grade_id": "choice_why_grass"}
    out = told(
        cell(SETUP),
        text(band.format("In your words: The colour, 1 point")),
        sky,
        text(band.format("Question: Grass, 1 point")),
        cell("answer = ''"),
        grass,
        text(band.format("Without a name in the file")),
        text(UNANSWERED),
    )
    for title in ("The colour", "Grass"):
        assert f"The question “{title}” is not answered yet." in out
    assert "the cell that begins with “Why is the sky blue?”" in out and "<div" not in out


@pytest.mark.parametrize(
    ("source", "says"),
    [("while True: pass", "did not end within 4 seconds"),
     ("import os; os._exit(3)", "ended by itself")],
)  # fmt: skip
def test_a_run_that_never_comes_back_says_where(told, source, says):
    out = told(cell(SETUP), cell(FORWARD), cell(CHECK), cell(source), seconds=4)
    assert says in out and f"at the cell that begins with “{source}”" in out
    assert "2 of 2" in line_of(out, "linear_forward")


def test_magics_and_syntax_errors_are_ordinary_cells(told):
    out = told(cell(SETUP), cell("%timeit -n1 -r1 1 + 1"), cell("a = 1\ndef f(:"), cell("exit()"))
    assert "timeit" not in out
    assert "“a = 1” raises SyntaxError" in out and "(line 2)" in out


def test_a_file_saved_long_ago_is_doubted(told):
    out = told(cell(SETUP), age=3 * 3600)
    assert "saved 3 hours ago" in out and "save it and run this again" in out
    assert "no check cell" in out


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b"\xff", b'{"cells": [1]}'])
def test_a_file_that_is_not_a_notebook_is_reported_as_that(tmp_path, capsys, content):
    path = tmp_path / "ps06.ipynb"
    path.write_bytes(content)
    submit_check(path)
    said = "The notebook was not checked\n  ps06.ipynb is not a notebook.\n"
    assert capsys.readouterr().out == said
    submit_check(tmp_path / "none.ipynb")
    assert "cannot be read" in capsys.readouterr().out


def test_the_notebook_is_found_or_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert "There is no notebook" in find_notebook()
    (tmp_path / "a.ipynb").touch()
    assert find_notebook().name == "a.ipynb"
    (tmp_path / "b.ipynb").touch()
    assert "a.ipynb, b.ipynb" in find_notebook()
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "b.ipynb"))
    assert find_notebook().name == "b.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "renamed_since.ipynb"))
    assert "several notebooks" in find_notebook()


def test_where_it_cannot_run_it_says_what_to_do_instead(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    submit_check()
    assert "Restart session" in capsys.readouterr().out
    monkeypatch.setattr(sys, "platform", "emscripten")
    submit_check("ps06.ipynb")
    assert "The browser" in capsys.readouterr().out


def test_it_is_silent_where_submissions_are_graded(monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["grader.checking.home.submit"], "available", lambda: False)
    submit_check("none.ipynb")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "found"),
    [(CHECK, ("linear_forward", True)), (f"{CHECK}  # mine", ("linear_forward", True)),
     (f"{CHECK[:-1]}, points=5)", ("linear_forward", True)),
     (f"{CHECK[:-1]}, points=g())", ("linear_forward", False)),
     (f"{CHECK[:-1]}, more=5)", ("linear_forward", False)),
     ('check("linear_forward", f)', ("linear_forward", False)), ("check(1)", ("", False)),
     ('check("nothing", f)', ("", False)), ("def f(:", ("", False)), ("", ("", False))],
)  # fmt: skip
def test_check_cells_are_recognised(source, found):
    assert check_of_cell(source) == found
