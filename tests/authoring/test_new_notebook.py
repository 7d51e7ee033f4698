"""A notebook that was just started builds, and lacks nothing but what its TODOs say."""

import pytest
from typer.testing import CliRunner

from grader.authoring.lint.run import lint
from grader.authoring.new_notebook import new_notebook
from grader.authoring.release import release
from grader.checking.contract.registry import names
from grader.cli import app
from grader.problems import AuthoringError


# Functions, a pair and an experiment; many arguments; a package that may be missing.
@pytest.mark.parametrize("assignment", ["ps06", "ps16", "ps24"])
def test_it_passes_the_lint_but_for_its_todos(tmp_path, assignment):
    path = new_notebook(assignment, "Some topic: what of it", tmp_path)
    assert path == tmp_path / "solutions" / assignment / f"{assignment}_some_topic_what_of_it.py"
    problems = lint(assignment, tmp_path)
    assert problems
    assert [problem for problem in problems if "TODO" not in problem] == []
    text = path.read_text("utf-8")
    for name in names(assignment):
        assert f'# %% solution="{name}"' in text and f'# %% check="{name}"' in text


def test_it_is_released_like_any_other(tmp_path):
    new_notebook("ps06", "Backprop", tmp_path)
    assert release("ps06", tmp_path).name == "ps06_backprop.ipynb"


def test_a_source_that_is_there_is_kept(tmp_path):
    path = new_notebook("ps06", "Backprop", tmp_path)
    before = path.read_bytes()
    with pytest.raises(AuthoringError, match=r"ps06_backprop\.py is there already"):
        new_notebook("ps06", "Something else", tmp_path)
    assert [(p, p.read_bytes()) for p in path.parent.iterdir()] == [(path, before)]


@pytest.mark.parametrize(
    ("assignment", "title", "says"),
    [("ps99", "Graphs", "no exercises"), ("5", "Graphs", "expected a name"),
     ("ps06", "—", "expected a name"), ("../ps06", "Graphs", "expected a name")],
)  # fmt: skip
def test_what_cannot_be_started_is_refused(tmp_path, assignment, title, says):
    with pytest.raises(AuthoringError, match=says):
        new_notebook(assignment, title, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_commands_start_a_notebook_and_say_what_is_to_do(tmp_path, monkeypatch):
    (tmp_path / "course.toml").touch()
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    done = run(app, ["new", "notebook", "ps06", "Backprop"], env={"COLUMNS": "200"})
    assert done.exit_code == 0 and "TODO" in done.stdout
    assert "solutions/ps06/ps06_backprop.py" in done.stdout
    again = run(app, ["new", "notebook", "ps06", "Backprop"])
    assert again.exit_code == 2 and "is there already" in again.stderr
    told = run(app, ["notebook", "lint"])
    assert told.exit_code == 1 and "TODO" in told.stdout
