"""Other programs than the reference get what they deserve, whatever method they use.

``tests/exercises/psNN/<function>.py`` holds for the exercise of that name

- ``VARIANTS``: at least three right programs that differ in method, kind of cache or float
  handling, as ``[(name, functions), …]`` with the functions in the order of ``takes``;
- ``DRESSED`` (if it likes): right values in an unusual dress, which cost form properties alone;
- ``WRONG`` (if it likes): wrong programs that are not among the listed mistakes.
"""

from importlib import import_module
from pathlib import Path

import pytest

from grader.checking import find, make_cases, names, outcomes_of, problem_set, verdict
from tests import sizes

SEEDS = range(sizes.SEEDS)
NAMES = names()
FOLDER = Path(__file__).parents[1] / "exercises"


def programs(name: str, kind: str) -> list:
    """The list ``kind`` out of the exercise's file; empty where there is none."""
    if not (FOLDER / problem_set(name) / f"{name}.py").exists():
        return []
    module = import_module(f"tests.exercises.{problem_set(name)}.{name}")
    return list(getattr(module, kind, []))


def every(kind: str):
    found = [(name, *program) for name in NAMES for program in programs(name, kind)]
    return pytest.mark.parametrize(
        ("name", "functions"),
        [(name, functions) for name, _title, functions in found],
        ids=[f"{name}-{title}" for name, title, _functions in found],
    )


def verdicts(name, functions):
    """Verdicts without hints, whose search takes twenty times as long; test_exercises has them."""
    exercise = find(name)
    for seed in SEEDS:
        cases = make_cases(exercise, seed)
        yield seed, verdict(exercise, cases, outcomes_of(exercise, functions, cases), hints=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_three_variants(name):
    titles = [title for title, _functions in programs(name, "VARIANTS")]
    where = f"tests/exercises/{problem_set(name)}/{name}.py"
    assert len(titles) >= 3, f"{where}: VARIANTS holds {len(titles)} programs, expected 3 or more"
    for kind in ("DRESSED", "WRONG"):
        titles += [title for title, _functions in programs(name, kind)]
    assert len(set(titles)) == len(titles), f"{where}: two programs share a name"


def test_every_file_belongs_to_an_exercise():
    files = {f"{file.parent.name}/{file.stem}" for file in FOLDER.glob("ps*/*.py")}
    assert files <= {f"{problem_set(name)}/{name}" for name in NAMES}


@every("VARIANTS")
def test_right_programs_score_full_marks(name, functions):
    points = find(name).points
    for seed, result in verdicts(name, functions):
        lost = [f for f in result.findings if not f.holds]
        assert result.score == points and result.status == "complete", (seed, lost, result.failure)


@every("DRESSED")
def test_an_unusual_dress_costs_form_alone(name, functions):
    exercise = find(name)
    for seed, result in verdicts(name, functions):
        pairs = list(zip(exercise.judge, result.findings, strict=True))
        assert all(f.holds for prop, f in pairs if not prop.form), (seed, result.findings)
        assert result.status == "partial", seed


@every("WRONG")
def test_wrong_programs_lose_points(name, functions):
    for seed, result in verdicts(name, functions):
        assert result.score < find(name).points, seed
