"""What is kept for the student: best points and guesses, on their own disk, whatever happens."""

import itertools
import json
import math
import os
import re
import stat
import sys

import numpy as np
import pytest

from course_lib import functional
from grader.checking import check, check_choice, guess, progress, reveal, revealed, setup_done
from grader.checking.contract.registry import find, names
from grader.checking.home import local_store, notebook_file
from grader.checking.home.local_store import Notes, note_score, progress_file, read, write
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text
from grader.checking.report.of_guess import report_on_guess


def linear_forward(x, W, b):
    return x @ W + b, (x, W)


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "kept.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    monkeypatch.setattr(local_store, "_unsaved", None)
    return path


def said(capsys):
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_a_wrapper_around_the_library_brings_no_progress(file, capsys):
    def linear_forward(x, W, b):
        return functional.linear_forward(x, W, b)

    check("linear_forward", linear_forward)
    assert read().best == {}
    said(capsys)


def test_the_best_score_of_a_check_is_kept(file, capsys):
    check("linear_forward", linear_forward)
    check("linear_forward", lambda x, W, b: (x, None))
    assert read().best == {"linear_forward": find("linear_forward").points}
    said(capsys)
    progress("ps06")
    (line,) = [line for line in said(capsys).splitlines() if "linear_forward " in line]
    assert "2 of 2" in line and "done" in line


def test_what_was_reached_counts_for_the_points_that_the_class_gives_now(file, capsys):
    def wider_numbers(x, W, b):
        return (x @ W + b).astype(np.float64), (x, W)

    check("linear_forward", wider_numbers)
    course = find("linear_forward").points
    share = read().best["linear_forward"] / course
    assert 0 < share < 1
    said(capsys)
    progress("ps06", [("1", "linear_forward", "check", 8)])
    assert f"{8 * share:.2f}".rstrip("0").rstrip(".") + " of 8" in said(capsys)
    check("linear_forward", linear_forward, points=5)  # before the class changed them to 8
    progress("ps06", [("1", "linear_forward", "check", 8)])
    (line,) = [line for line in said(capsys).splitlines() if " linear_forward " in line]
    assert "8 of 8" in line and "done" in line
    progress("ps06", [("1", "linear_forward", "check", 0.5)])
    (line,) = [line for line in said(capsys).splitlines() if " linear_forward " in line]
    assert "0.5 of 0.5" in line and "done" in line


