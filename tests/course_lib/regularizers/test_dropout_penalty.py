from itertools import product
from typing import Any

import numpy as np
import pytest

from course_lib.functional import dropout_forward
from course_lib.regularizers import dropout_penalty


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("drop_prob", [0.0, 0.1, 0.5, 0.9])
def test_is_the_rise_of_the_expected_squared_error_over_all_masks(drop_prob: float) -> None:
    x, w, t = rng(0).normal(size=(3, 6)), rng(1).normal(size=6), rng(2).normal(size=3)
    expected = 0.0
    for mask in product([0, 1], repeat=6):
        chance = np.prod([1 - drop_prob if kept else drop_prob for kept in mask])
        y = (x * mask / (1 - drop_prob)) @ w
        expected += chance * np.mean((y - t) ** 2)
    penalty = dropout_penalty(x, w, drop_prob)
    assert type(penalty) is float
    assert penalty == pytest.approx(expected - np.mean((x @ w - t) ** 2), rel=1e-12, abs=1e-12)


def test_is_what_the_forward_pass_of_dropout_adds() -> None:
    x, w, t, draw = rng(0).normal(size=(4, 20)), rng(1).normal(size=20), np.ones(4), rng(2)
    errors = [
        np.mean((dropout_forward(x, 0.3, draw, training=True)[0] @ w - t) ** 2)
        for _ in range(20_000)
    ]
    rise = np.mean(errors) - np.mean((x @ w - t) ** 2)
    spread = np.std(errors) / len(errors) ** 0.5
    assert abs(rise - dropout_penalty(x, w, 0.3)) < 6 * spread


def test_least_squares_with_it_is_ridge_with_a_strength_for_each_weight() -> None:
    x = rng(0).normal(size=(50, 4)) * [0.1, 1, 3, 10]
    t, odds = rng(1).normal(size=50), 0.4 / 0.6
    strengths = np.diag(odds * np.mean(x**2, axis=0))
    w = np.linalg.solve(x.T @ x / 50 + strengths, x.T @ t / 50)

    def objective(w: Any) -> float:
        return float(np.mean((x @ w - t) ** 2)) + dropout_penalty(x, w, 0.4)

    for seed in range(100):
        elsewhere = w + 1e-3 * rng(seed).normal(size=4) / [0.1, 1, 3, 10]
        assert objective(w) < objective(elsewhere)


def test_impossible_arguments_are_refused() -> None:
    x, w = np.ones((3, 2)), np.ones(2)
    for drop_prob in (-0.1, 1.0, float("nan")):
        with pytest.raises(ValueError, match=r"dropout_penalty: .* not of keeping"):
            dropout_penalty(x, w, drop_prob)
    for shapes in ((x, np.ones(3)), (x[0], w), (x, w[:, None])):
        with pytest.raises(ValueError, match="dropout_penalty: "):
            dropout_penalty(*shapes, 0.5)
    with pytest.raises(ValueError, match="batch is empty"):
        dropout_penalty(x[:0], w, 0.5)
    for integers in ((x.astype(int), w), (x, w.astype(int))):
        with pytest.raises(TypeError, match="floating point"):
            dropout_penalty(*integers, 0.5)
