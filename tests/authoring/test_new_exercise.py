"""A new exercise can be imported, says TODO where something is missing, and replaces nothing."""

import importlib.util

import pytest
from typer.testing import CliRunner

from grader.authoring.new_exercise import new_exercise
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find
from grader.cli import app
from grader.problems import AuthoringError

SIGNATURES = {
    "huber_loss(y, t, delta) -> (value, dy)": "function",
    "linear_backward(du, cache) -> (dx, dW, db)": "pair",
    "nag_step(w, dw, v, *, lr, mu) -> (w, v)": "steps",
    "polynomial_decay(t, *, lr, total) -> rate": "schedule",
    "cutout(images, rng, size) -> y": "random",
}


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("signature", "family"), SIGNATURES.items())
def test_the_exercise_can_be_imported_and_belongs_to_its_family(tmp_path, signature, family):
    path, programs = new_exercise("ps06", signature, tmp_path)
    text = path.read_text("utf-8")
    assert "TODO" in text and f"exercise = {family}(" in text
    exercise = loaded(path).exercise
    assert isinstance(exercise, Exercise) and exercise.name == path.stem == programs.stem
    compile(programs.read_text("utf-8"), programs.name, "exec")


def test_it_names_the_module_that_holds_the_answer(tmp_path):
    path, _programs = new_exercise("ps06", "linear_forward(x, W, b) -> (u, cache)", tmp_path)
    assert loaded(path).exercise.answers == find("linear_forward").answers[:1]
    path, _programs = new_exercise("ps26", "random_search(space, evaluate, n, rng) -> r", tmp_path)
    assert loaded(path).exercise.answers == find("random_search").answers


def test_a_function_of_another_problem_set_is_not_written_again(tmp_path):
    new_exercise("ps06", "cutout(images, rng, size) -> y", tmp_path)
    with pytest.raises(AuthoringError, match=r"exercises/ps06/cutout\.py is there already"):
        new_exercise("ps21", "cutout(images, rng, size) -> y", tmp_path)
    assert not (tmp_path / "grader/exercises/ps21").exists()


def test_files_that_are_there_are_kept(tmp_path):
    signature = "cutout(images, rng, size) -> y"
    path, programs = new_exercise("ps21", signature, tmp_path)
    path.unlink()
    before = programs.read_bytes()
    with pytest.raises(AuthoringError, match=r"tests/programs/ps21/cutout\.py is there already"):
        new_exercise("ps21", signature, tmp_path)
    assert programs.read_bytes() == before and not path.exists()


@pytest.mark.parametrize(
    ("assignment", "signature"),
    [
        ("04", "f(x) -> y"),
        ("ps06", "f(x)"),
        ("ps06", "f(x, x) -> y"),
        ("ps06", "f(x -> y"),
        ("../ps06", "f(x) -> y"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, assignment, signature):
    with pytest.raises(AuthoringError, match="expected"):
        new_exercise(assignment, signature, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_says_what_it_wrote(tmp_path, monkeypatch):
    (tmp_path / "course.toml").touch()
    monkeypatch.chdir(tmp_path)
    arguments = ["new", "exercise", "ps21", "cutout(images, rng, size) -> y"]
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert "grader/exercises/ps21/cutout.py: complete the lines marked TODO" in done.stdout
    assert "tests/programs/ps21/cutout.py" in done.stdout
    assert "python -m pytest tests/gates -k cutout" in done.stdout
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2 and "is there already" in again.stderr
