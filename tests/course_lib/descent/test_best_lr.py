import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import best_lr, gradient_descent, max_stable_lr


def hessian(*eigenvalues: float, seed: int = 0) -> np.ndarray:
    D = len(eigenvalues)
    Q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(D, D)))
    H = Q @ np.diag(eigenvalues) @ Q.T
    return (H + H.T) / 2


def slowest_factor(H: np.ndarray, lr: float) -> float:
    return float(np.abs(1 - lr * np.linalg.eigvalsh(H)).max())


@settings(max_examples=30, deadline=None, derandomize=True)
@given(lam=st.lists(st.floats(0.1, 100), min_size=1, max_size=6), seed=st.integers(0, 10**6))
def test_no_other_rate_makes_the_slowest_factor_smaller(lam: list[float], seed: int) -> None:
    H = hessian(*lam, seed=seed)
    lr = best_lr(H)
    assert lr == pytest.approx(2 / (min(lam) + max(lam)), rel=1e-10)
    best = slowest_factor(H, lr)
    kappa = max(lam) / min(lam)
    assert best == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-9)
    for other in np.linspace(0, max_stable_lr(H), 401):
        assert slowest_factor(H, other) >= best - 1e-9
    # To both sides it becomes larger: the rate is the only best one.
    assert min(slowest_factor(H, 0.99 * lr), slowest_factor(H, 1.01 * lr)) > best + 1e-5


def test_descent_approaches_the_minimum_by_this_factor_per_step() -> None:
    H = hessian(0.5, 2.0, 7.0)
    path = gradient_descent(lambda w: H @ w, np.ones(3), best_lr(H), 200)
    distances = np.linalg.norm(path, axis=1)
    assert distances[200] / distances[199] == pytest.approx(6.5 / 7.5, rel=1e-6)


def test_equal_curvatures_need_one_step() -> None:
    H = 4.0 * np.eye(3)
    assert best_lr(H) == 0.25
    np.testing.assert_array_equal(gradient_descent(lambda w: H @ w, np.ones(3), 0.25, 1)[-1], 0.0)
    assert best_lr(np.array([[4.0]])) == 0.25


def test_type_precision_and_purity() -> None:
    H = hessian(0.5, 2.0, 7.0)
    before = H.copy()
    assert type(best_lr(H)) is float
    assert best_lr(H.astype(np.float32)) == pytest.approx(2 / 7.5, rel=1e-5)
    np.testing.assert_array_equal(H, before)
    # A ravine of condition number 100,000 is still definite, in both precisions.
    ravine = np.diag([1e-5, 1.0])
    assert best_lr(ravine.astype(np.float32)) == pytest.approx(2 / 1.00001, rel=1e-6)


def test_matrices_without_a_best_rate_are_refused() -> None:
    with pytest.raises(ValueError, match="best_lr: D is 2 in H"):
        best_lr(np.ones((2, 3)))
    with pytest.raises(TypeError, match="H has dtype int64"):
        best_lr(np.eye(2, dtype=np.int64))
    with pytest.raises(ValueError, match="best_lr: H differs from its transpose by 1"):
        best_lr(np.array([[1.0, 1.0], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="smallest eigenvalue of H is -1, expected a positive"):
        best_lr(hessian(2.0, -1.0))
    for flat in (np.zeros((2, 2)), np.diag([0.0, 3.0]), np.ones((3, 3))):
        with pytest.raises(ValueError, match="smallest eigenvalue of H is"):
            best_lr(flat)