def test_a_worse_score_is_not_written(file):
    note_score("f", 0.0)
    assert not file.exists()
    note_score("f", 2.0)
    before = file.stat().st_mtime_ns
    for worse in (1.0, 2.0, float("nan"), float("inf"), -1.0):
        note_score("f", worse)
    assert read().best == {"f": 2.0}
    assert file.stat().st_mtime_ns == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_nobody_else_on_the_machine_can_read_it(file):
    note_score("f", 1.0)
    assert not stat.S_IMODE(file.stat().st_mode) & 0o077
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"best": {}}', b'{"best": [1], "guesses": {}}', b"\xff\xfe",
     b'{"best": {"f": NaN}, "guesses": {}}', b'{"best": {}, "guesses": {"g": 1}}', b"[" * 10**5],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_kept_aside_and_begun_anew(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    note_score("f", 1.0)
    assert read().best == {"f": 1.0}
    assert file.with_suffix(".broken.json").read_bytes() == content


def test_where_nothing_can_be_written_it_lasts_as_long_as_the_process(file, capsys):
    file.parent.write_text("a file where a folder should be")
    check("linear_forward", linear_forward)
    guess("ps06_x", 3)
    reveal("ps06_x", 3)
    assert "Your guess: 3" in said(capsys)
    assert read().best == {"linear_forward": 2.0}
    assert file.parent.read_text() == "a file where a folder should be"


def test_a_write_that_fails_half_way_leaves_the_old_file(file, monkeypatch):
    note_score("f", 1.0)
    before = file.read_bytes()

    def full(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", full)
    note_score("f", 2.0)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_notes_survive_the_file_and_unknown_exercises_do_no_harm(file, capsys):
    write(Notes({"no_longer_there": 7.0}, {"g": local_store.Guess("a", True)}))
    assert read() == Notes({"no_longer_there": 7.0}, {"g": local_store.Guess("a", True)})
    progress()
    assert "no_longer_there" not in said(capsys)


PLAN = [
    ("2 Forward", "linear_forward", "check", 2.0),
    ("2 Forward", "relu_forward", "check", 1.0),
    ("9 Questions", "same_speed", "choice", 1.0),
    ("9 Questions", "other_one", "choice", 1.0),
    ("9 Questions", "larger_rate", "manual", 3.0),
]


def band(title):
    """The band above a task as :mod:`grader.authoring.tasks` writes it."""
    return {"cell_type": "markdown", "metadata": {}, "source": f"<div>\n\n### ✍ {title}\n\n</div>"}


def test_with_the_plan_of_its_notebook_everything_is_there_in_its_order(
    file, monkeypatch, tmp_path, capsys
):
    check("linear_forward", linear_forward)
    check_choice("same_speed", "b")
    check_choice("other_one", "z")
    said(capsys)
    question = {"cell_type": "markdown", "source": ["*Write your answer here.*"]}
    question["metadata"] = {"nbgrader": {"grade_id": "manual_larger_rate"}}
    notebook = tmp_path / "ps06.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))

    def states():
        progress("ps06", PLAN)
        return [re.split("  +", line.strip()) for line in said(capsys).splitlines()]

    notebook.write_text(json.dumps({"cells": [question]}))
    head, _, *rows = states()
    assert head == ["ps06: your points so far (2 of 8 points)"]
    assert [row[0] for row in rows[:-1]] == [
        "2 Forward", "linear_forward", "relu_forward", "9 Questions",
        "same speed", "other one", "larger rate", "total",
    ]  # fmt: skip
    assert rows[1][1].endswith("2 of 2") and rows[1][2] == "done"
    assert rows[4][1:] == ["– of 1", "answered, not graded yet"]
    assert rows[5][1:] == ["– of 1", "not answered yet"]
    assert rows[6][1:] == ["– of 3", "not answered yet"]
    assert rows[7][1].endswith("2 of 8")
    notebook.write_text(json.dumps({"cells": [question | {"source": "Because."}]}))
    assert states()[8][1:] == ["– of 3", "answered, not graded yet"]
    choice = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "choice_same_speed"}}}
    written = [band("Question: From 0.9 to 0.99, 1 point"), choice | {"source": "check_choice()"}]
    written += [choice | {"metadata": {"nbgrader": {"grade_id": "choice_other_one"}}, "source": ""}]
    written += [band("In your words: Only a larger rate? 3 points"), question]
    notebook.write_text(json.dumps({"cells": written}))
    # A question without a band of its own does not get the title of the one above.
    titles = ["From 0.9 to 0.99", "other one", "Only a larger rate?"]
    assert [row[0] for row in states()[6:9]] == titles
    monkeypatch.setattr(notebook_file, "find_notebook", lambda: "unknown")
    assert states()[8][1:] == ["– of 3", "graded by a person"]


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (PLAN[:2], "These are the points of your checks."),
        (PLAN, "Answers to questions count after you hand in."),
        ((), "Questions are graded after you hand in. These are the points of your checks."),
    ],
)
def test_questions_are_named_where_there_may_be_some(file, capsys, plan, told):
    progress("ps06", plan)
    *_, below = re.split("\n\n| {2,}", said(capsys))
    assert below.startswith(told)


def test_every_problem_set_has_a_line_that_adds_up(file, capsys):
    write(Notes(dict.fromkeys(names("ps06"), 100.0)))  # more than any is worth
    progress()
    total = sum(find(name).points for name in names("ps06"))
    (line,) = [line for line in said(capsys).splitlines() if line.startswith("  ps06")]
    n = len(names("ps06"))
    assert f"{total:g} of {total:g}" in line and f"{n} of {n} exercises" in line


def test_progress_says_where_it_is_kept_in_this_place(file, monkeypatch, capsys):
    def where():
        progress("ps06")
        return said(capsys).splitlines()[-1]

    note_score("f", 1.0)
    assert f"Your points are kept on this computer only, in {file}." in where()
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    assert f"on Colab's machine, in {file}, until its session ends." in where()
    monkeypatch.delitem(sys.modules, "google.colab")
    with monkeypatch.context() as browser:
        browser.setattr(sys, "platform", "emscripten")
        assert "in this browser's storage" in where()
    monkeypatch.setenv("COURSE_PROGRESS", "")
    assert "Your points are kept until this kernel stops." in where()


def test_setup_says_that_it_has_run_and_where_points_are_kept(file, monkeypatch, capsys):
    setup_done("1.2.3")
    said = "The setup has run: release 1.2.3 of the course."
    kept = f"Your points are kept on this computer only, in {file}."
    assert capsys.readouterr().out == f"{said} {kept}\n"
    monkeypatch.setenv("COURSE_PROGRESS", "")  # as where submissions are graded
    setup_done("1.2.3")
    assert capsys.readouterr().out == f"{said}\n"


def test_progress_says_when_nothing_could_be_written(file, capsys):
    file.parent.write_text("a file where a folder should be")
    note_score("f", 1.0)
    progress("ps06")
    told = said(capsys).splitlines()[-1]
    assert f"could not be written to {file}: they are kept until this kernel stops." in told


