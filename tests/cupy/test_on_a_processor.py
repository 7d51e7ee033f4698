"""The tests for a GPU, with the real CuPy on the processor (`tests.cupy.host`)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cupy.environment import FOLDER
from tests.cupy.inside.test_notebooks import NOTEBOOKS
from tests.sizes import mostly_long

ROOT = Path(__file__).parents[2]
SECONDS = 1800  # far more than needed: kernels are compiled in the first run, beside other tests

pytestmark = pytest.mark.cupy


def run_there(*arguments: str) -> str:
    """Run tests in a process that has loaded CuPy; returns what pytest prints."""
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    environment |= {"PYTHONPATH": str(FOLDER)}
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-p", "tests.cupy.plugin"]
    options += ["-m", "gpu", "--require", "gpu"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-8000:]
    assert "skipped" not in said
    return said


def test_what_stands_in_for_the_gpu() -> None:
    run_there("tests/cupy/inside/test_host.py")


def test_the_library() -> None:
    assert "launches of" in run_there("tests/course_lib/libraries")


def test_a_training_step_copies_nothing() -> None:
    run_there("tests/cupy/inside/test_copies.py")


def test_an_open_entry() -> None:
    run_there("tests/cupy/inside/test_open_entry.py")


# The first takes some seconds, the capstone more than a minute.
@pytest.mark.parametrize("assignment", mostly_long(NOTEBOOKS, NOTEBOOKS[:1]))
def test_notebooks(assignment: str) -> None:
    run_there("tests/cupy/inside/test_notebooks.py", "-k", assignment)
