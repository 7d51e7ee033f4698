"""growth and best_momentum: how fast momentum converges, and with which settings."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import best_lr, best_momentum, gradient_descent, growth, max_stable_lr
from course_lib.optimizers import momentum_step

SETTINGS = st.tuples(st.floats(0.001, 3), st.floats(0, 0.99))
CURVATURES = st.lists(st.floats(0.05, 50), min_size=1, max_size=5).map(np.array)


def largest(lr: float, mu: float, curvatures: Any) -> float:
    return max(growth(lr, mu, c) for c in curvatures)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(how=SETTINGS, c=st.floats(-5, 50))
def test_is_the_largest_eigenvalue_of_one_step(how: tuple[float, float], c: float) -> None:
    # Near a double eigenvalue, where real eigenvalues become complex, both ways of computing it
    # are right to the root of the rounding only, 1e-8: hence 1e-5.
    lr, mu = how
    columns = [
        momentum_step(np.asarray(w), np.asarray(c * w), np.asarray(v), lr=lr, mu=mu)
        for w, v in ((1.0, 0.0), (0.0, 1.0))
    ]
    expected = np.abs(np.linalg.eigvals(np.array(columns).T)).max()
    factor = growth(lr, mu, c)
    assert type(factor) is float
    assert factor == pytest.approx(expected, rel=1e-5, abs=1e-7)
    assert factor >= np.sqrt(mu) * (1 - 1e-12)  # the roots have the product mu


@pytest.mark.parametrize(
    ("lr", "mu", "c"),
    [
        (0.1, 0.0, 4.0),  # real roots, no momentum
        (0.05, 0.2, 0.5),  # real roots
        (0.1, 0.8, 7.0),  # complex roots: w oscillates
        (0.5, 0.3, 6.0),  # diverges
        (0.02, 0.9, -1.0),  # a saddle
    ],
)
def test_in_the_long_run_a_step_multiplies_the_distance(lr: float, mu: float, c: float) -> None:
    w, v = np.ones(1), np.zeros(1)
    distances = []
    for _ in range(600):
        w, v = momentum_step(w, c * w, v, lr=lr, mu=mu)
        distances.append(float(np.hypot(w, v)[0]))
    # The mean factor over 400 steps; an oscillation is bounded and shifts it by a few thousandths.
    factor = (distances[599] / distances[199]) ** (1 / 400)
    assert factor == pytest.approx(growth(lr, mu, c), rel=0.01)


def test_without_momentum_it_is_the_factor_of_gradient_descent() -> None:
    for c in (-1.5, 0.5, 7.0):
        for lr in (0.01, 0.2, 0.4):
            assert growth(lr, 0.0, c) == pytest.approx(abs(1 - lr * c), rel=1e-14)
    assert growth(max_stable_lr(np.diag([7.0])), 0.0, 7.0) == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9, 0.99])
def test_momentum_is_stable_up_to_two_plus_two_mu_over_the_curvature(mu: float) -> None:
    limit = 2 * (1 + mu) / 5.0
    assert growth(0.999 * limit, mu, 5.0) < 1 < growth(1.001 * limit, mu, 5.0)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9])
def test_every_rate_leaves_a_saddle_slower_than_the_effective_rate(mu: float) -> None:
    plain, effective = 1 + 0.02 * 2.0, 1 + 0.02 / (1 - mu) * 2.0
    assert plain <= growth(0.02, mu, -2.0) <= effective


@settings(max_examples=25, deadline=None, derandomize=True)
@given(curvatures=CURVATURES)
def test_no_rate_and_momentum_on_a_grid_grow_less(curvatures: Any) -> None:
    lr, mu = best_momentum(curvatures)
    assert type(lr) is type(mu) is float
    best = largest(lr, mu, curvatures)
    root = np.sqrt(curvatures.max() / curvatures.min())
    # Both extreme curvatures have a double root here: right to the root of the rounding.
    assert best == pytest.approx((root - 1) / (root + 1), rel=1e-5, abs=1e-7)
    assert best == pytest.approx(np.sqrt(mu), rel=1e-5, abs=1e-7)
    for other_mu in np.linspace(0, 0.99, 34):
        for share in np.linspace(0.02, 1, 50):
            other_lr = share * 2 * (1 + other_mu) / curvatures.max()
            assert largest(other_lr, other_mu, curvatures) >= best * (1 - 1e-5) - 1e-7


def test_next_to_the_best_point_the_growth_is_larger() -> None:
    c = np.array([0.1, 1.0, 10.0])
    lr, mu = best_momentum(c)
    best = largest(lr, mu, c)
    for a, b in [(1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)]:
        assert largest(a * lr, b * mu, c) > best + 1e-3


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
        assert growth(lr, mu, 4.0) == pytest.approx(0.0, abs=1e-14)


def test_precision_and_purity() -> None:
    c = np.array([4.0, 1.0, 0.25])  # exact in single precision
    before = c.copy()
    assert best_momentum(c.astype(np.float32)) == best_momentum(c) == best_momentum(c[::-1])
    np.testing.assert_array_equal(c, before)


@pytest.mark.parametrize("mu", [-0.1, 1.0, float("nan")])
def test_a_momentum_that_never_fades_is_refused(mu: float) -> None:
    with pytest.raises(ValueError, match="growth: mu is"):
        growth(0.1, mu, 1.0)


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
    with pytest.raises(error, match=f"^best_momentum: .*{message}"):
        best_momentum(curvatures)
