"""An assignment as others write them: hidden tests, partial credit, a class, a data frame."""

import importlib.util
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.hostile.course import Course

HAS_PANDAS = importlib.util.find_spec("pandas") is not None

MEAN = '''def mean(values):
    """The mean; 0 for no values."""
    ### BEGIN SOLUTION
    return sum(values) / len(values) if values else 0
    ### END SOLUTION'''
MEAN_TESTS = """assert mean([1, 2, 3]) == 2, "the mean of 1, 2, 3 is 2"
### BEGIN HIDDEN TESTS
hidden_word = "nobody sees this"
assert mean([]) == 0, "think of an empty list"
assert mean([10, 20]) == 15
### END HIDDEN TESTS"""
SORTS = """def sort(values):
    ### BEGIN SOLUTION
    return sorted(values)
    ### END SOLUTION"""
SORTS_TESTS = """### BEGIN HIDDEN TESTS
tries = [[3, 1, 2], [], [1, 1], [2]]
### END HIDDEN TESTS
tries = tries if "tries" in dir() else [[2, 1]]
2 * sum(sort(t) == sorted(t) for t in tries) / len(tries)"""
STACK = """class Stack:
    ### BEGIN SOLUTION
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()
    ### END SOLUTION"""
STACK_TESTS = """s = Stack()
s.push(1)
s.push(2)
assert s.pop() == 2
assert s.pop() == 1"""
TABLE = """import pandas as pd

table = pd.DataFrame({"x": [1, 2, 3], "y": [2.0, 4.0, 6.0]})
### BEGIN SOLUTION
table["ratio"] = table.y / table.x
### END SOLUTION"""
TABLE_TESTS = """assert list(table.columns) == ["x", "y", "ratio"]
### BEGIN HIDDEN TESTS
assert (table.ratio == 2).all(), "y is twice x"
### END HIDDEN TESTS"""
ROWS = """import numpy as np

table = np.array([(1, 2.0), (2, 4.0)], dtype=[("x", int), ("y", float)])
### BEGIN SOLUTION
ratio = table["y"] / table["x"]
### END SOLUTION"""
ROWS_TESTS = """assert ratio.shape == (2,)
### BEGIN HIDDEN TESTS
assert (ratio == 2).all(), "y is twice x"
### END HIDDEN TESTS"""
REUSED = """n = 1
### BEGIN SOLUTION
n = 5
### END SOLUTION"""
REUSED_TESTS = "assert n == 5"


def cell(name: str, source: str, points: float | None = None) -> NotebookNode:
    graded = points is not None
    about: dict[str, Any] = {"schema_version": 3, "grade_id": name, "grade": graded, "task": False}
    about |= {"solution": not graded, "locked": graded}
    about |= {"points": points} if graded else {}
    made: NotebookNode = new_code_cell(source, metadata={"nbgrader": about}, id=name)
    return made


def foreign(pandas: bool) -> NotebookNode:
    """The notebook with its solutions; with structured arrays for data frames, if asked to."""
    table, tests = (TABLE, TABLE_TESTS) if pandas else (ROWS, ROWS_TESTS)
    notebook: NotebookNode = new_notebook(
        cells=[
            new_markdown_cell("# Homework 1", id="title"),
            new_code_cell("import math", id="setup"),
            cell("mean", MEAN),
            cell("test_mean", MEAN_TESTS, 2),
            cell("sort", SORTS),
            cell("test_sort", SORTS_TESTS, 2),
            cell("stack", STACK),
            cell("test_stack", STACK_TESTS, 1),
            cell("table", table),
            cell("test_table", tests, 2),
            cell("reused", REUSED),
            cell("test_reused", REUSED_TESTS, 1),
            new_code_cell("n = 0  # the test above must have run before", id="later"),
        ]
    )
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def foreign_course(*, pandas: bool = False) -> Course:
    return Course("hw1", foreign(pandas))
