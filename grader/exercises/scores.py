"""Scores (N, K) that softmax and log_softmax are tried on: moderate, large, and far apart."""

import numpy as np

from grader.checking.contract import Case, case, dtype, float32, shapes, unchanged_inputs
from grader.exercises.losses import by_columns

LARGE, APART = "large scores", "rows far apart"
ORDINARY = "moderate scores"  # the property without which the others are not judged
MODERATE = (
    "one row, two classes",
    "more rows than classes",
    "as many rows as classes",
    "float32",
    "stored column by column",
)
FORM_OF_SCORES = (
    shapes(cases=MODERATE),
    dtype(cases=MODERATE),
    unchanged_inputs(cases=MODERATE),
)


def moderate_scores(rng: np.random.Generator, about: str, n: int, n_classes: int) -> Case:
    """Scores of both signs, of sizes around 1."""
    return case(about, u=1.5 * rng.normal(size=(n, n_classes)))


def score_cases(rng: np.random.Generator) -> list[Case]:
    """Moderate scores, smallest case first, then large ones, then rows of all heights."""
    single = moderate_scores(rng, "float32", 3, 4)
    return [
        moderate_scores(rng, "one row, two classes", 1, 2),
        moderate_scores(rng, "more rows than classes", 6, 3),
        moderate_scores(rng, "as many rows as classes", 4, 4),
        float32(single),
        by_columns(moderate_scores(rng, "stored column by column", 3, 5)),
        _far_apart(rng, LARGE, [1000.0, 1000.0, 1000.0]),
        _far_apart(rng, APART, [1000.0, -1000.0, 0.0, -1000.0]),
    ]


def _far_apart(rng: np.random.Generator, about: str, heights: list[float]) -> Case:
    """A row of scores around each height; in three rows one score is far below the others."""
    u = np.array(heights)[:, None] + rng.normal(size=(len(heights), 3))
    u[0, 1] -= 4000
    u[1, 2] -= 4000
    u[2, 0] -= 4000
    return case(about, u=u)
