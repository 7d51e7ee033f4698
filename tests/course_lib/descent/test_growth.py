"""growth: how fast momentum converges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import growth, max_stable_lr
from course_lib.optimizers import momentum_step

SETTINGS = st.tuples(st.floats(0.001, 3), st.floats(0, 0.99))


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


@pytest.mark.parametrize("mu", [-0.1, 1.0, float("nan")])
def test_a_momentum_that_never_fades_is_refused(mu: float) -> None:
    with pytest.raises(ValueError, match="growth: mu is"):
        growth(0.1, mu, 1.0)
