"""momentum_matrix, spectral_radius and best_momentum: how fast momentum converges."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import (
    best_lr,
    best_momentum,
    gradient_descent,
    max_stable_lr,
    momentum_matrix,
    spectral_radius,
)
from course_lib.optimizers import momentum_step

SETTINGS = st.tuples(st.floats(0.001, 3), st.floats(0, 0.99))
CURVATURES = st.lists(st.floats(0.05, 50), min_size=1, max_size=5).map(np.array)


def of_the_matrix(lr: float, mu: float, c: float) -> float:
    return float(np.abs(np.linalg.eigvals(momentum_matrix(lr, mu, c))).max())


@settings(max_examples=30, deadline=None, derandomize=True)
@given(how=SETTINGS, c=st.floats(-2, 5), seed=st.integers(0, 10**6))
def test_the_matrix_makes_the_steps_of_momentum(
    how: tuple[float, float], c: float, seed: int
) -> None:
    lr, mu = how
    state = np.random.default_rng(seed).normal(size=2)
    M = momentum_matrix(lr, mu, c)
    assert M.shape == (2, 2)
    assert M.dtype == np.float64
    w, v = state
    for k in range(1, 6):
        w, v = momentum_step(np.asarray(w), np.asarray(c * w), np.asarray(v), lr=lr, mu=mu)
        after = np.linalg.matrix_power(M, k) @ state
        np.testing.assert_allclose(after, [w, v], rtol=1e-9, atol=1e-9 * np.abs(after).max())
    assert np.linalg.det(M) == pytest.approx(mu, abs=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(how=SETTINGS, curvatures=CURVATURES)
def test_the_radius_is_the_largest_eigenvalue_of_all_matrices(
    how: tuple[float, float], curvatures: Any
) -> None:
    # Near a double eigenvalue, where real eigenvalues become complex, both ways of computing it
    # are right to the root of the rounding only, 1e-8: hence 1e-5.
    radius = spectral_radius(*how, curvatures)
    assert type(radius) is float
    expected = max(of_the_matrix(*how, c) for c in curvatures)
    assert radius == pytest.approx(expected, rel=1e-5, abs=1e-7)
    assert spectral_radius(*how, curvatures[::-1]) == radius
    assert radius >= np.sqrt(how[1]) * (1 - 1e-12)  # the eigenvalues have the product mu


@pytest.mark.parametrize(
    ("lr", "mu", "curvatures"),
    [
        (0.1, 0.0, [1.0, 4.0]),  # real eigenvalues, no momentum
        (0.05, 0.2, [0.5, 9.0]),  # real eigenvalues decide
        (0.1, 0.8, [1.0, 7.0]),  # complex eigenvalues: w oscillates
        (0.5, 0.3, [1.0, 6.0]),  # diverges
    ],
)
def test_in_the_long_run_a_step_multiplies_the_distance_by_the_radius(
    lr: float, mu: float, curvatures: list[float]
) -> None:
    c = np.array(curvatures)
    w, v = np.ones(len(c)), np.zeros(len(c))
    distances = []
    for _ in range(600):
        w, v = momentum_step(w, c * w, v, lr=lr, mu=mu)
        distances.append(np.hypot(np.linalg.norm(w), np.linalg.norm(v)))
    # The mean factor over 400 steps; an oscillation is bounded and shifts it by a few thousandths.
    factor = (distances[599] / distances[199]) ** (1 / 400)
    assert factor == pytest.approx(spectral_radius(lr, mu, c), rel=0.01)


def test_without_momentum_it_is_the_slowest_factor_of_gradient_descent() -> None:
    c = np.array([0.5, 2.0, 7.0])
    for lr in (0.01, 0.2, best_lr(np.diag(c)), 0.28, 0.4):
        assert spectral_radius(lr, 0.0, c) == pytest.approx(np.abs(1 - lr * c).max(), rel=1e-14)
    assert spectral_radius(max_stable_lr(np.diag(c)), 0.0, c) == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9, 0.99])
def test_momentum_is_stable_up_to_two_plus_two_mu_over_the_curvature(mu: float) -> None:
    c = np.array([0.3, 5.0])
    limit = 2 * (1 + mu) / 5.0
    assert spectral_radius(0.999 * limit, mu, c) < 1 < spectral_radius(1.001 * limit, mu, c)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(curvatures=CURVATURES)
def test_no_rate_and_momentum_on_a_grid_have_a_smaller_radius(curvatures: Any) -> None:
    lr, mu = best_momentum(curvatures)
    assert type(lr) is type(mu) is float
    best = spectral_radius(lr, mu, curvatures)
    root = np.sqrt(curvatures.max() / curvatures.min())
    # Both extreme curvatures have a double eigenvalue here: right to the root of the rounding.
    assert best == pytest.approx((root - 1) / (root + 1), rel=1e-5, abs=1e-7)
    assert best == pytest.approx(np.sqrt(mu), rel=1e-5, abs=1e-7)
    for other_mu in np.linspace(0, 0.99, 34):
        for share in np.linspace(0.02, 1, 50):
            other_lr = share * 2 * (1 + other_mu) / curvatures.max()
            assert spectral_radius(other_lr, other_mu, curvatures) >= best * (1 - 1e-5) - 1e-7


def test_next_to_the_best_point_the_radius_is_larger() -> None:
    c = np.array([0.1, 1.0, 10.0])
    lr, mu = best_momentum(c)
    best = spectral_radius(lr, mu, c)
    for a, b in [(1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)]:
        assert spectral_radius(a * lr, b * mu, c) > best + 1e-3


def test_it_beats_the_best_rate_without_momentum() -> None:
    c = np.array([0.01, 1.0])
    lr, mu = best_momentum(c)
    alone = gradient_descent(lambda w: c * w, np.ones(2), best_lr(np.diag(c)), 200)[-1]
    w, v = np.ones(2), np.zeros(2)
    for _ in range(200):
        w, v = momentum_step(w, c * w, v, lr=lr, mu=mu)
    # 200 steps of the factors 0.980 and 0.818.
    assert np.linalg.norm(alone) > 1e-2
    assert np.linalg.norm(w) < 1e-13


def test_one_curvature_needs_no_momentum() -> None:
    for curvatures in (np.array([4.0]), np.array([4.0, 4.0, 4.0])):
        lr, mu = best_momentum(curvatures)
        assert lr == pytest.approx(0.25, rel=1e-14)
        assert mu == 0.0
        assert spectral_radius(lr, mu, curvatures) == pytest.approx(0.0, abs=1e-14)


def test_precision_and_purity() -> None:
    c = np.array([0.25, 1.0, 4.0])  # exact in single precision
    before = c.copy()
    for how in [(0.1, 0.7), (0.01, 0.1)]:  # complex and real eigenvalues decide
        assert spectral_radius(*how, c.astype(np.float32)) == spectral_radius(*how, c)
    assert best_momentum(c.astype(np.float32)) == best_momentum(c)
    assert spectral_radius(0.1, 0.7, np.array([1, 4])) == spectral_radius(0.1, 0.7, c[1:])
    np.testing.assert_array_equal(c, before)


@pytest.mark.parametrize("mu", [-0.1, 1.0, float("nan")])
def test_a_momentum_that_never_fades_is_refused(mu: float) -> None:
    with pytest.raises(ValueError, match="momentum_matrix: mu is"):
        momentum_matrix(0.1, mu, 1.0)
    with pytest.raises(ValueError, match="spectral_radius: mu is"):
        spectral_radius(0.1, mu, np.ones(1))


@pytest.mark.parametrize(
    ("curvatures", "error", "message"),
    [
        (np.zeros(0), ValueError, "curvatures is empty"),
        (np.array([1.0, 0.0]), ValueError, "run from 0 to 1, expected positive"),
        (np.array([1.0, -2.0]), ValueError, "run from -2 to 1"),
        (np.array([1.0, np.nan]), ValueError, "from nan to nan"),
        (np.array([1.0, np.inf]), ValueError, "to inf"),
        (np.eye(2), ValueError, r"expected \(D,\)"),
        ([1.0, 2.0], TypeError, r"numpy\.asarray\(curvatures\)"),
    ],
)
def test_impossible_curvatures_are_refused(
    curvatures: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^spectral_radius: .*{message}"):
        spectral_radius(0.1, 0.5, curvatures)
    with pytest.raises(error, match=f"^best_momentum: .*{message}"):
        best_momentum(curvatures)
