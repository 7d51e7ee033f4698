"""Own notebooks and exercises: built, compared, started and published without the package."""

import shutil
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from grader.authoring.assignments import assignments
from grader.authoring.cells import source_of
from grader.authoring.compare import compare, outdated
from grader.authoring.lint.own_exercises import problems_of
from grader.authoring.lint.run import lint
from grader.authoring.new_exercise import new_exercise
from grader.authoring.new_notebook import new_notebook
from grader.authoring.publish import publish
from grader.authoring.release import release
from grader.authoring.trial import try_solved
from grader.checking.contract.registry import find
from grader.cli import app
from grader.exercises.own_folder import use_course
from grader.problems import AuthoringError
from tests.authoring.course import points_of, write_course
from tests.authoring.own_course import EXERCISE, SOURCE, write_exercise, write_own_course
from tests.project import ROOT, copy_course

SIGNATURE = "row_norms(x, p) -> y"


@pytest.fixture
def own(tmp_path):
    root = write_own_course(write_course(tmp_path))
    use_course(root)
    yield root
    use_course(ROOT)


def test_own_notebooks_are_built_with_all_others(own):
    assert assignments(own) == ["ps97", "ps98"]
    path = release("ps97", own)
    assert path == own / "notebooks/ps97/ps97_own.ipynb"
    built = nbformat.read(path, as_version=4)
    assert points_of(built) == {"check_scaled_sum": 2, "check_linear_forward": 2}
    release("ps98", own)
    assert compare(own) == outdated(own) == []


def test_an_own_notebook_goes_before_the_courses_of_that_name(own):
    mine = own / "own/solutions/ps98/ps98_mine.py"
    mine.parent.mkdir()
    mine.write_text(SOURCE, encoding="utf-8")
    assert source_of("ps98", own) == mine
    mine.unlink()  # a folder without a source is none
    assert source_of("ps98", own) == own / "solutions/ps98/ps98_small.py"


def test_a_notebook_that_is_not_there_is_looked_for_in_both_places(own):
    with pytest.raises(AuthoringError, match=r"in own/solutions/ and solutions/ \(there: ps97, "):
        source_of("ps96", own)


def test_new_files_go_into_the_own_folder(own):
    (path,) = new_exercise("ps96", SIGNATURE, own)
    assert path == own / "own/exercises/ps96/row_norms.py"
    assert path.with_name("__init__.py").read_bytes() == b""
    assert "answers=" not in path.read_text("utf-8")  # the library has no such function
    with pytest.raises(AuthoringError, match="is there already"):
        new_exercise("ps95", SIGNATURE, own)
    with pytest.raises(AuthoringError, match="an exercise of that name in ps06"):
        new_exercise("ps96", "linear_forward(x, W, b) -> (u, cache)", own)
    assert not (own / "own/exercises/ps95").exists()


def test_a_new_notebook_has_the_references_where_the_library_has_no_answer(own):
    shutil.rmtree(own / "own/solutions/ps97")
    path = new_notebook("ps97", "Scaled sums", own)
    assert path == own / "own/solutions/ps97/ps97_scaled_sums.py"
    assert "x.sum(axis=1)" in path.read_text("utf-8")
    assert all("TODO" in problem for problem in lint("ps97", own))


def test_the_command_says_what_comes_next(own, monkeypatch):
    monkeypatch.chdir(own)
    done = CliRunner().invoke(app, ["new", "exercise", "ps96", SIGNATURE], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert "own/exercises/ps96/row_norms.py: complete the lines marked TODO" in done.stdout
    assert "python -m grader notebook lint ps96" in done.stdout and "tests/" not in done.stdout


def test_an_own_notebook_may_leave_out_exercises_of_the_course(own):
    source = own / "own/solutions/ps06/ps06_short.py"
    source.parent.mkdir()
    source.write_text(SOURCE, encoding="utf-8")
    assert [problem for problem in lint("ps06", own) if "has no check cell" in problem] == []


def test_an_own_exercise_needs_its_check(own):
    source = own / "own/solutions/ps97/ps97_own.py"
    beginning, _, rest = SOURCE.partition('# %% solution="scaled_sum"')
    source.write_text(beginning + rest[rest.index('# %% solution="linear') :], encoding="utf-8")
    assert "ps97: the exercise scaled_sum has no check cell" in lint("ps97", own)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("return y\n", "return y\n", ""),
        ("y = a * x.sum(axis=0)\n", "y = x.sum(axis=1) * a\n", "gets full marks"),
        ("return y\n", "x[:] = 0\n    return y\n", "reference loses points for"),
        ("return y\n", "raise NotImplementedError\n", "complete the lines marked TODO"),
    ],
)
def test_the_lint_tries_the_reference_and_each_mistake(own, old, new, says):
    assert old in EXERCISE
    write_exercise(own, EXERCISE.replace(old, new))
    use_course(ROOT)
    use_course(own)
    found = list(problems_of(find("scaled_sum")))
    assert len(found) == bool(says) and all(says in one for one in found)
    assert [problem for problem in lint("ps97", own) if "the exercise scaled_sum" in problem] == [
        f"ps97_own.py, cell 4 (line 18): the exercise scaled_sum: {one}" for one in found
    ]


