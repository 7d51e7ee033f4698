from typing import Any

import numpy as np
import pytest

from course_lib.functional import (
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)


def data(seed: int = 0, N: int = 6, D: int = 5) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    return 3.0 + 2.0 * rng.normal(size=(N, D)), rng.normal(size=D), rng.normal(size=D)


def test_agrees_with_loops_over_rows_and_columns() -> None:
    x, gamma, beta = data()
    y, _ = layernorm_forward(x, gamma, beta, eps=0.02)
    N, D = x.shape
    for n in range(N):
        mean = sum(x[n, d] for d in range(D)) / D
        var = sum((x[n, d] - mean) ** 2 for d in range(D)) / D
        for d in range(D):
            x_hat = (x[n, d] - mean) / (var + 0.02) ** 0.5
            assert y[n, d] == pytest.approx(gamma[d] * x_hat + beta[d], rel=1e-12)


def test_every_row_is_by_itself() -> None:
    x, gamma, beta = data()
    y, cache = layernorm_forward(x, gamma, beta, eps=0.02)
    dy = data(1)[0]
    dx, _, _ = layernorm_backward(dy, cache)
    for n in range(len(x)):
        y_n, cache_n = layernorm_forward(x[n : n + 1], gamma, beta, eps=0.02)
        np.testing.assert_allclose(y_n, y[n : n + 1], rtol=1e-12)
        np.testing.assert_allclose(layernorm_backward(dy[n : n + 1], cache_n)[0], dx[n : n + 1])


def test_every_step_of_a_sequence_is_a_row() -> None:
    rows, gamma, beta = data(N=12)
    x, dy = rows.reshape(3, 4, 5), data(1, N=12)[0]
    y, cache = layernorm_forward(x, gamma, beta, eps=0.02)
    expected, of_rows = layernorm_forward(rows, gamma, beta, eps=0.02)
    assert y.shape == (3, 4, 5)
    np.testing.assert_allclose(y.reshape(12, 5), expected, rtol=1e-13)
    dx, dgamma, dbeta = layernorm_backward(dy.reshape(3, 4, 5), cache)
    assert dx.shape == (3, 4, 5)
    wanted = layernorm_backward(dy, of_rows)
    for got, want in zip((dx.reshape(12, 5), dgamma, dbeta), wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13)
    with pytest.raises(ValueError, match=r"expected .*\(N, T, D\)"):
        layernorm_backward(dy, cache)


def test_does_not_see_shift_and_scale_of_a_row() -> None:
    x, gamma, beta = data()
    shift, scale = 5.0 + np.arange(6.0)[:, None], 1.0 + np.arange(6.0)[:, None]
    y = layernorm_forward(x, gamma, beta, eps=1e-12)[0]
    y2 = layernorm_forward(shift + scale * x, gamma, beta, eps=1e-12)[0]
    np.testing.assert_allclose(y2, y, atol=1e-10)  # eps / var changes by 1e-12


def test_the_gradient_is_orthogonal_to_what_is_not_seen() -> None:
    x, gamma, beta = data()
    _, cache = layernorm_forward(x, gamma, beta, eps=1e-12)
    dx, _, _ = layernorm_backward(data(1)[0], cache)
    np.testing.assert_allclose(dx.sum(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose((dx * (x - x.mean(axis=1, keepdims=True))).sum(axis=1), 0, atol=1e-9)


def test_is_batch_norm_turned_on_its_side() -> None:
    x, _, _ = data()
    N, D = x.shape
    state = {"mean": np.zeros(N), "var": np.ones(N)}
    turned, _, _ = batchnorm_forward(
        x.T, np.ones(N), np.zeros(N), state, training=True, momentum=0.1, eps=0.02
    )
    y, _ = layernorm_forward(x, np.ones(D), np.zeros(D), eps=0.02)
    np.testing.assert_allclose(y, turned.T, rtol=1e-12)


def test_a_constant_row_is_not_divided_by_zero() -> None:
    _, gamma, beta = data()
    y, cache = layernorm_forward(np.full((4, 5), 2.5), gamma, beta, eps=0.02)
    np.testing.assert_allclose(y, np.broadcast_to(beta, (4, 5)), rtol=1e-12)
    assert all(np.all(np.isfinite(g)) for g in layernorm_backward(np.ones((4, 5)), cache))


def test_no_samples_are_normalised_to_none_but_no_columns_are_refused() -> None:
    x, gamma, beta = data(N=0)
    y, cache = layernorm_forward(x, gamma, beta, eps=0.02)
    dx, dgamma, dbeta = layernorm_backward(y, cache)
    assert y.shape == dx.shape == (0, 5)
    np.testing.assert_array_equal([dgamma, dbeta], np.zeros((2, 5)))
    with pytest.raises(ValueError, match=r"shape \(6, 0\), and a row without values has no mean"):
        layernorm_forward(*data(D=0), eps=0.02)


def test_shapes_are_checked() -> None:
    x, gamma, beta = data()
    with pytest.raises(ValueError, match="gamma"):
        layernorm_forward(x, gamma[:2], beta, eps=0.02)
    for wrong in (x[0], x[None, None]):
        with pytest.raises(ValueError, match=r"expected \(N, D\)"):
            layernorm_forward(wrong, gamma, beta, eps=0.02)
    with pytest.raises(ValueError, match="D is 3 in x"):
        layernorm_forward(np.ones((2, 5, 3)), gamma, beta, eps=0.02)
