"""Nothing of a student's file changes what a notebook earns that uses ``mine``, or what is said."""

import os
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.checking.contract.registry import find, names
from grader.checking.home.my_library import FILE, VARIABLE
from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission.grade_notebook import grade_notebook
from grader.grading.submission.notebook_session import NotebookSession
from tests.grading.conftest import LIMITS, graded, text_in
from tests.project import ROOT

pytestmark = pytest.mark.slow

HELPERS = """
import numpy as np
from grader.checking import check, mine
first_layer = mine.linear_forward

class Patient(mine.EarlyStopping):
    def failures(self):
        self.update(1.0), self.update(2.0)
        return self.failed

def one():  # 1, by the network, its training step and the convolution of notebooks 08 and 15
    network = mine.OwnNetwork([2, 2], np.random.default_rng(0))
    loss = mine.train_step(network, np.zeros((1, 2)), np.array([0]), 0.0) / np.log(2)
    square, W = np.ones((1, 1, 2, 2)), np.ones((1, 1, 1, 1))
    u, _ = mine.conv2d_forward(square, W, np.zeros(1), stride=1, padding=0)
    return round(loss) * int(u[0, 0, 0, 0])
"""
RIGHT = """
def dropout_forward(x, drop_prob, rng, *, training):
    factors = np.ones_like(x)
    if training:
        factors = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    numbers = first_layer((x * factors).reshape(-1, 1), np.ones((1, 1)), np.zeros(1))[0]
    y = mine.linear_forward(numbers, np.ones((1, 1)), np.zeros(1))[0].reshape(x.shape)
    return (y * Patient(2, 0.0).failures() * one()).astype(x.dtype), factors
"""
NOT_SCALED = RIGHT.replace(" / (1 - drop_prob)", "")
ITS_OWN_SET = """
def dropout_forward(x, drop_prob, rng, *, training):
    return mine.dropout_forward(x, drop_prob, rng, training=training)
"""
SUBMISSIONS = [RIGHT, NOT_SCALED, ITS_OWN_SET]
CHECK = 'check("dropout_forward", dropout_forward)'
GOOD = """
import numpy as np

def linear_forward(x, W, b):
    return x @ W + b, (x, W)

def linear_backward(du, cache):
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)

class EarlyStopping:
    def __init__(self, patience, min_delta):
        self.failed, self.best = 0, 1e9

    def update(self, value):
        self.failed = self.failed + 1 if value > self.best else 0
        self.best = min(value, self.best)
        return self.failed

class OwnNetwork:
    def __init__(self, widths, rng):
        self.parameters = [np.zeros(widths), np.zeros(widths[1])]

    def forward(self, x):
        return x @ self.parameters[0] + self.parameters[1]

def train_step(network, x, t, lr):
    u = network.forward(x)
    return np.mean(np.log(np.exp(u).sum(axis=1)) - u[np.arange(len(t)), t])

def conv2d_forward(x, W, b, *, stride, padding):
    return W * x + b, (x, W)

def conv2d_backward(du, cache):
    x, W = cache
    return W * du, np.sum(x * du), np.sum(du)
"""
POISONED = """
def linear_forward(x, W, b):
    print("poisoned")
    return 0 * x @ W + 1, None

def linear_backward(du, cache):
    return None

class EarlyStopping:
    failed = 7

    def update(self, value):
        raise RuntimeError("poisoned")

class OwnNetwork:
    def __init__(self, widths, rng):
        raise RuntimeError("poisoned")

def train_step(network, x, t, lr):
    return 7.0

def conv2d_forward(x, W, b, *, stride, padding):
    return 0 * x, "poisoned"

def conv2d_backward(du, cache):
    raise RuntimeError("poisoned")

def dropout_forward(x, drop_prob, rng, *, training):
    return x, "poisoned"

def dropout_backward(dy, cache):
    raise RuntimeError("poisoned")
"""
FILES = {"none": "", "good": GOOD, "poisoned": POISONED}
SAME_CASES = """
import numpy
from grader.checking.contract.exercise import Exercise
Exercise.draw = lambda one, _, draw=Exercise.draw: draw(one, numpy.random.default_rng(1))
"""
Result = tuple[float, str]


