"""What is kept in the student's file, what is refused, and whose functions ``mine`` has."""

import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.checking import check, mine
from grader.checking.home import my_library
from grader.checking.home.my_library import UnusableFile, library_file

SETUP = """
import numpy as np
from grader.checking import check, keep, mine
from course_lib import losses
"""
ONE_HOT = "def one_hot(labels, n_classes):\n    return np.eye(n_classes)[labels]\n"
OTHER = "def one_hot(labels, n_classes):\n    rows = np.eye(n_classes)\n    return rows[labels]\n"
FORWARD = '''
SIZE = {"float": 8}
half = lambda x: 0.5 * x

def doubled(x):
    """A helper that has a helper."""
    return 4 * half(x)

STEPS = {
    "first": doubled,
}

def linear_forward(x, W, b=None):
    labels = "a name of the notebook's, but not here"
    return STEPS["first"](x) @ W / 2 + b, (x, W, SIZE)
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


def test_a_function_stands_alone_with_all_that_it_uses(cell: Cell, file: Path) -> None:
    cell("x = losses  # a name that the function has for something else")
    cell(FORWARD)
    cell(BACKWARD)
    assert 'Keep it: `keep("linear_backward")`' in cell(
        'check("linear_backward", linear_forward, linear_backward)'
    )
    assert "is in my_library.py now" in cell('keep("linear_backward")')
    assert "Keep it" not in cell('check("linear_backward", linear_forward, linear_backward)')
    text = file.read_text()
    assert "losses" not in text and "notebook 06" in text and "A helper that has" in text
    alone: dict[str, Any] = {}
    exec(text, alone)
    assert check("linear_backward", alone["linear_forward"], alone["linear_backward"]) == 3
    assert "linear_backward, linear_forward. All others are the course's." in cell("print(mine)")
    cell("y, cache = mine.linear_forward(np.ones((2, 2)), np.eye(2), 0)")
    cell("assert len(cache) == 3 and np.all(mine.linear_backward(y, cache)[0] == 1)")


def test_only_what_passes_in_full_is_kept(cell: Cell, file: Path) -> None:
    assert "Run the cell that defines it first." in cell('keep("one_hot")')
    cell(ONE_HOT.replace("labels]", "labels] / 2"))
    assert "does not pass in full yet" in cell('keep("one_hot")')
    assert "no check of this name" in cell('keep("two_hot")')
    cell("table = np.eye(50)")
    cell("def one_hot(labels, n_classes):\n    return table[labels, :n_classes]")
    assert "Make it an argument, or compute it inside." in cell('keep("one_hot")')
    cell("def one_hot(labels, n_classes):\n    return np.eye(n_classes)[labels] if 1 else nothing")
    assert "`nothing` would be missing" in cell('keep("one_hot")')
    assert not file.exists()


def test_another_version_is_shown_and_then_taken_if_asked(cell: Cell, file: Path) -> None:
    cell(ONE_HOT)
    cell('keep("one_hot")')
    file.write_text(file.read_text() + "\n\ndef own(x):\n    return one_hot(x, 3)  # my own\n")
    edited = file.read_text()
    cell(OTHER)
    shown = cell('keep("one_hot")')
    assert "+    rows = np.eye(n_classes)" in shown and "# my own" in shown
    assert file.read_text() == edited
    assert "now" in cell('keep("one_hot", replace=True)')
    assert "rows = " in file.read_text() and file.read_text().count("def one_hot") == 1


def test_what_others_use_stays_whole(cell: Cell, file: Path) -> None:
    cell("def rows(n):\n    return np.eye(n)")
    cell("def one_hot(labels, n_classes):\n    return rows(n_classes)[labels]")
    cell('keep("one_hot")')
    cell(
        "def squared_error(y, t):\n    n = len(rows(len(y)))\n    d = y - t\n"
        "    return np.sum(d**2) / 2 / n, d / n"
    )
    assert "is in my_library.py now" in cell('keep("squared_error")')
    assert "`rows` would be missing" in cell('keep("one_hot", remove=True)')
    cell("def rows(n):\n    return np.eye(n)[:, ::1]")
    assert "has another `rows`" in cell('keep("squared_error")')
    cell("def rows(n):\n    return np.eye(n) + 0 * n")
    assert "now" in cell('keep("one_hot", replace=True)')
    cell("def rows(n):\n    return np.eye(n, 50)[:, :n] if n < 50 else 0")
    before = file.read_text()
    cell("def rows(n):\n    return np.eye(max(n, 50))")
    cell("def one_hot(labels, n_classes):\n    return rows(n_classes)[labels, :n_classes]")
    assert "`squared_error` in my_library.py would not pass" in cell(
        'keep("one_hot", replace=True)'
    )
    assert file.read_text() == before
    assert "no more" in cell('keep("squared_error", remove=True)')
    assert "no more" in cell('keep("one_hot", remove=True)') and "def " not in file.read_text()
    assert "Yours: none yet." in cell("print(mine)")


def test_in_the_file_the_kept_function_stands_for_the_librarys(cell: Cell, file: Path) -> None:
    cell(ONE_HOT)
    cell('keep("one_hot")')
    cell("from course_lib.preprocessing import one_hot")
    cell(
        "def pairwise_sq_dists(x, y):\n    d = ((x[:, None] - y) ** 2).sum(axis=2)\n"
        "    return d + 0 * one_hot(np.array([0]), len(y)).astype(d.dtype)"
    )
    assert "now" in cell('keep("pairwise_sq_dists")')
    assert "course_lib" not in file.read_text()


def test_a_pair_comes_from_one_side(cell: Cell) -> None:
    cell("def linear_forward(x, W, b):\n    return x @ W + b, {'x': x, 'W': W}")
    cell('keep("linear_forward")')
    assert "linear_forward waits for linear_backward" in cell("print(mine)")
    assert isinstance(mine.linear_forward(np.eye(2), np.eye(2), np.ones(2))[1], tuple)
    cell(
        "def linear_backward(du, cache):\n    x, W = cache['x'], cache['W']\n"
        "    return du @ W.T, x.T @ du, du.sum(axis=0)"
    )
    cell('keep("linear_backward")')
    assert isinstance(mine.linear_forward(np.eye(2), np.eye(2), np.ones(2))[1], dict)
    assert "kept together with `linear_backward`" in cell('keep("linear_forward", remove=True)')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import numpy\n\ndef broken(:\n", "line 3: SyntaxError"),
        ("import numpy\nnumpy.nothing\n", "line 2: AttributeError"),
        ("raise SystemExit\n", "line 1: SystemExit"),
        ("#" * 1_000_001, "1,000,000 are allowed"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_what_to_do(
    cell: Cell, file: Path, text: str, said: str
) -> None:
    file.write_text(text)
    cell(ONE_HOT)
    for told in (cell("print(mine)"), cell('keep("one_hot")')):
        assert said in told and str(file) in told
    with pytest.raises(UnusableFile, match=said):
        mine.one_hot(np.array([0]), 2)
    assert check("one_hot", lambda labels, n: np.eye(n)[labels]) > 0  # it does not read the file
    assert file.read_text() == text


def test_a_title_that_was_copied_is_refused(cell: Cell, file: Path) -> None:
    cell(ONE_HOT)
    cell('keep("one_hot")')
    title = next(line for line in file.read_text().splitlines() if line.startswith("# ---"))
    file.write_text(file.read_text() + f"\n{title}\n")
    assert "two parts one_hot" in cell('keep("one_hot", remove=True)')


def test_classes_are_made_of_what_is_kept_and_checked_with_the_courses(
    cell: Cell, file: Path
) -> None:
    file.write_text("class EarlyStopping:\n    own = True\n    def __init__(self, *_): ...\n")
    cell("class Patient(mine.EarlyStopping):\n    def mark(self): return getattr(self, 'own', 0)")
    cell("assert Patient(1, 0).mark() is True and isinstance(Patient(1, 0), mine.EarlyStopping)")
    cell("def edit_distance(a, b):\n    raise KeyError(Patient(1, 0).mark())")
    assert "KeyError: 0" in cell('check("edit_distance", edit_distance)')
    cell("assert Patient(1, 0).mark() is True")
    cell("class EarlyStopping(mine.EarlyStopping): ...")
    file.write_text(file.read_text().replace("own", "best"))
    assert "write this class yourself" in cell('check("EarlyStopping", EarlyStopping)')
    with pytest.raises(TypeError, match="is a function, not a class"):
        cell("class Odd(mine.one_hot): ...")


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(my_library.VARIABLE)
    assert library_file() is None  # a test is no person
    (tmp_path / "ps06").mkdir()
    notebook = tmp_path / "ps06" / "ps06.ipynb"
    notebook.touch()
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    my_library._beside_the_notebooks.cache_clear()
    assert library_file() == tmp_path / "my_library.py"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert library_file() is None
    my_library._beside_the_notebooks.cache_clear()


def test_on_colab_it_is_downloaded_or_lies_on_the_drive(
    cell: Cell, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    cell(ONE_HOT)
    assert f'files.download("{file}")' in cell('keep("one_hot")')
    monkeypatch.delenv(my_library.VARIABLE)
    monkeypatch.setattr(my_library, "DRIVE", tmp_path)
    assert library_file() == tmp_path / my_library.FILE


def test_it_stays_when_points_are_forgotten(cell: Cell, file: Path) -> None:
    cell(ONE_HOT)
    cell('keep("one_hot")')
    assert f"{file} stays" in cell("from grader.checking import progress; progress(forget=True)")
    assert file.is_file()
