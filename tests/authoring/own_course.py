"""A course with an own notebook and an own exercise, written into a folder."""

from pathlib import Path

EXERCISE = '''"""``scaled_sum(x, a) -> y``: the sum of each row, times a."""

from grader.checking.contract import case, function, slips, values


def scaled_sum(x, a):
    y = a * x.sum(axis=1)
    return y


exercise = function(
    scaled_sum,
    returns="y",
    points=2,
    cases=lambda rng: [
        case("one row", x=rng.normal(size=(1, 3)), a=float(rng.uniform(0.5, 1.5))),
        case("several rows", x=rng.normal(size=(5, 3)), a=float(rng.uniform(1.5, 2.5))),
    ],
    judge=[values("y", weight=4, help="Which axis are the columns?")],
    hints="Sum over the columns of each row, then multiply.",
    mistakes=slips("""
y = a * x.sum(axis=0)
    You add up the rows. The sum of each row runs over axis 1.
"""),
)
'''

SOURCE = '''# %% [markdown]
# # An own problem set

# %% setup=true
import numpy as np

from grader.checking import check

# %% solution="scaled_sum"
def scaled_sum(x, a):
    """The sum of each row, times a."""
    ### BEGIN SOLUTION
    y = a * x.sum(axis=1)
    return y
    ### END SOLUTION


# %% check="scaled_sum"
check("scaled_sum", scaled_sum)

# %% solution="linear_forward"
def linear_forward(x, W, b):
    """u = x @ W + b, with the cache (x, W)."""
    ### BEGIN SOLUTION
    product = x @ W
    return product + b, (x, W)
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward", linear_forward)
'''


def write_own_course(root: Path) -> Path:
    """Write ``own/exercises/ps97`` and ``own/solutions/ps97`` under ``root``; returns ``root``."""
    (root / "course.toml").write_text('[folders]\nown = "own"\n', encoding="utf-8")
    write_exercise(root)
    folder = root / "own/solutions/ps97"
    folder.mkdir(parents=True)
    (folder / "ps97_own.py").write_text(SOURCE, encoding="utf-8")
    return root


def write_exercise(root: Path, text: str = EXERCISE) -> Path:
    """Write the own exercise, and the empty file that makes its folder a package."""
    folder = root / "own/exercises/ps97"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / "scaled_sum.py").write_text(text, encoding="utf-8")
    return folder / "scaled_sum.py"
