"""The graded function that docs/authoring.md shows, pasted into a checkout, passes the gates."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT, copy_course

FILES = ("grader/exercises/ps02/huber.py", "tests/programs/ps02/huber.py")
# Those that have an exercise as a parameter, but for random functions.
GATES = ("evasion", "exercises", "in_browser", "nothing_for_nothing", "points", "programs")
COPIED = ("course_lib", "course_lessons", "grader", "notebooks", "solutions", "tests")
COPIED += ("pyproject.toml", "course.toml")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the page's two blocks in the files that the page names."""
    root = copy_course(tmp_path_factory.mktemp("checkout"), *COPIED)
    text = (ROOT / "docs/authoring.md").read_text("utf-8")
    section = text[text.index("## A graded function") : text.index("## The ending")]
    assert len(section.splitlines()) < 160
    blocks = re.findall(r"```python\n# (\S+)\n(.*?)```", section, re.S)
    assert tuple(name for name, _ in blocks) == FILES
    for name, block in blocks:
        (root / name).write_text(block, encoding="utf-8")
    run(root, "grader", "build", "ps02")
    return root


def run(checkout: Path, *arguments: str) -> str:
    """What a module of Python says in the checkout; it must not fail."""
    ended = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "SEEDS": "5"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-2000:]
    return ended.stdout


def test_it_passes_the_gates(checkout: Path) -> None:
    files = [f"tests/gates/test_{name}.py" for name in GATES]
    chosen = ("-k", "huber or every_file", "-m", "not long")
    gates = run(checkout, "pytest", "-q", "-n", "0", *files, *chosen)
    assert int(re.findall(r"(\d+) passed", gates)[0]) > 15 and "skipped" not in gates


@pytest.mark.parametrize("rule", ["check", "format"])
def test_ruff_has_nothing_to_say(checkout: Path, rule: str) -> None:
    run(checkout, "ruff", rule, *(["--check"] if rule == "format" else []), *FILES)


def test_a_function_that_ignores_the_targets_loses_points(checkout: Path) -> None:
    program = """
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
exercise = find("huber")
right = exercise.reference[-1]
cases = make_cases(exercise, 1)
for wrong in (lambda y, t, delta: right(y, 0 * t, delta), lambda y, t, delta: right(y, t, 1.0)):
    print(verdict(exercise, cases, outcomes_of(exercise, [wrong], cases)).score)
"""
    (checkout / "ignoring.py").write_text(program, encoding="utf-8")
    scores = [float(score) for score in run(checkout, "ignoring").split()]
    assert len(scores) == 2 and max(scores) < 1
