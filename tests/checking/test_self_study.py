"""In a tree for self-study: what is explained, what unfolds, and when; elsewhere nothing."""

import json
import re

import pytest

from course_lib import functional
from grader.checking import check, check_choice, progress, show_solution
from grader.checking.home import local_store, self_study, solutions
from grader.checking.home.local_store import read
from grader.checking.report.as_html import as_html
from grader.checking.report.as_text import as_text

SOLUTION = "def linear_forward(x, W, b):\n    return x @ W + b, (x, W)"
MODEL = "The matrix has a row for each input."
LESSON = {
    "title": "Backpropagation by hand",
    "graded": [
        ["2 Forward", "linear_forward", "check", 2.0],
        ["9 Questions", "rows", "choice", 1],
        ["9 Questions", "why_rows", "manual", 3],
    ],
    "choices": {
        "rows": {"key": "a", "points": 1, "why": {"a": "Samples are rows.", "b": "Those are not."}}
    },
    "functions": {"linear_forward": SOLUTION},
    "written": {"why_rows": MODEL},
}
PLAN = [tuple(task) for task in LESSON["graded"]]


def right(x, W, b):
    return x @ W + b, (x, W)


def wrong(x, W, b):
    return x @ W - b, (x, W)


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """The file with the notes."""
    path = tmp_path / "kept.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    monkeypatch.setattr(local_store, "_unsaved", None)
    monkeypatch.setattr(solutions, "_asked", set())
    return path


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree for self-study with one problem set; returns its folder."""
    folder = tmp_path / "tree" / "grader" / "self_study"
    folder.mkdir(parents=True)
    (folder / "ps06.json").write_text(json.dumps(LESSON))
    (tmp_path / "tree" / "published.txt").touch()
    monkeypatch.setattr(self_study, "FOLDER", folder)
    return tmp_path / "tree"


@pytest.fixture
def notebook(tree, monkeypatch):
    """Saves a notebook of that tree with this answer to the written question."""
    file = tree / "notebooks" / "ps06" / "ps06.ipynb"
    file.parent.mkdir(parents=True)
    monkeypatch.setenv("JPY_SESSION_NAME", str(file))

    def save(answer):
        metadata = {"nbgrader": {"grade_id": "manual_why_rows"}}
        cell = {"cell_type": "markdown", "source": [answer], "metadata": metadata}
        file.write_text(json.dumps({"cells": [cell]}))

    save("*Write your answer here.*")
    return save


def said(score):
    return as_text(score.report), as_html(score.report)


def printed(capsys):
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(("letter", "says"), [("a", "a is right"), (" B", "b is not right")])
def test_a_question_is_explained_as_soon_as_it_is_answered(tree, letter, says):
    score = check_choice("rows", letter)
    text, _ = said(score)
    assert says in text
    assert "a (right" in text and "Samples are rows." in text and "Those are not." in text
    assert score == (1.0 if letter == "a" else 0.0)


@pytest.mark.parametrize("letter", ["", "z", None])
def test_a_question_without_an_answer_gives_nothing_away(tree, letter):
    score = check_choice("rows", letter)
    assert "Samples" not in said(score)[0]
    assert read().first == {}


def test_elsewhere_a_question_says_only_that_it_is_answered():
    score = check_choice("rows", "a")
    assert score == 0 and "It is graded after you hand in." in said(score)[0]
    assert read().first == {} and read().answered == {"rows": True}


def stub(x, W, b):
    raise NotImplementedError("not written yet")


def empty(x, W, b):
    return None


def constant(x, W, b):
    """Nothing of it is used."""
    z = 3.0
    return z, (z, z)


def nothing_at_all(x, W, b):
    pass


UNTRIED = [stub, empty, constant, nothing_at_all, functional.linear_forward, None, 3]


@pytest.mark.parametrize("function", UNTRIED)
def test_without_an_attempt_no_solution_is_shown(tree, function, capsys):
    text, page = said(check("linear_forward", function))
    assert "solution" not in text.lower() and "Show a solution" not in page
    assert SOLUTION.splitlines()[1].strip() not in page
    printed(capsys)
    show_solution("linear_forward")
    assert "not tried yet" in (told := printed(capsys)) and "return" not in told


@pytest.mark.parametrize("function", [wrong, right, lambda x, W, b: x, lambda *given: given[0]])
def test_after_an_attempt_the_solution_unfolds(tree, function, capsys):
    text, page = said(check("linear_forward", function))
    assert 'To read a solution: `show_solution("linear_forward")`' in text
    assert "x @ W + b, (x, W)" not in text  # plain text cannot be folded
    (folded,) = re.findall(r"<details[^>]*><summary[^>]*>Show a solution</summary>.*", page)
    assert "return x @ W + b, (x, W)" in page
    printed(capsys)
    show_solution("linear_forward")
    assert SOLUTION.splitlines()[1] in printed(capsys)


@pytest.mark.parametrize("function", [wrong, right])
def test_elsewhere_a_check_shows_no_solution(function, capsys):
    text, page = said(check("linear_forward", function))
    assert "show_solution" not in text and "Show a solution" not in page
    printed(capsys)
    show_solution("linear_forward")
    assert "Solutions are not part of this copy" in printed(capsys)
    assert read().tried == []


def test_an_attempt_scores_what_it_scores_elsewhere(tree, monkeypatch):
    here = check("linear_forward", right), check("linear_forward", wrong)
    monkeypatch.undo()
    assert here[0] == check("linear_forward", right)
    assert here[1] < here[0]


def test_a_model_answer_comes_after_an_answer(tree, notebook, capsys):
    def shown():
        progress("ps06", PLAN)
        show_solution("why_rows")
        return printed(capsys)

    for untouched in ("*Write your answer here.*", "", "no idea"):
        notebook(untouched)
        assert MODEL not in shown() and "Compare with a model answer" not in shown()
    notebook("I think it is because of the shapes.")
    assert MODEL in shown()
    progress("ps06", PLAN)
    assert 'To read it: `show_solution("why_rows")`' in printed(capsys)


def test_the_last_cell_unfolds_it_on_the_page(tree, notebook, monkeypatch):
    shown = []
    monkeypatch.setattr("grader.checking.home.progress.show", shown.append)
    progress("ps06", PLAN)
    notebook("I think it is because of the shapes.")
    progress("ps06", PLAN)
    before, after = map(as_html, shown)
    assert "Compare with a model answer: why rows" in after and MODEL in after
    assert "Compare with a model answer" not in before and MODEL not in before


def test_where_the_file_cannot_be_seen_the_answer_is_asked_for_first(tree, capsys, monkeypatch):
    monkeypatch.setattr(solutions, "written_answers", dict)
    show_solution("why rows")
    assert MODEL not in (first := printed(capsys)) and "Write a few sentences first" in first
    show_solution("why rows")
    assert MODEL in printed(capsys)


def test_the_points_of_a_notebook_hold_its_questions(tree, notebook, capsys):
    check("linear_forward", right)
    check_choice("rows", "b")
    check_choice("rows", "a")  # after the explanation
    printed(capsys)
    progress("ps06", PLAN)
    lines = printed(capsys).splitlines()
    assert lines[0] == "ps06: your points so far (2 of 3 points)"
    assert any("your first answer was b, right is a" in line for line in lines)
    assert any(re.search(r"why rows +– +not answered yet", line) for line in lines)
    assert "The whole course: 2 of 3 points" in lines[-1]


def test_a_function_that_was_tried_is_started(tree, notebook, capsys):
    progress("ps06", PLAN)
    assert "not started" in printed(capsys)
    check("linear_forward", lambda x, W, b: x)
    printed(capsys)
    progress("ps06", PLAN)
    told = printed(capsys)
    assert "started" in told and "not started" not in told


def test_progress_shows_the_whole_course(tree, notebook, capsys):
    check("linear_forward", right)
    check_choice("rows", "a")
    notebook("I think it is because of the shapes.")
    printed(capsys)
    progress()
    (line,) = [line for line in printed(capsys).splitlines() if line.startswith("  ps06")]
    assert "Backpropagation by hand" in line and "3 of 3" in line
    assert "1 of 1 functions, 1 of 1 questions answered, 1 of 1 in words" in line


def test_the_file_lies_at_the_top_of_the_tree(tree, notebook, monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS")
    check("linear_forward", right)
    check_choice("rows", "b")
    data = json.loads((tree / "course_progress.json").read_text())
    assert data["best"] == {"linear_forward": 2.0} and data["tried"] == ["linear_forward"]
    assert data["first"] == {"rows": "b"}
    (tree / "published.txt").unlink()  # the packages are installed elsewhere
    assert local_store.progress_file().parent.name == "training-neural-networks"


@pytest.mark.parametrize("content", ["", "{", '{"best": {}, "guesses": {}, "first": [1]}', None])
def test_a_file_that_is_missing_or_broken_is_begun_anew(tree, notebook, kept, content, capsys):
    if content is not None:
        kept.write_text(content)
    progress()
    assert "0 of 3" in printed(capsys)
    check_choice("rows", "a")
    assert read().first == {"rows": "a"}
    assert kept.with_suffix(".broken.json").exists() == (content is not None)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"title": "x"}'])
def test_a_damaged_file_of_solutions_takes_no_check_with_it(tree, content):
    (tree / "grader" / "self_study" / "ps06.json").write_bytes(content)
    assert check("linear_forward", right) == 2.0
    assert "after you hand in" in said(check_choice("rows", "a"))[0]
