"""Scores (N, K) that exercises with a softmax are tried on, and what their mistakes are made of."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case


def log_softmax(u: Any) -> Any:
    """Logarithms of the probabilities of each row."""
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def softmax(u: Any) -> Any:
    """Probabilities of each row."""
    return np.exp(log_softmax(u))


def far_apart(rng: np.random.Generator, about: str, heights: list[float]) -> Case:
    """A row of scores around each height; in three rows one score is far below the others."""
    u = np.array(heights)[:, None] + rng.normal(size=(len(heights), 3))
    u[[0, 1, 2], [1, 2, 0]] -= 4000
    return case(about, u=u)
