"""What students import and call needs no thread, no process and no socket: a browser has none."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from grader.checking import check
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find, names
from tests.gates.drawn import few_experiments
from tests.lacking import without_what_a_browser_lacks

ROOT = Path(__file__).parents[2]
ON_THE_WAY = """
import importlib, numpy, pkgutil
import matplotlib.pyplot as plt
from tests.lacking import without_what_a_browser_lacks
from tests.sizes import mostly_slow

with without_what_a_browser_lacks() as used:
    import course_lib, course_lessons, grader.checking, grader.exercises
    for package in (course_lib, course_lessons, grader.checking, grader.exercises):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    from course_lessons.figures import animation
    from course_lib.threads import limit_threads
    from grader.checking import check_choice, guess, keep, mine, progress, reveal, submit_check
    limit_threads(1)
    guess("small", 3)
    reveal("small", 4)
    check_choice("small", "a")
    animation(lambda k: plt.figure(), range(2), alt="nothing")._repr_mimebundle_()
    progress()
    progress("ps06")
    def one_hot(labels, n_classes):
        return numpy.eye(n_classes)[labels]
    keep("one_hot")
    mine.one_hot(numpy.array([1]), 2)
    submit_check()
assert used == [], used
"""


def test_what_is_used_is_noted_even_if_the_error_is_caught() -> None:
    with without_what_a_browser_lacks() as used:
        for ask in (
            threading.Thread().start,
            lambda: subprocess.run(["true"], check=True),
            lambda: os.system("true"),
        ):
            with pytest.raises(RuntimeError, match="cannot be had in a browser"):
                ask()
    assert used == ["a thread", "a process", "a process"]
    threading.Thread().start()


def test_what_students_import_and_call_beside_checks(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ON_THE_WAY],
        cwd=tmp_path,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "MPLBACKEND": "agg",
            "COURSE_PROGRESS": "",
            "COURSE_LIBRARY": "a.py",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "cannot start a second process" in ran.stdout  # said by submit_check
    assert "The source of `one_hot` is not known" in ran.stdout  # it is in no cell


@pytest.mark.parametrize("name", few_experiments(names()))
def test_every_check_gives_the_reference_full_marks(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise, draw = find(name), Exercise.draw
    monkeypatch.setattr(Exercise, "draw", lambda one, _: draw(one, np.random.default_rng(1)))
    with without_what_a_browser_lacks() as used:
        score = check(name, *exercise.reference)
    assert used == [] and float(score) == exercise.points