def test_the_students_tree_has_own_exercises_in_the_package(own, tmp_path_factory):
    copy_course(own, "course_lib", "course_lessons", "grader", "pyproject.toml")
    for name in assignments(own):
        release(name, own)
    for beside in ("trainings.npy", "notes.txt"):
        (own / "own/exercises/ps97" / beside).touch()
    with pytest.raises(AuthoringError, match=r"has not passed its trial.*notebook try ps97"):
        publish(own, tmp_path_factory.mktemp("students"))
    assert try_solved("ps97", own) == []
    tree = tmp_path_factory.mktemp("students") / "tree"
    assert publish(own, tree) == ["ps97", "ps98"]
    there = {path.name for path in (tree / "grader/exercises/ps97").iterdir()}
    assert there == {"__init__.py", "scaled_sum.py", "trainings.npy"}
    assert not (tree / "own").exists() and not (tree / "course.toml").exists()
    code = (
        "import grader.exercises.ps97.scaled_sum as own\n"
        f"assert own.__file__.startswith({str(tree)!r})\n"
        "from grader.checking import check\n"
        "assert check('scaled_sum', lambda x, a: a * x.sum(axis=1)) == 2"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tree, check=True, capture_output=True)
    toml = own / "course.toml"
    toml.write_text("[course]\nown_references = false\n" + toml.read_text("utf-8"), "utf-8")
    publish(own, tree)
    assert not [path for path in tree.rglob("*") if "scaled_sum" in path.name]
    reference = "y = a * x.sum(axis=1)"
    assert not [p for p in tree.rglob("*.*") if p.is_file() and reference in p.read_text("latin-1")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_REFERENCE], cwd=tree, check=True, capture_output=True
    )
    said = done.stdout.decode()
    assert "not checked at home, because your course keeps its answer back" in said
    assert "0 of 2" not in said and "2 of 2" in said  # the library's exercise is checked as before


WITHOUT_REFERENCE = """
from grader.checking import check, progress
from grader.checking.home.check import ready
def linear_forward(x, W, b):
    return x @ W + b, (x, W)
def scaled_sum(x, a):
    raise NotImplementedError
assert not ready("scaled_sum")
def scaled_sum(x, a):
    return a * x.sum(axis=1)
assert ready("scaled_sum")
assert check("scaled_sum", scaled_sum) == 0 and check("linear_forward", linear_forward) == 2
plan = [("1", "scaled_sum", "check", 2), ("1", "linear_forward", "check", 2)]
progress("ps97", plan)
progress("ps97")
progress()
"""


def test_half_a_course_publishes_no_half_of_a_tree(own, tmp_path_factory):
    target = tmp_path_factory.mktemp("students") / "tree"
    for assignment in ("ps97", "ps98"):
        release(assignment, own)
    with pytest.raises(AuthoringError, match=r"pyproject.toml is missing.*the whole course"):
        publish(own, target)
    assert not target.exists()


def test_an_exercise_that_cannot_be_imported_is_told_with_its_line(own, monkeypatch):
    path = write_exercise(own, EXERCISE.replace("exercise = function(", "exercise = functions("))
    use_course(ROOT)
    use_course(own)
    monkeypatch.chdir(own)
    told = CliRunner().invoke(app, ["build", "ps97"])
    assert told.exit_code == 2
    assert f"{path}, line 11: NameError: name 'functions' is not defined" in told.stderr
