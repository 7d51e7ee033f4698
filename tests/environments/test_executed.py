"""Which changes make a row of the table of environments out of date."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.environments.executed import digest_of

FILES = {
    "course_lib/array.py": '"""An array."""\narray = list  # nested\n',
    "course_lib/data.npz": "0123",
    "course_lib/ORIGIN.md": "From the archive.",
    "grader/checking/judge.py": "points = 1\n",
    "grader/exercises/ps01/f.py": "from grader.exercises.family import values\n",
    "grader/exercises/family.py": "values = (1, 2)\n",
    "grader/exercises/ps02/g.py": "def g():\n    return 2\n",
    "grader/authoring/lint.py": "rules = ()\n",
    "solutions/ps01/ps01_one.py": "# %% [markdown]\n# # One\n",
    "tests/programs/ps01/f.py": "programs = ()\n",
}
CELLS = (
    new_markdown_cell("# One"),
    new_code_cell('def f(x):\n    """Twice x."""\n    return 2 * x'),
    new_code_cell("%time f(2)"),
)


def digest(
    root: Path, changed: dict[str, str] | None = None, cells: Sequence[NotebookNode] = CELLS
) -> str:
    for name, text in (FILES | (changed or {})).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return digest_of("ps01", new_notebook(cells=list(cells)), root)


@pytest.mark.parametrize(
    "changed",
    [
        {"course_lib/array.py": "array = tuple\n"},
        {"course_lib/data.npz": "0124"},
        {"course_lib/new.py": ""},
        {"grader/checking/judge.py": "points = 2\n"},
        {"grader/exercises/ps01/f.py": "values = (1, 2)\n"},
        {"grader/exercises/family.py": "values = (1, 3)\n"},
    ],
)
def test_changed_code_and_data_count(tmp_path: Path, changed: dict[str, str]) -> None:
    assert digest(tmp_path / "before") != digest(tmp_path / "after", changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"course_lib/array.py": '"""Arrays, as lists."""\n\narray = list\n'},
        {"course_lib/ORIGIN.md": "From another archive."},
        {"grader/exercises/ps02/g.py": "def g():\n    return 3\n"},
        {"grader/authoring/lint.py": "rules = (1,)\n"},
        {"solutions/ps01/ps01_one.py": "# %% [markdown]\n# # The first one\n"},
        {"tests/programs/ps01/f.py": "programs = (1,)\n"},
    ],
)
def test_prose_and_what_does_not_run_do_not(tmp_path: Path, changed: dict[str, str]) -> None:
    assert digest(tmp_path / "before") == digest(tmp_path / "after", changed)


def test_of_a_notebook_its_code_counts(tmp_path: Path) -> None:
    text, code, magic = CELLS
    before = digest(tmp_path / "a")
    prose = new_markdown_cell("# The first one"), new_markdown_cell("More words.")
    reworded = new_code_cell('def f(x):\n    """Two times x."""\n    return 2 * x  # twice')
    assert digest(tmp_path / "b", cells=(*prose, reworded, magic)) == before
    other = new_code_cell(code.source.replace("2 * x", "3 * x"))
    assert digest(tmp_path / "c", cells=(text, other, magic)) != before
    assert digest(tmp_path / "d", cells=(text, code, new_code_cell("%time f(3)"))) != before
    assert digest(tmp_path / "e", cells=(text, magic, code)) != before
