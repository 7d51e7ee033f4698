import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import gradient_descent
from course_lib.regularizers import l2_penalty, stopped_minimum


@settings(max_examples=60, deadline=None, derandomize=True)
@given(a=st.floats(-5, 5), h=st.floats(0.01, 20), lr=st.floats(0.001, 0.15), t=st.integers(0, 40))
def test_is_where_gradient_descent_is_after_t_steps(a: float, h: float, lr: float, t: int) -> None:
    path = gradient_descent(lambda w: h * (w - a), np.zeros(1), lr, t)
    w = stopped_minimum(a, h, lr, t)
    assert type(w) is float
    # Rounding grows with the distance from a: by at most |1 - lr h|, here 2, per step.
    largest = np.abs(path - a).max()
    assert w == pytest.approx(float(path[-1, 0]), rel=1e-10, abs=1e-12 * (1 + largest))


def test_with_a_small_curvature_it_is_near_the_minimum_with_an_l2_penalty() -> None:
    # With x = t lr h, both are between a (x - x²) and a x.
    a, lr, t = -1.7, 0.01, 10
    for h in (0.001, 0.1, 1.0):
        x, lam = t * lr * h, 1 / (2 * lr * t)
        with_penalty = a * h / (h + 2 * lam)
        _, (slope,) = l2_penalty([np.array(with_penalty)], lam)
        assert h * (with_penalty - a) + slope == pytest.approx(0, abs=1e-12)
        assert abs(stopped_minimum(a, h, lr, t) - with_penalty) <= abs(a) * x**2


def test_a_large_curvature_ends_the_likeness() -> None:
    assert stopped_minimum(1.0, 2.5, 1.0, 20) < -1000 < 1000 < stopped_minimum(1.0, 2.5, 1.0, 21)
    assert stopped_minimum(2.0, 2.0, 0.5, 3) == 2.0  # the first step arrives at a
    assert stopped_minimum(2.0, 1.5, 1.0, 1) > 2.0  # and a longer one jumps over it


def test_its_ends() -> None:
    assert stopped_minimum(3.0, 2.0, 0.1, 0) == 0.0
    assert stopped_minimum(3.0, 2.0, 0.1, 1) == pytest.approx(0.6, rel=1e-12)
    assert stopped_minimum(3.0, 2.0, 0.1, 1000) == pytest.approx(3.0, rel=1e-12)
    assert stopped_minimum(3.0, 0.0, 0.1, 1000) == 0.0


@pytest.mark.parametrize("t", [-1, float("nan")])
def test_steps_back_are_refused(t: float) -> None:
    with pytest.raises(ValueError, match=f"^stopped_minimum: t is {t}, expected 0 or more"):
        stopped_minimum(1.0, 1.0, 0.1, t)  # type: ignore[arg-type]
