"""What cells define above a graded cell is there when it is judged, or its absence is said."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.checking.contract.registry import find
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.submission import carrying
from grader.grading.submission.practice import not_there
from grader.grading.submission.results import CellResult
from tests.grading.conftest import LIMITS, graded, graded_notebook, text_in

SETUP = """
import math
import os
import numpy as np
from functools import partial
from grader.checking import check, ready
def given(u):
    return u * SCALE
SCALE = 2
"""
# Cells of practice, and what has the value 1 after them where they have run as at home.
FORMS: dict[str, tuple[str, str]] = {
    "a function": ("def fa(u):\n    return u + 1", "fa(0)"),
    "functions that call each other": (
        "def fb(u):\n    return fc(u)\ndef fc(u):\n    return u",
        "fb(1)",
    ),
    "a lambda": ("fd = lambda u: u / 2", "fd(2)"),
    "a class": ("class One:\n    def __call__(self):\n        return 1", "One()()"),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass Has:\n    value: float = 1.0",
        "Has().value",
    ),
    "a decorated function": (
        "from functools import cache\n@cache\ndef fe(u):\n    return u",
        "fe(1)",
    ),
    "an alias": ("root = np.sqrt", "root(1)"),
    "an alias of a given function": ("doubled = given", "doubled(0.5)"),
    "an alias in an annotation": (
        "Number = float\ndef ff(u: Number) -> Number:\n    return u",
        "ff(1)",
    ),
    "arithmetic": ("half = 1 / 2", "2 * half"),
    "arithmetic of names": ("third = half * 2 / 3", "3 * third"),
    "an array": ("table = np.array([1.0, 2.0])", "table[0]"),
    "linspace": ("grid = np.linspace(0, 1, 5)", "grid[-1]"),
    "a generator of random numbers": (
        "rng = np.random.default_rng(0)\ndraws = rng.normal(size=3)",
        "np.isfinite(draws).all()",
    ),
    "a partial": ("power = partial(pow, 1)", "power(7)"),
    "a dictionary": ("names = {'one': 1, 'two': 2}", "names['one']"),
    "a comprehension": ("squares = [i**2 for i in range(3)]", "squares[1]"),
    "several names at once": ("left, (right, *rest) = 0, (1, 2)", "right"),
    "if": ("if np.pi > 3:\n    fg = lambda u: u\nelse:\n    fg = None", "fg(1)"),
    "try": (
        "try:\n    from math import cbrt as c\nexcept ImportError:\n    c = np.cbrt",
        "round(c(1))",
    ),
    "with": ("with np.errstate(all='ignore'):\n    big = np.exp(0.0)", "big"),
    "a loop that raises a value": (
        "best = 0.1\nfor rate in (0.2, 1.0, 0.5):\n    best = max(best, rate)",
        "best",
    ),
    "a value raised in a later cell": ("best += 1", "best - 1"),
    "a list that grows": ("rows = []\nfor i in range(3):\n    rows.append(i)", "rows[1]"),
    "an item that is set": ("V = np.zeros(3)\nV[1] = 1", "V[1]"),
    "an attribute that is set": ("One.size = 1", "One.size"),
    "a function that fills a list": (
        "def fill(into):\n    into.append(1)\nfilled = []\nfill(filled)",
        "filled[-1]",
    ),
    "a global name": ("def begin():\n    global begun\n    begun = 1\nbegin()", "begun"),
    "a name that is set anew": ("step = 5\nstep = 1", "step"),
    "a name used again below": ("u = 1\nfh = lambda: u", "fh()"),
    "the given value, changed": ("SCALE = SCALE * 2", "given(0.25)"),
    "an import": ("import statistics as stats", "stats.mean([1, 1])"),
    "a star import": ("from fractions import *", "Fraction(1, 1)"),
    "%matplotlib": ("%matplotlib inline\nfi = lambda: 1", "fi()"),
    "%%time": ("%%time\nfj = lambda: 1", "fj()"),
    "%%capture": ("%%capture out\nfk = np.ones(2)", "fk[0]"),
    "a line for the shell": ("!echo hello\nfl = np.ones(2)", "fl[0]"),
    "what a line for the shell gives": ("said = !echo 1", "int(said[0])"),
    "a question": ("np.sum?\nfm = np.ones(2)", "fm[0]"),
    "a line magic in a function's cell": ("%time fn = [1]\n%precision 3\nfz = 1", "fz"),
    "%%writefile": (
        "%%writefile own_module.py\nvalue = 1\n# %%\nfrom own_module import value",
        "value",
    ),
    "several statements in a line": ("fp = 0; fp = fp + 1", "fp"),
    "a walrus": ("print(fq := 1)", "fq"),
    "a name that a figure uses": ("fr = 1.0; print(fr)", "fr"),
}
# What is not, and what is said of it: the practice cell, the name and the reason.
SAID: dict[str, tuple[str, str]] = {
    "an error": ("broken = 1 / 0", "stopped by ZeroDivisionError: division by zero"),
    "takes too long": (
        "slow = sum(i for i in iter(int, 1))",
        "stopped after 0.5 seconds, the limit",
    ),
    "waits for a function": (
        "if ready('linear_forward'):\n    behind = 1",
        "behind ready(…), which is False",
    ),
    "ends the process": (
        "ended = os._exit(3)",
        "stopped, because its process ended by itself (exit code 3)",
    ),
}


def practice(source: str) -> Any:
    return new_code_cell(source, metadata={"tags": ["practice"]})


def using(practices: Sequence[tuple[str, str]]) -> list[Any]:
    """For each practice, and what is 1 after it: a right function that uses it, and its check."""
    cells: list[Any] = [new_code_cell(SETUP)]
    for number, (source, one) in enumerate(practices):
        function = f"forward_{number}"
        body = f"    s = float({one})\n    return x @ W + b * s, (x, W)"
        cells += map(practice, source.split("# %%\n"))
        cells.append(new_code_cell(f"def {function}(x, W, b):\n{body}"))
        check = f'check("linear_forward", {function})'
        cells.append(graded(check, f"check_{number}", 2))
    return cells


@pytest.fixture(
    scope="module",
    params=[pytest.param(False, marks=pytest.mark.sandbox), True],
    ids=["bubblewrap", "plain"],
)
def results(request: pytest.FixtureRequest) -> list[CellResult]:
    return graded_notebook(using([*FORMS.values()]), Sandbox(LIMITS, request.param))[0]


@pytest.mark.parametrize("form", FORMS)
def test_what_a_function_uses_of_practice_is_there(results: list[CellResult], form: str) -> None:
    found = results[[*FORMS].index(form)]
    assert found.score == found.points, found.found


def test_at_home_it_is_there_too(tmp_path: Path) -> None:
    path, report = tmp_path / "home.ipynb", tmp_path / "report"
    nbformat.write(new_notebook(cells=using([*FORMS.values()])), path)
    command = [sys.executable, "-m", "grader.checking.home.clean_run", str(path), str(report)]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    entries = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    scores = [entry["score"] for entry in entries if entry.get("score") is not None]
    assert scores == [find("linear_forward").points] * len(FORMS)


@pytest.mark.parametrize("seconds", [carrying.PRACTICE_SECONDS, 0])
def test_what_is_not_there_is_said(
    sandbox: Sandbox, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "STATEMENT_SECONDS", 0.5)
    monkeypatch.setattr(carrying, "PRACTICE_SECONDS", seconds)
    uses = [(source, source.rpartition(" =")[0].split()[-1]) for source, _ in SAID.values()]
    judged, notebook = graded_notebook(using(uses), sandbox)
    for number, (found, (_, name), (_, why)) in enumerate(
        zip(judged, uses, SAID.values(), strict=True)
    ):
        why = why if seconds else "not run: the 0 seconds for practice are used up"
        said = f"The practice cell {3 * number + 2} sets `{name}`. That line was {why}"
        assert found.score < found.points and found.found.startswith(said)
        report = text_in(notebook.cells[3 * number + 3].outputs[0].data["text/html"])
        assert said.replace("`", "") in report


def test_nothing_else_of_practice_runs(sandbox: Sandbox) -> None:
    long = practice(
        "import own_training\nprint(u)\nu = x = W = np.ones(3)\nhistory = own_training.run()\n"
        "if ready('linear_forward'):\n    shown = history\nshown"
    )
    there = "assert not {'own_training', 'u', 'x', 'history', 'shown'} & set(globals())"
    cells = using([("helper = 1", "helper")])
    judged, _ = graded_notebook([cells[0], long, *cells[1:], graded(there, "t", 1)], sandbox)
    assert all(one.score == one.points for one in judged)


HELPERS = """
import math as m
from fractions import Fraction as unused
step, seeds = 0.5, (0, 1, 2)
double = lambda x: factor() * x
def factor():
    return m.floor(2.9)
print("trained", step)
slow = sum(range(3))
def f(x):
    return "the course's"
"""
USES_HELPERS = """
def f(x):
    return double(x) + step + len(seeds)
print(f(1), "slow" in globals(), "unused" in globals())
print(slow)
"""


def test_a_cell_without_points_finds_what_takes_no_time(sandbox: Sandbox) -> None:
    _, notebook = graded_notebook([practice(HELPERS), USES_HELPERS], sandbox)
    shown, error = notebook.cells[1].outputs
    assert shown.text == "5.5 False False\n" and error.ename == "NameError"
    assert not notebook.cells[0].outputs and len(notebook.cells) == 2


def test_precheck_tells_what_is_not_there() -> None:
    waits = SAID["waits for a function"][0]
    cells = using([("helper = 1", "helper"), ("", "np.exp(removed)"), (waits, "behind")])
    assert not_there(cells) == [
        "check_1 uses removed, which no cell above it sets",
        "check_2 uses what cell 8 sets (behind), which waits for ready(…): there is nothing of "
        "the kind while grading",
    ]
