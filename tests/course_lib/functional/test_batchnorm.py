from typing import Any

import numpy as np
import pytest

from course_lib.functional import batchnorm_backward, batchnorm_forward

SETTINGS: dict[str, Any] = {"momentum": 0.3, "eps": 0.02}


def data(seed: int = 0, N: int = 6, D: int = 3) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    state = {"mean": rng.normal(size=D), "var": 0.5 + rng.random(D)}
    x = 3.0 + 2.0 * rng.normal(size=(N, D))
    return x, rng.normal(size=D), rng.normal(size=D), state


def test_agrees_with_loops_over_columns_and_rows() -> None:
    x, gamma, beta, state = data()
    y, _, new = batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)
    N, D = x.shape
    for d in range(D):
        mean = sum(x[n, d] for n in range(N)) / N
        squares = sum((x[n, d] - mean) ** 2 for n in range(N))
        for n in range(N):
            x_hat = (x[n, d] - mean) / (squares / N + 0.02) ** 0.5
            assert y[n, d] == pytest.approx(gamma[d] * x_hat + beta[d], rel=1e-12)
        assert new["mean"][d] == pytest.approx(0.7 * state["mean"][d] + 0.3 * mean)
        assert new["var"][d] == pytest.approx(0.7 * state["var"][d] + 0.3 * squares / (N - 1))


def test_training_does_not_see_shift_and_scale_of_a_column() -> None:
    x, gamma, beta, state = data()
    settings: dict[str, Any] = {"training": True, "momentum": 0.1, "eps": 1e-12}
    y = batchnorm_forward(x, gamma, beta, state, **settings)[0]
    y2 = batchnorm_forward(5.0 + 7.0 * x, gamma, beta, state, **settings)[0]
    np.testing.assert_allclose(y2, y, atol=1e-10)  # eps / var changes by 1e-12


def test_evaluation_treats_every_row_by_itself_and_keeps_the_state() -> None:
    x, gamma, beta, state = data()
    y, _, same = batchnorm_forward(x, gamma, beta, state, training=False, **SETTINGS)
    rows = [
        batchnorm_forward(x[n : n + 1], gamma, beta, state, training=False, **SETTINGS)[0]
        for n in range(len(x))
    ]
    np.testing.assert_array_equal(y, np.concatenate(rows))
    for key in ("mean", "var"):
        np.testing.assert_array_equal(same[key], state[key])


def test_the_given_state_is_not_changed_in_training() -> None:
    x, gamma, beta, state = data()
    before = {key: value.copy() for key, value in state.items()}
    _, _, new = batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)
    for key in before:
        np.testing.assert_array_equal(state[key], before[key])
        assert not np.array_equal(new[key], before[key])


def test_running_statistics_approach_those_of_the_data() -> None:
    rng = np.random.default_rng(0)
    state = {"mean": np.zeros(2), "var": np.ones(2)}
    for _ in range(300):
        x = np.array([3.0, -1.0]) + np.array([2.0, 0.5]) * rng.normal(size=(50, 2))
        _, _, state = batchnorm_forward(
            x, np.ones(2), np.zeros(2), state, training=True, momentum=0.05, eps=1e-5
        )
    # About 40 batches of 50 are averaged: standard error 2 / sqrt(2000) = 0.04 and less.
    np.testing.assert_allclose(state["mean"], [3.0, -1.0], atol=0.25)
    np.testing.assert_allclose(state["var"], [4.0, 0.25], rtol=0.2)


def test_the_gradient_is_orthogonal_to_what_training_ignores() -> None:
    # A common shift of a column changes no output, nor (without eps) does a common scale.
    x, gamma, beta, state = data()
    y, cache, _ = batchnorm_forward(x, gamma, beta, state, training=True, momentum=0.1, eps=1e-12)
    dx, _, _ = batchnorm_backward(np.random.default_rng(1).normal(size=y.shape), cache)
    np.testing.assert_allclose(dx.sum(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose((dx * (x - x.mean(axis=0))).sum(axis=0), 0.0, atol=1e-10)


def test_a_constant_column_is_not_divided_by_zero() -> None:
    _, gamma, beta, state = data()
    y, cache, _ = batchnorm_forward(
        np.full((4, 3), 2.5), gamma, beta, state, training=True, **SETTINGS
    )
    np.testing.assert_allclose(y, np.broadcast_to(beta, (4, 3)), rtol=1e-12)
    assert all(np.all(np.isfinite(g)) for g in batchnorm_backward(np.ones((4, 3)), cache))


@pytest.mark.parametrize("N", [0, 1])
def test_training_needs_two_rows(N: int) -> None:
    x, gamma, beta, state = data(N=N)
    with pytest.raises(ValueError, match="at least 2 rows"):
        batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)


def test_shapes_of_parameters_and_state_are_checked() -> None:
    x, gamma, beta, state = data()
    with pytest.raises(ValueError, match="gamma"):
        batchnorm_forward(x, gamma[:2], beta, state, training=True, **SETTINGS)
    with pytest.raises(ValueError, match="var"):
        batchnorm_forward(x, gamma, beta, {**state, "var": np.ones(1)}, training=True, **SETTINGS)
