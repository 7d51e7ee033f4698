"""Many implementations of every graded function, in ``tests/corpus``, get what they deserve.

Scores are judged alone, without hints, and hardly depend on the seed: two students with the same
wrong function lose the same points.
"""

import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from grader.checking import find, make_cases, names, outcomes_of, verdict

SEEDS = range(min(int(os.environ.get("SEEDS", "2")), 10))
CORPUS = Path(__file__).parents[1] / "corpus"
HELPERS = {"__init__", "carriers", "initializers", "tables"}
FILES = sorted({file.stem for file in CORPUS.glob("*.py")} - HELPERS)
EXERCISES = {name.replace("_", "").lower(): name for name in names()}

# Where the numbers fall decides in how many cases some wrong programs are right (a sign that is
# hit by chance, a limit that is met or not). More than this share of them would be a poor judge.
BY_CHANCE = 0.15


def exercise_of(file: str):
    return find(EXERCISES[file.replace("_", "")])


@cache
def corpus(file: str, seed: int):
    """The tables of a file, loaded anew, since some entries remember what they were told."""
    sys.modules.pop(f"tests.corpus.{file}", None)
    return import_module(f"tests.corpus.{file}")


@cache
def some_cases(file: str, seed: int):
    return make_cases(exercise_of(file), seed)


def scores(file: str, table: str) -> dict[str, list[float]]:
    """Share of the points for every entry of a table, seed by seed."""
    exercise = exercise_of(file)
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        cases = some_cases(file, seed)
        for name, functions in getattr(corpus(file, seed), table).items():
            taken = functions[-len(exercise.takes) :]
            result = verdict(exercise, cases, outcomes_of(exercise, taken, cases), hints=False)
            found.setdefault(name, []).append(result.score / exercise.points)
    return found


def every(table: str):
    return pytest.mark.parametrize(
        "file", [f for f in FILES if getattr(corpus(f, 0), table, None)], ids=str
    )


def test_every_file_belongs_to_an_exercise():
    assert {file.replace("_", "") for file in FILES} <= set(EXERCISES)


@every("RIGHT")
def test_right_programs_score_full_marks(file):
    found = scores(file, "RIGHT")
    assert {name: s for name, s in found.items() if min(s) < 1} == {}


@every("FORM")
def test_an_odd_form_costs_less_than_half(file):
    found = scores(file, "FORM")
    assert {name: s for name, s in found.items() if min(s) <= 0.5 or max(s) >= 1} == {}
    assert len(by_seed(found)) <= BY_CHANCE * len(found), by_seed(found)


@every("WRONG")
def test_wrong_programs_lose_points(file):
    found = scores(file, "WRONG")
    assert {name: s for name, s in found.items() if max(s) >= 1} == {}
    assert len(by_seed(found)) <= BY_CHANCE * len(found), by_seed(found)


@every("EITHER")
def test_what_the_conventions_leave_open_costs_less_than_half(file):
    found = scores(file, "EITHER")
    assert {name: s for name, s in found.items() if min(s) <= 0.5} == {}


def by_seed(found: dict[str, list[float]]) -> dict[str, list[float]]:
    return {name: scored for name, scored in found.items() if len(set(scored)) > 1}
