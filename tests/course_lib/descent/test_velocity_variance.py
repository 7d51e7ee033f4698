import numpy as np
import pytest

from course_lib.descent import velocity_variance
from course_lib.optimizers import momentum_step


@pytest.mark.parametrize(("lr", "mu"), [(0.1, 0.0), (0.5, 0.5), (0.1, 0.9)])
def test_is_the_variance_of_many_simulated_velocities(lr: float, mu: float) -> None:
    rng, n = np.random.default_rng(0), 100_000
    w = v = np.zeros(n)
    for _ in range(150):  # what is left of the initial velocity: 0.9**300 < 1e-13 of the variance
        w, v = momentum_step(w, 2.0 * rng.normal(size=n), v, lr=lr, mu=mu)
    # v is normal, so the sample variance has the relative standard error sqrt(2 / n) = 0.45 %.
    # Six of them: a right formula fails with a probability of 2e-9.
    assert v.var() == pytest.approx(velocity_variance(lr, mu, 4.0), rel=6 * (2 / n) ** 0.5)
    assert abs(v.mean()) < 6 * (velocity_variance(lr, mu, 4.0) / n) ** 0.5


@pytest.mark.parametrize("mu", [0.0, 0.3, 0.9, 0.99])
def test_does_not_change_in_a_further_step(mu: float) -> None:
    var_v = velocity_variance(0.2, mu, 3.0)
    assert mu**2 * var_v + 0.2**2 * 3.0 == pytest.approx(var_v, rel=1e-12)
    assert type(var_v) is float


def test_at_the_same_effective_rate_momentum_fluctuates_less() -> None:
    # lr = (1 - mu) * 0.1 moves equally fast in the mean; the variance falls by (1-mu)/(1+mu).
    for mu in (0.5, 0.9):
        less = velocity_variance((1 - mu) * 0.1, mu, 1.0) / velocity_variance(0.1, 0.0, 1.0)
        assert less == pytest.approx((1 - mu) / (1 + mu), rel=1e-12)


@pytest.mark.parametrize(
    ("mu", "var_dw"), [(1.0, 1.0), (-0.1, 1.0), (float("nan"), 1.0), (0.5, -1.0)]
)
def test_impossible_arguments_are_refused(mu: float, var_dw: float) -> None:
    with pytest.raises(ValueError, match=r"velocity_variance: mu is .* and var_dw"):
        velocity_variance(0.1, mu, var_dw)
