"""What submissions can import of library and lessons solves no exercise as it stands."""

import ast
import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from course_lib import Parameter
from course_lib.functional import softmax
from grader.checking.contract.exercise import Case, Exercise
from grader.checking.contract.registry import find, names
from grader.checking.judging.apply import apply
from grader.checking.judging.judge import Expected, make_cases, outcomes_of, verdict
from grader.grading.process.limits import TimeLimit, time_limit
from grader.grading.sandbox.student_tree import contents
from tests.sizes import TRAIN, mostly_long

SECONDS = 1
QUICK = [name for name in names() if name not in TRAIN]


@cache
def left() -> list[Callable[..., Any]]:
    """The functions, classes and methods that stand in the sandbox as they do at home."""
    return list(_left())


def _left() -> Iterator[Callable[..., Any]]:
    for path, text in contents():
        if not path.startswith(("course_lib/", "course_lessons/")) or not path.endswith(".py"):
            continue
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        at_home = {ast.dump(node) for node in ast.parse(inspect.getsource(module)).body}
        for node in ast.parse(text).body:
            is_one = isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.dump(node) in at_home
            if is_one and not node.name.startswith(("draw_", "print_")):  # a figure is no answer
                yield getattr(module, node.name)


def test_most_of_the_library_is_left():
    assert len(left()) > 200 and Parameter in left() and softmax not in left()


def takes(function: Callable[..., Any], reference: Callable[..., Any]) -> bool:
    """Whether it can be called with as many positional arguments as the reference."""
    needed = [
        p
        for p in inspect.signature(reference).parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    try:
        inspect.signature(function).bind(*needed)
    except (TypeError, ValueError):
        return False
    return isinstance(function, type) is isinstance(reference, type)


def solves(
    exercise: Exercise, function: Callable[..., Any], cases: list[Case], expected: Expected
) -> bool:
    functions = [*exercise.reference[:-1], function]
    try:
        with time_limit(SECONDS):
            if apply(exercise.run, functions, cases[0]).failure:
                return False
            outcomes = outcomes_of(exercise, functions, cases)
        found = verdict(exercise, cases, outcomes, hints=False, expected=expected)
        return found.status == "complete"
    except TimeLimit:
        return False


# An interrupt within a callback of the garbage collector is lost there; the next one comes soon.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.parametrize("name", mostly_long(names(), QUICK))
def test_nothing_that_is_left_solves_an_exercise(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a function that saves takes a case's text for the name of a file
    exercise = find(name)
    cases = make_cases(exercise, 0)
    expected = Expected(exercise, cases)
    found = [f for f in left() if takes(f, exercise.reference[-1])]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        solving = [f for f in found if solves(exercise, f, cases, expected)]
    assert not [f"{f.__module__}.{f.__qualname__}" for f in solving], (
        f"name these modules in answers= of {name}, and run python -m grader build"
    )
