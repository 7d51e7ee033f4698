"""A course of one small problem set, written into a folder."""

from pathlib import Path

from grader.checking.contract.registry import find, names

SOURCE = '''# %% [markdown]
# # A small problem set
# An affine map, $u = x W + b$.

# %% setup=true
import numpy as np

from grader.checking import check, check_choice

# %% solution="linear_forward"
def linear_forward(x, W, b):
    """u = x @ W + b, with the cache (x, W)."""
    ### BEGIN SOLUTION
    product = x @ W
    return product + b, (x, W)
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% solution="linear_backward"
def linear_backward(du, cache):
    """Gradients dx, dW, db."""
    ### BEGIN SOLUTION
    x, W = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)
    ### END SOLUTION


# %% check="linear_backward"
check("linear_backward", linear_forward, linear_backward)

# %% [markdown]
# What is a sample?
#
# - a: a row
# - b: a column

# %% solution="answer_rows"
answer_rows = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_rows = "a"
### END SOLUTION

# %% choice="rows" key="a" points=1
check_choice("rows", answer_rows)
# a: Samples are rows.
# b: Features are columns; rows
#    are samples.

# %% [markdown] manual="why" points=2
# ### BEGIN SOLUTION
# A column of W belongs to one output unit, so its gradient has the same shape.
# ### END SOLUTION

# %% practice=true
print(linear_forward.__name__)
'''


def write_course(root: Path, source: str = SOURCE, assignment: str = "ps98") -> Path:
    """Write ``source`` as the problem set ``assignment`` under ``root``; returns ``root``."""
    folder = root / "solutions" / assignment
    folder.mkdir(parents=True)
    (folder / f"{assignment}_small.py").write_text(source, encoding="utf-8")
    return root


def points_here(notebook) -> dict[str, float]:
    """The same for what can be earned here: a check that needs a package earns nothing without."""
    lacking = {f"check_{name}" for name in names() if find(name).lacks}
    return {cell: 0.0 if cell in lacking else most for cell, most in points_of(notebook).items()}


def points_of(notebook) -> dict[str, float]:
    """grade_id -> points of every automatically graded cell."""
    return {
        cell.metadata.nbgrader["grade_id"]: cell.metadata.nbgrader["points"]
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
