"""Scores (N, K) that softmax and log_softmax are tried on: moderate, large, and far apart."""

import numpy as np

from grader.checking.contract import Case, case, dtype, float32, shapes, unchanged_inputs
from grader.exercises.losses import by_columns

LARGE, APART = "large scores", "rows far apart"
ORDINARY = "moderate scores"  # the property without which the others are not judged
SOFTMAX = (  # where the answers are
    "course_lib.functional.softmax",
    "course_lib.functional.log_softmax",
    "course_lib.losses.softmax_cross_entropy",
)
FORM_OF_SCORES = (
    shapes(cases=ORDINARY),
    dtype(cases=ORDINARY),
    unchanged_inputs(cases=ORDINARY),
)


def moderate_scores(rng: np.random.Generator, about: str, shape: tuple[int, int]) -> Case:
    """Scores of both signs, of sizes around 1."""
    return case(about, u=1.5 * rng.normal(size=shape))


def score_cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Moderate scores, smallest case first, then large ones, then rows of all heights."""
    return {
        ORDINARY: [
            moderate_scores(rng, "one row, two classes", (1, 2)),
            moderate_scores(rng, "more rows than classes", (6, 3)),
            moderate_scores(rng, "as many rows as classes", (4, 4)),
            float32(moderate_scores(rng, "float32", (3, 4))),
            by_columns(moderate_scores(rng, "stored column by column", (3, 5))),
        ],
        LARGE: [far_apart(rng, "", [1000.0, 1000.0, 1000.0])],
        APART: [far_apart(rng, "", [1000.0, -1000.0, 0.0, -1000.0])],
    }


def far_apart(rng: np.random.Generator, about: str, heights: list[float]) -> Case:
    """A row of scores around each height; in three rows one score is far below the others."""
    u = np.array(heights)[:, None] + rng.normal(size=(len(heights), 3))
    u[[0, 1, 2], [1, 2, 0]] -= 4000
    return case(about, u=u)