def test_forgetting_deletes_what_was_kept(file, capsys):
    note_score("f", 1.0)
    progress(forget=True)
    assert not file.exists() and read() == Notes()
    assert str(file) in said(capsys)
    progress(forget=True)
    assert "There was nothing to delete" in said(capsys)


def test_an_unknown_problem_set_is_told(file, capsys):
    progress("ps77")
    assert "Choose one of ps00" in said(capsys)


def test_nothing_is_kept_where_nobody_works_or_nothing_may_be(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert progress_file() is None  # as under nbgrader, or in a test
    monkeypatch.setenv("COURSE_PROGRESS", "")
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/ps06.ipynb")
    assert progress_file() is None
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if sys.platform == "linux":
        assert (
            progress_file()
            == tmp_path / "data" / "training-neural-networks" / "course_progress.json"
        )
    monkeypatch.setattr(local_store, "available", lambda: False)  # the sandbox
    assert progress_file() is None


def test_a_guess_is_shown_beside_the_result(file, capsys):
    guess("ps06_bugs", 2)
    guess("ps06_bugs", 3)  # changed one's mind
    reveal("ps06_bugs", np.int64(4), "Four of five.")
    out = said(capsys)
    assert "Your guess: 3\n  The result: 4\n  Four of five." in out
    assert "The result is 1 above your guess" in out and "ps06" not in out
    assert json.loads(file.read_text())["guesses"]["ps06_bugs"] == {"value": 3, "revealed": True}


def test_after_the_result_the_first_guess_stays(file, capsys):
    guess("ps06_bugs", 2)
    reveal("ps06_bugs", 4)
    guess("ps06_bugs", 4)
    reveal("ps06_bugs", 4)
    out = said(capsys)
    assert "You made this guess before you saw the result" in out
    assert out.endswith("Your guess: 2\n  The result: 4\n")


@pytest.mark.parametrize(("value", "result"), [(4, 4.0), (" B", "b"), (np.float64(0.5), 0.5)])
def test_a_right_guess_is_said_to_be_right(file, capsys, value, result):
    guess("ps06_x", value)
    reveal("ps06_x", result)
    assert "You guessed right" in said(capsys)


LETTERS, WORDS, SHARE = {"among": "abcd"}, {"among": ("linear", "relu")}, {"between": (0, 1)}
FOUR = {"among": "nsrf", "length": 4}


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("e", LETTERS, "one of these: a, b, c, d"),
        ("ab", LETTERS, "one of these: a, b, c, d"),
        (2, LETTERS, "one of these: a, b, c, d"),
        ("tanh", WORDS, "one of these: linear, relu"),
        (0.2, {"among": (1, 0.1)}, "one of these: 1, 0.1"),
        (3, SHARE, "a number from 0 to 1"),
        (-0.1, SHARE, "a number from 0 to 1"),
        (math.nan, SHARE, "a number from 0 to 1"),
        ("half", SHARE, "a number from 0 to 1"),
        ("nsr", FOUR, "a text of 4 characters, each of them one of n, s, r, f"),
        ("nsrx", FOUR, "a text of 4 characters, each of them one of n, s, r, f"),
    ],
)
def test_what_cannot_be_an_answer_is_not_kept(file, capsys, monkeypatch, value, kind, expected):
    monkeypatch.setattr("grader.checking.home.guess._asked", set())
    guess("ps06_x", value, **kind)
    assert f"cannot be an answer, so it is not kept\n  Write {expected}." in said(capsys)
    assert read().guesses == {}
    for _ in range(2):  # all cells, twice
        guess("ps06_x", value, **kind)
        reveal("ps06_x", 0.25)
    assert "0.25" not in said(capsys)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (" B", LETTERS),
        ("relu", WORDS),
        ("relu", {"among": ("ReLU", "tanh")}),
        (np.float64(0.1), {"among": (1, 0.1)}),
        (1, SHARE),
        (np.array([0.5]), SHARE),
        ("NNsf", FOUR),
        ("anything", {}),
    ],
)
def test_what_can_be_an_answer_is_kept(file, capsys, value, kind):
    guess("ps06_x", value, **kind)
    assert "ps06_x" in read().guesses and "Your guess: " in said(capsys)


def test_an_impossible_guess_leaves_the_one_before(file, capsys):
    guess("ps06_x", "b", **LETTERS)
    guess("ps06_x", "e", **LETTERS)
    assert read().guesses["ps06_x"].value == "b"


