"""``mean_absolute_error(y, t) -> (value, dy)``: the mean absolute error and its gradient."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, function, step, values
from grader.exercises.losses import (
    FORM_OF_A_LOSS,
    TABLES,
    kinks_apart,
    table_cases,
    value_and_gradient_mistakes,
)
from grader.exercises.ps02.squared_error import pairs

MET = "some targets met exactly"


def mean_absolute_error(y, t):
    r = y - t
    return float(np.sum(np.abs(r))) / len(y), np.sign(r) / len(y)


def cases(rng: np.random.Generator) -> list[Case]:
    met = pairs(rng, MET, (3, 2))
    met["t"][[0, 1, 2], [1, 0, 0]] = met["y"][[0, 1, 2], [1, 0, 0]]
    return [*table_cases(pairs, rng), met]


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where y = t every number from -1/N to 1/N is a subgradient: any of them counts as 0."""
    most = 1 / len(case["y"])
    return kinks_apart(outputs, "dy", case["y"] == case["t"], -most, most)


exercise = function(
    mean_absolute_error,
    returns="value, dy",
    points=1,
    cases=cases,
    observe=observe,
    judge=[
        values("value", weight=3, cases=TABLES, title="the value"),
        values("dy", weight=4, cases=TABLES, title="the gradient"),
        values(
            "dy",
            "dy at the kink",
            cases=MET,
            form=True,  # a few numbers, which many wrong gradients get right, too
            title="targets that are met exactly",
            after="the gradient",
        ),
    ],
    form=FORM_OF_A_LOSS,
    answers=("course_lib.losses.mean_absolute_error",),
    hints=(
        step(
            "Let r = y − t hold a 3, a −3 and zeros. What does each of the two add to the value, "
            "and by which number is the sum divided?",
            "the value",
        ),
        step(
            "Draw |r|. What is its derivative on the right of 0, and what on the left?",
            "the gradient",
        ),
        "L = (1/N) Σ |y − t|. Each entry of y occurs in only one term of the sum, and the "
        "derivative of this term is ±1.",
        "Smaller: y = [[3, 1], [0, 0]] and t = [[1, 2], [0, 4]]. The distances 2, 1, 0, 4 add up "
        "to 7, so the value is 7/2 = 3.5, and dy = [[0.5, −0.5], [0, −0.5]]; instead of the 0, "
        "any number from −0.5 to 0.5 is accepted.",
    ),
    grows=lambda rng, n: pairs(rng, "growing", (n, 3)),
)

value_and_gradient_mistakes(exercise)
exercise.slip(
    "np.sign(r) /",
    "r /",
    "`dy` grows with the difference, as the gradient of a squared error does. What is the "
    "derivative of |r| at r = 0.5, and what at r = 5?",
)
exercise.slip(
    "np.sign(r)",
    "np.ones(y.shape)",
    "`dy` is positive everywhere. Does |r| rise or fall with r for r < 0?",
)
exercise.slip(
    "np.sign(r)",
    "(r > 0)",
    "`dy` is 0 where the output is below the target. There |r| falls when r rises: its derivative "
    "is not 0.",
)
exercise.slip(
    "np.sign(r)",
    "np.abs(r)",
    "You use |r| for the value and for the gradient. The derivative of |r| is another function: "
    "it has only two values, apart from r = 0.",
)
exercise.slip(
    "np.abs(r)",
    "r",
    "Differences of opposite sign cancel in the value. Where do you take the absolute value?",
)
exercise.slip(
    "float(np.sum(np.abs(r))) / len(y), np.sign(r)",
    "0.5 * float(np.sum(np.abs(r))) / len(y), 0.5 * np.sign(r)",
    "There is no ½ in the absolute error: the derivative has no factor 2 that it could cancel.",
)
exercise.slip(
    "float(", "0.5 * float(", "The value has a factor ½, which the absolute error does not have."
)
exercise.slip(
    "float(np.sum(np.abs(r))) / len(y), np.sign(r)",
    "0.5 * float(np.sum(r**2)) / len(y), r",
    "This is the squared error. The absolute error does not square the differences.",
)
exercise.slip(
    "np.abs(r)",
    "np.abs(r.sum(axis=1))",
    "The differences of a sample cancel before you take the absolute value. In which order do Σ "
    "and |·| occur in Σ |y − t|?",
)
exercise.slip(
    "np.sign(r)",
    "r / np.abs(r)",
    "An output that equals its target gets nan, because r / |r| is 0/0 there. NumPy has a "
    "function for the sign of a number.",
)
exercise.slip(
    "np.sign(r) /",
    "2 * r /",
    "`dy` is the derivative of r², not of |r|. By how much does |r| change if r grows from 5 to 6?",
)
exercise.slip(
    "np.sum(np.abs(r))",
    "np.sum(np.linalg.norm(r, axis=1))",
    "The value adds up one Euclidean length per sample. Here you add up |y − t| over all entries.",
)
