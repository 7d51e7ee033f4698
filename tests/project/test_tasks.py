"""The tasks of docs/tasks.md run on both sides, and are as long as its table says."""

import ast
import re
from typing import Any

import pytest

from tests.project import ROOT

PAGE = (ROOT / "docs/tasks.md").read_text("utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
FIRST, *PARTS = PAGE.split("\n## ")
BEGIN, THEIR_BEGIN = BLOCK.findall(FIRST)
TASKS = {part.splitlines()[0]: BLOCK.findall(part) for part in PARTS}


def statements(source: str) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(source)))


def test_the_table_counts_the_statements_of_both_sides() -> None:
    counted = {name: [str(statements(block)) for block in sides] for name, sides in TASKS.items()}
    rows = [
        [cell.strip() for cell in row.split("|")[1:4]] for row in re.findall(r"^\|.*", FIRST, re.M)
    ]
    assert {name: counts for name, *counts in rows[2:]} == counted


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(BEGIN, names)
    return names


@pytest.fixture(scope="module")
def theirs(ours: dict[str, Any]) -> dict[str, Any]:
    pytest.importorskip("torch")
    names = dict(ours)
    exec(THEIR_BEGIN, names)
    return names


@pytest.mark.parametrize("task", TASKS)
def test_our_side_runs(task: str, ours: dict[str, Any]) -> None:
    exec(TASKS[task][0], ours)
    if task == "Train and evaluate":
        assert ours["accuracy"] > 0.8
    if task.startswith("A gradient check"):
        assert ours["passed"]


@pytest.mark.parametrize("task", TASKS)
def test_the_side_of_pytorch_runs(task: str, theirs: dict[str, Any]) -> None:
    exec(TASKS[task][1], theirs)
    if task == "Train and evaluate":
        assert theirs["accuracy"] > 0.8
    if task.startswith("A gradient check"):
        assert theirs["passed"]