@pytest.mark.parametrize("empty", [None, ..., ""])
def test_without_a_guess_it_is_asked_for_once_and_then_the_result_is_shown(
    file, capsys, monkeypatch, empty
):
    monkeypatch.setattr("grader.checking.home.guess._asked", set())
    guess("ps06_x", empty)
    reveal("ps06_x", 0.25)
    out = said(capsys)
    assert "No guess yet" in out and 'Write your guess into `guess("ps06_x", …)`' in out
    assert "0.25" not in out
    reveal("ps06_x", 0.25)
    assert "The result: 0.25\n  No guess was made." in said(capsys)
    guess("ps06_x", 0.25)
    assert "this guess is not kept" in said(capsys)
    reveal("ps06_x", 0.25)
    assert "No guess was made." in said(capsys)


def test_running_all_cells_twice_gives_no_result_away(file, capsys, monkeypatch):
    monkeypatch.setattr("grader.checking.home.guess._asked", set())
    for _ in range(2):
        guess("ps06_x", None)
        reveal("ps06_x", 0.25)
    assert "0.25" not in said(capsys) and not revealed("ps06_x")
    reveal("ps06_x", 0.25)  # its cell alone, as the message says
    assert "The result: 0.25" in said(capsys)


def test_cells_can_ask_whether_a_result_has_been_shown(file, monkeypatch):
    monkeypatch.setattr("grader.checking.home.guess._asked", set())
    assert not revealed("ps06_x")
    guess("ps06_x", 3)
    assert not revealed("ps06_x")
    reveal("ps06_x", 4)
    assert revealed("ps06_x")
    reveal("ps06_y", 4)  # asks for the guess
    assert not revealed("ps06_y")
    reveal("ps06_y", 4)
    assert revealed("ps06_y")


def test_where_nothing_is_kept_no_cell_waits_for_a_guess(file, monkeypatch):
    with monkeypatch.context() as nowhere:
        nowhere.setenv("COURSE_PROGRESS", "")
        assert revealed("ps06_x")
    with monkeypatch.context() as sandbox:
        sandbox.setattr(local_store, "available", lambda: False)
        assert revealed("ps06_x")
    assert not revealed("ps06_x")


def test_who_guesses_when_asked_sees_the_guess(file, capsys, monkeypatch):
    monkeypatch.setattr("grader.checking.home.guess._asked", set())
    reveal("ps06_x", 4)
    guess("ps06_x", 3)
    reveal("ps06_x", 4)
    assert "Your guess: 3\n  The result: 4\n" in said(capsys)


@pytest.mark.parametrize("odd", [float("nan"), {1, 2}, object(), np.arange(3), "x" * 10**5])
def test_any_guess_can_be_kept(file, odd):
    guess("ps06_x", odd)
    assert len(file.read_text()) < 1000
    reveal("ps06_x", odd)


@pytest.mark.parametrize("value", ["b", "B "])
def test_options_are_told_in_words(file, capsys, value):
    guess("ps06_x", value)
    said(capsys)
    reveal("ps06_x", "c", "The limit.", {"b": "the same rate", "c": "a larger rate"})
    out = said(capsys)
    assert "The result is not the one you expected (A surprise)" in out
    assert "Your guess  b, the same rate\n  The result  c, a larger rate\n  The limit." in out


@pytest.mark.parametrize(
    ("value", "result", "says"),
    [(0.9, 0.93, "The result is 3.3 % above your guess (Close)"),
     (0.9, 0.5, "The result is 44 % below your guess (A surprise)"),
     (10, 3000, "The result is 300 times your guess (A surprise)"),
     (3000.0, 10, "Your guess is 300 times the result (A surprise)"),
     (-2, -7, "The result is 5 below your guess (A surprise)"),
     (-2.0, -7.0, "The result is 3.5 times your guess (A surprise)"),
     (0.0, 0.25, "The result is 0.25 above your guess (A surprise)"),
     (5, -1, "The result is 6 below your guess (A surprise)")],
)  # fmt: skip
def test_two_numbers_are_compared_in_words_and_stand_on_a_line(file, capsys, value, result, says):
    report = report_on_guess(value, result, "", {})
    assert as_text(report).splitlines()[0] == says
    (line,) = report.blocks
    (*_, one), (*_, other) = line.above, line.below
    assert 0 <= one <= 1 and 0 <= other <= 1 and (one < other) == (value < result)


def test_no_pair_of_numbers_upsets_the_line():
    numbers = [0, 1, -1, 5e-324, 1e-99, 1e99, 1e300, float("inf"), float("nan"), True, 10**400]
    for one, other in itertools.product(numbers, repeat=2):
        report = report_on_guess(one, other, "", {})
        assert "inf%" not in as_html(report) and "nan%" not in as_html(report)
