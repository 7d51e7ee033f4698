from typing import Any

import numpy as np
import pytest

from course_lib.functional import layernorm_forward, rmsnorm_backward, rmsnorm_forward


def data(*shape: int, seed: int = 0) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    return 3.0 + 2.0 * rng.normal(size=shape), rng.normal(size=shape[-1:])


def test_agrees_with_loops_over_steps_and_columns() -> None:
    x, gamma = data(2, 4, 3)
    y, _ = rmsnorm_forward(x, gamma, eps=0.02)
    for n in range(2):
        for t in range(4):
            square = sum(x[n, t, d] ** 2 for d in range(3)) / 3
            for d in range(3):
                expected = gamma[d] * x[n, t, d] / (square + 0.02) ** 0.5
                assert y[n, t, d] == pytest.approx(expected, rel=1e-12)


def test_is_layer_norm_where_the_mean_of_a_row_is_zero() -> None:
    x, gamma = data(6, 5)
    x = x - x.mean(axis=1, keepdims=True)
    y, _ = rmsnorm_forward(x, gamma, eps=0.02)
    expected, _ = layernorm_forward(x, gamma, np.zeros(5), eps=0.02)
    np.testing.assert_allclose(y, expected, rtol=1e-11, atol=1e-13)


def test_sees_the_shift_of_a_row_but_not_its_scale() -> None:
    x, gamma = data(6, 5)
    y = rmsnorm_forward(x, gamma, eps=1e-12)[0]
    np.testing.assert_allclose(rmsnorm_forward(7.0 * x, gamma, eps=1e-12)[0], y, atol=1e-10)
    assert not np.allclose(rmsnorm_forward(7.0 + x, gamma, eps=1e-12)[0], y, atol=0.1)


def test_the_gradient_is_orthogonal_to_the_row() -> None:
    x, gamma = data(2, 4, 5)
    _, cache = rmsnorm_forward(x, gamma, eps=1e-12)
    dx, dgamma = rmsnorm_backward(data(2, 4, 5, seed=1)[0], cache)
    np.testing.assert_allclose((dx * x).sum(axis=-1), 0.0, atol=1e-9)
    assert dgamma.shape == (5,)


def test_a_row_of_zeros_is_not_divided_by_zero() -> None:
    y, cache = rmsnorm_forward(np.zeros((4, 5)), np.ones(5), eps=0.02)
    np.testing.assert_array_equal(y, 0.0)
    assert all(np.all(np.isfinite(g)) for g in rmsnorm_backward(np.ones((4, 5)), cache))


def test_no_samples_are_normalised_to_none_but_no_columns_are_refused() -> None:
    x, gamma = data(0, 5)
    y, cache = rmsnorm_forward(x, gamma, eps=0.02)
    dx, dgamma = rmsnorm_backward(y, cache)
    assert y.shape == dx.shape == (0, 5)
    np.testing.assert_array_equal(dgamma, np.zeros(5))
    with pytest.raises(ValueError, match=r"shape \(6, 0\), and a row without values has no mean"):
        rmsnorm_forward(*data(6, 0), eps=0.02)


def test_shapes_are_checked() -> None:
    x, gamma = data(6, 5)
    with pytest.raises(ValueError, match="gamma"):
        rmsnorm_forward(x, gamma[:2], eps=0.02)
    with pytest.raises(ValueError, match=r"expected \(N, D\)"):
        rmsnorm_forward(x[0], gamma, eps=0.02)
