"""``mean_absolute_error(y, t) -> (value, dy)``: the mean absolute error and its gradient."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, slips
from grader.exercises.losses import at_the_kink, kinks_apart, loss
from grader.exercises.ps02.squared_error import pairs


def mean_absolute_error(y, t):
    r = y - t
    value = float(np.sum(np.abs(r))) / len(y)
    dy = np.sign(r) / len(y)
    return value, dy


def met_exactly(rng: np.random.Generator) -> dict[str, list[Case]]:
    met = pairs(rng, "some targets met exactly", (3, 2))
    met["t"][[0, 1, 2], [1, 0, 0]] = met["y"][[0, 1, 2], [1, 0, 0]]
    return {"targets that are met exactly": [met]}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where y = t every number from -1/N to 1/N is a subgradient: any of them counts as 0."""
    most = 1 / len(case["y"])
    return kinks_apart(outputs, "dy", case["y"] == case["t"], -most, most)


exercise = loss(
    mean_absolute_error,
    points=1,
    draw=pairs,
    weights=(3, 4),
    value="""Let r = y − t hold a 3, a −3 and zeros. What does each of the two add to the value, and
    by which number is the sum divided?""",
    gradient="Draw |r|. What is its derivative on the right of 0, and what on the left?",
    special=met_exactly,
    observe=observe,
    judge=[at_the_kink("dy", "targets that are met exactly")],
    answers=("course_lib.losses.mean_absolute_error",),
    hints="""
    L = (1/N) Σ |y − t|. Each entry of y occurs in only one term of the sum, and the derivative of
    this term is ±1.

    A smaller example: y = [[3, 1], [0, 0]] and t = [[1, 2], [0, 4]]. The distances 2, 1, 0, 4 add
    up to 7, so the value is 7/2 = 3.5, and dy = [[0.5, −0.5], [0, −0.5]]; instead of the 0, any
    number from −0.5 to 0.5 is accepted.
    """,
    mistakes=slips("""
dy = r / len(y)
    `dy` grows with the difference, as the gradient of a squared error does. What is the derivative
    of |r| at r = 0.5, and what at r = 5?
dy = np.ones(y.shape) / len(y)
    `dy` is positive everywhere. Does |r| rise or fall with r for r < 0?
dy = (r > 0) / len(y)
    `dy` is 0 where the output is below the target. There |r| falls when r rises: its derivative is
    not 0.
dy = np.abs(r) / len(y)
    You use |r| for the value and for the gradient. The derivative of |r| is another function: it
    has only two values, apart from r = 0.
value = float(np.sum(r)) / len(y)
    Differences of opposite sign cancel in the value. Where do you take the absolute value?
value = 0.5 * float(np.sum(np.abs(r))) / len(y)
dy = 0.5 * np.sign(r) / len(y)
    There is no ½ in the absolute error: the derivative has no factor 2 that it could cancel.
value = 0.5 * float(np.sum(np.abs(r))) / len(y)
    The value has a factor ½, which the absolute error does not have.
value = 0.5 * float(np.sum(r**2)) / len(y)
dy = r / len(y)
    This is the squared error. The absolute error does not square the differences.
value = float(np.sum(np.abs(r.sum(axis=1)))) / len(y)
    The differences of a sample cancel before you take the absolute value. In which order do Σ and
    |·| occur in Σ |y − t|?
dy = r / np.abs(r) / len(y)
    An output that equals its target gets nan, because r / |r| is 0/0 there. NumPy has a function
    for the sign of a number.
dy = 2 * r / len(y)
    `dy` is the derivative of r², not of |r|. By how much does |r| change if r grows from 5 to 6?
value = float(np.sum(np.linalg.norm(r, axis=1))) / len(y)
    The value adds up one Euclidean length per sample. Here you add up |y − t| over all entries.
"""),
)
