"""How long `check` and `ready` take at home: python -m benchmarks.home_checks [names of exercises].

Processor time, for every exercise: the first check after the imports of a notebook, in a fresh
process, of the right functions and of functions of which nothing is right; a later check of the
right functions; `ready`, beside one run of the functions; and checks of
wrong functions, for which hints have to be found: listed mistakes, two slips at once, and the wrong
programs of tests/programs. With names of exercises all of these are tried, without a few of each.
"""

import os
import random
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from itertools import combinations
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["COURSE_PROGRESS"] = ""

from grader.authoring.generate import reference_answers
from grader.checking import ready
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find, names
from grader.checking.home.check import check
from grader.checking.judging.apply import apply
from grader.checking.judging.judge import make_cases
from tests.programs import load

Functions = Sequence[Callable[..., Any]]

FEW = 3
WRONG = ("first check, nothing right", "mistake", "two slips", "wrong program")
LIMITS = {"first check": 0.1, "right": 0.6, **dict.fromkeys(WRONG, 0.6)}
STATISTICAL = 1.5  # seconds, for an exercise whose function draws

FIRST = """
import time
import numpy as np
import matplotlib.pyplot
from course_lib.models import mlp
from grader.checking import check, ready
source = {source!r}
namespace = dict(np=np)
exec(source, namespace)
began = time.process_time()
check({name!r}, *[namespace[name] for name in {takes!r}])
print(time.process_time() - began)
"""


def seconds(action: Callable[[], Any]) -> float:
    """Processor time of a call, without what it prints."""
    began = time.process_time()
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        action()
    return time.process_time() - began


def nothing_right(exercise: Exercise) -> str:
    """Source of functions that are wrong in everything."""
    return "".join(f"def {name}(*given, **more):\n    return 0.0\n" for name in exercise.takes)


def first_check(exercise: Exercise, source: str) -> float:
    """That of the functions that ``source`` defines, in a fresh process."""
    code = FIRST.format(source=source, name=exercise.name, takes=exercise.takes)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def two_slips(exercise: Exercise) -> Iterator[Functions]:
    """The reference with two slips at once, as far as they can be made together."""
    pairs = list(combinations([m for m in exercise.mistakes if m.edits], 2))
    random.Random(0).shuffle(pairs)
    for pair in pairs:
        try:
            yield exercise.with_mistakes(*pair)
        except (ValueError, SyntaxError):
            continue  # one edit takes away the text of the other


def wrong_functions(exercise: Exercise, how_many: int | None) -> Iterator[tuple[str, Functions]]:
    """What is wrong in one of three ways, and the functions: so many of each, None for all."""
    listed = [exercise.with_mistakes(mistake) for mistake in exercise.mistakes]
    programs: list[Functions] = []
    if load.exists(exercise.name):
        entered = load.catalogue(exercise.name).wrong.programs.values()
        programs = [functions[-len(exercise.takes) :] for functions in entered]
    random.Random(0).shuffle(programs)
    kinds = {"mistake": listed, "two slips": two_slips(exercise), "wrong program": programs}
    for kind, chosen in kinds.items():
        for number, functions in enumerate(chosen):
            if number == how_many:
                break
            yield kind, functions


def readiness(exercise: Exercise) -> tuple[float, float]:
    """Of `ready`, and of one run of the functions on its case."""
    cases = make_cases(exercise)
    theirs = dict(zip(exercise.takes, exercise.reference, strict=True)) | {"ready": ready}
    once = seconds(lambda: apply(exercise.run, exercise.reference, cases[0]))
    return seconds(lambda: eval(f"ready({exercise.name!r})", theirs)), once


def report(chosen: Sequence[str] = ()) -> Iterator[str]:
    """The lines for speed.md."""
    times: dict[str, dict[str, float]] = {}
    for name in chosen or names():
        exercise = find(name)
        answers = "\n\n".join(reference_answers([exercise]).values())
        times.setdefault("first check", {})[name] = first_check(exercise, answers)
        wrong = first_check(exercise, nothing_right(exercise))
        times.setdefault("first check, nothing right", {})[name] = wrong
        right = exercise.reference
        times.setdefault("right", {})[name] = seconds(lambda: check(name, *right))  # noqa: B023
        times.setdefault("`ready`", {})[name], once = readiness(exercise)
        times.setdefault("one run, for `ready`", {})[name] = once
        for kind, functions in wrong_functions(exercise, None if chosen else FEW):
            slowest = times.setdefault(kind, {})
            took = seconds(lambda: check(name, *functions))  # noqa: B023
            slowest[name] = max(slowest.get(name, 0.0), took)
    yield "| `check` of | exercises | median, s | slowest, s | slowest exercise |"
    yield "|---|---|---|---|---|"
    for what, by_name in times.items():
        slow = max(by_name, key=by_name.__getitem__)
        yield (
            f"| {what} | {len(by_name)} | {statistics.median(by_name.values()):.3f} "
            f"| {by_name[slow]:.2f} | `{slow}` |"
        )
    yield ""
    above = [
        f"`{name}` ({what}) {value:.2f} s"
        for what, limit in LIMITS.items()
        for name, value in times.get(what, {}).items()
        if value > (STATISTICAL if find(name).observe and limit > 0.1 else limit)
    ]
    yield f"Above the limits: {', '.join(above) or 'none'}."


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report(sys.argv[1:]))
