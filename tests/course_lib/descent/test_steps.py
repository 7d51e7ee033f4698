"""max_stable_lr and taylor_change: how far a step may go, and what it does."""

import math
from typing import Any

import numpy as np
import pytest

from course_lib.descent import gradient_descent, max_stable_lr, taylor_change
from tests.course_lib.descent.test_best_lr import hessian


def test_descent_converges_just_below_and_diverges_just_above() -> None:
    H = hessian(0.5, 2.0, 7.0)
    lr = max_stable_lr(H)
    assert lr == pytest.approx(2 / 7, rel=1e-12)
    w0 = np.ones(3)
    below, above = (gradient_descent(lambda w: H @ w, w0, s * lr, 2000)[-1] for s in (0.99, 1.01))
    assert np.linalg.norm(below) < 1e-6
    assert np.linalg.norm(above) > 1e6


def test_flat_directions_do_not_limit_the_rate() -> None:
    X = np.random.default_rng(0).normal(size=(3, 5))  # X^T X has two eigenvalues of 0
    lr = max_stable_lr(X.T @ X)
    assert lr == pytest.approx(2 / np.linalg.norm(X, 2) ** 2, rel=1e-12)
    assert max_stable_lr(np.zeros((2, 2))) == math.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaling_the_loss_scales_the_rate(dtype: Any) -> None:
    H = hessian(0.5, 2.0, 7.0).astype(dtype)
    for scale in (1e-6, 1e6):
        assert max_stable_lr(scale * H) == pytest.approx(max_stable_lr(H) / scale, rel=1e-5)
    assert max_stable_lr(np.array([[4.0]], dtype=dtype)) == 0.5


def test_the_change_on_a_quadratic_is_exact() -> None:
    rng = np.random.default_rng(1)
    H, b, w = hessian(0.5, -1.0, 7.0), rng.normal(size=3), rng.normal(size=3)

    def loss(w: np.ndarray) -> float:
        return float(0.5 * w @ H @ w - b @ w)

    g = H @ w - b
    for lr in (0.0, 0.01, 0.5, 3.0):
        assert taylor_change(g, H, lr) == pytest.approx(loss(w - lr * g) - loss(w), abs=1e-10)


def test_the_change_on_another_function_is_wrong_by_the_third_order_only() -> None:
    w = np.array([0.3, -0.8])
    g, H = np.exp(w), np.diag(np.exp(w))
    errors = [
        abs(np.sum(np.exp(w - lr * g)) - np.sum(np.exp(w)) - taylor_change(g, H, lr))
        for lr in (0.02, 0.01)
    ]
    assert errors[0] / errors[1] == pytest.approx(8, rel=0.02)  # half the rate, an eighth


def test_the_loss_falls_for_small_rates_and_rises_beyond_the_stable_one() -> None:
    H = hessian(0.5, 2.0, 7.0)
    steepest = np.linalg.eigh(H)[1][:, -1]
    lr = max_stable_lr(H)
    assert taylor_change(steepest, H, 0.99 * lr) < 0 < taylor_change(steepest, H, 1.01 * lr)
    assert taylor_change(np.zeros(3), H, 0.1) == 0.0


def test_purity_layout_and_type() -> None:
    H, g = hessian(1.0, 2.0), np.array([1.0, -3.0])
    before = H.copy(), g.copy()
    for a, b in [
        (max_stable_lr(H), max_stable_lr(np.asfortranarray(H))),
        (taylor_change(g, H, 0.1), taylor_change(g[::-1][::-1], np.asfortranarray(H), 0.1)),
    ]:
        assert type(a) is type(b) is float
        assert a == pytest.approx(b, rel=1e-12)
    np.testing.assert_array_equal(H, before[0])
    np.testing.assert_array_equal(g, before[1])


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="D is 2 in H"):
        max_stable_lr(np.ones((2, 3)))
    with pytest.raises(TypeError, match="H has dtype int64"):
        max_stable_lr(np.ones((2, 2), dtype=np.int64))
    with pytest.raises(ValueError, match="differs from its transpose by 1"):
        max_stable_lr(np.array([[1.0, 1.0], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="negative eigenvalue -1"):
        max_stable_lr(hessian(2.0, -1.0))
    with pytest.raises(ValueError, match="D is 2 in g"):
        taylor_change(np.ones(2), np.ones((3, 3)), 0.1)