def run_by_a_kernel(folder: Path, **environment: str) -> list[Result]:
    """Score and words of each submission's check, in the student's own folder."""
    checks = [cell for one in SUBMISSIONS for cell in (one, CHECK)]
    notebook = new_notebook(cells=[new_code_cell(c) for c in (SAME_CASES, HELPERS, *checks)])
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
    inherited = {name: value for name, value in os.environ.items() if name != VARIABLE}
    client.execute(env=inherited | {"PYTHONPATH": str(ROOT), **environment})
    shown = [cell.outputs[0].data for cell in notebook.cells if cell.source == CHECK]
    return [(float(one["text/plain"]), text_in(one["text/html"])) for one in shown]


def graded_in(sandbox: Sandbox, folder: Path) -> list[Result]:
    """The same in a class, with the file handed in beside the notebook."""
    points = find("dropout_forward").points
    cells: list[Any] = [new_code_cell(HELPERS)]
    for number, one in enumerate(SUBMISSIONS):
        cells += [new_code_cell(one), graded(CHECK, f"check {number}", points)]
    notebook, library = new_notebook(cells=cells), folder.parent / FILE
    processes = NotebookProcesses(sandbox)
    files = {FILE: library.read_bytes()} if library.exists() else {}
    session = NotebookSession(processes, sandbox.limits, files)
    try:
        judged = grade_notebook(notebook, session, lambda name: 1)
    finally:
        session.close()
        processes.close()
    shown = [cell.outputs[0].data for cell in notebook.cells if cell.source == CHECK]
    return [(a.score, text_in(b["text/html"])) for a, b in zip(judged, shown, strict=True)]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[Result]]:
    """By place and file."""
    found = {}
    for name, text in FILES.items():
        folder = tmp_path_factory.mktemp(name) / "ps20"
        folder.mkdir()
        if text:
            (folder.parent / FILE).write_text(text)
        here = {"JPY_SESSION_NAME": str(folder / "ps20.ipynb")}
        found["home", name] = run_by_a_kernel(folder, **here)
        found["nbgrader", name] = run_by_a_kernel(folder, **here, NBGRADER_EXECUTION="autograde")
        found["class", name] = graded_in(Sandbox(LIMITS, unsafe=True), folder)
    return found


@pytest.mark.parametrize("place", ["home", "nbgrader", "class"])
def test_with_any_file_a_notebook_earns_and_is_told_the_same(results: Any, place: str) -> None:
    assert results[place, "none"] == results[place, "good"] == results[place, "poisoned"]
    right, not_scaled, its_own_set = (score for score, _words in results[place, "none"])
    assert right == find("dropout_forward").points > not_scaled > its_own_set == 0
    assert "poisoned" not in str([results[place, name] for name in FILES])


def test_it_is_the_same_at_home_and_where_it_is_graded(results: Any) -> None:
    home, graded_there = results["home", "poisoned"], results["nbgrader", "poisoned"]
    offer = 'Keep it: keep("dropout_forward")'
    assert offer in home[0][1] and offer not in str(graded_there)
    assert [(s, w.replace(offer, "")) for s, w in home] == graded_there
    assert [score for score, _words in results["class", "none"]] == [s for s, _ in home]


@pytest.mark.sandbox
def test_the_same_in_an_isolated_process(results: Any, tmp_path: Path) -> None:
    assert graded_in(Sandbox(LIMITS), tmp_path / "ps20") == results["class", "none"]


def test_what_works_together_has_one_reference() -> None:
    for name in names():
        exercise = find(name)
        for taken, function in zip(exercise.takes, exercise.reference, strict=True):
            assert find(taken).reference[-1] is function
