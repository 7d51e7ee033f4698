"""What is kept in the student's file, what is refused, and whose functions ``mine`` has."""

import itertools
import linecache
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checking import check, keep, mine
from grader.checking.home import my_library
from grader.checking.home.my_library import UnusableFile, library_file

SETUP = "import numpy as np\nfrom grader.checking import check, keep, mine\nfrom course_lib import losses"
ONE_HOT = "def one_hot(labels, n_classes):\n    return np.eye(n_classes)[labels]\n"
OTHER = "def one_hot(labels, n_classes):\n    rows = np.eye(n_classes)\n    return rows[labels]\n"
FORWARD = '''
SIZE = {"float": 8}
half = lambda x: 0.5 * x

def doubled(x):
    """A helper that has a helper."""
    return 4 * half(x)

def linear_forward(x, W, b=None):
    labels = "a name of the notebook's, but not here"
    return doubled(x) @ W / 2 + b, (x, W, SIZE)
'''
BACKWARD = """
def linear_backward(du, cache):
    x, W, _size = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)
"""
Cell = Callable[[str], str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The student's file, which is not there yet."""
    monkeypatch.setenv(my_library.VARIABLE, str(tmp_path / my_library.FILE))
    monkeypatch.setattr(my_library, "SECONDS", 0.0)
    my_library.look_again()
    yield tmp_path / my_library.FILE
    my_library.look_again()


@pytest.fixture
def cell(file: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Cell]:
    """Runs a cell of a notebook; returns what it printed."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = []

    def run(source: str) -> str:
        cells.append(at := f"<{file.parent.name}, cell {len(cells)}>")
        linecache.cache[at] = (len(source), None, source.splitlines(keepends=True), at)
        exec(compile(source, at, "exec"), names)
        return capsys.readouterr().out

    run(SETUP)
    yield run
    for at in cells:
        del linecache.cache[at]
