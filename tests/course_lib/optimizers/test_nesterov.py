"""Nesterov's momentum: the formula, and the class that gets its gradients from minibatches."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter
from course_lib.optimizers import SGD, Nesterov, nesterov_step


def bent(w: Any) -> Any:
    """Gradient of a function that is not quadratic."""
    return np.array([0.5, 2.0, 4.0]) * w + w**3


def test_the_gradient_is_asked_for_once_where_momentum_leads() -> None:
    w, v = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    asked = []

    def gradient(point: Any) -> Any:
        asked.append(point)
        return np.array([3.0, 5.0])

    w_new, v_new = nesterov_step(w, gradient, v, lr=0.1, mu=0.8)
    np.testing.assert_allclose(asked, [w + 0.8 * v], rtol=1e-15)
    np.testing.assert_allclose(v_new, 0.8 * v - 0.1 * np.array([3.0, 5.0]), rtol=1e-15)
    np.testing.assert_allclose(w_new, w + v_new, rtol=1e-15)


@pytest.mark.parametrize("step", [None, nesterov_step], ids=["library", "plugged in"])
def test_the_class_follows_the_formula_one_look_ahead_before_it(step: Any) -> None:
    """Exact under any schedule: the rate changes at every step."""
    p = Parameter(np.array([1.0, -2.0, 0.5]))
    optimizer = Nesterov([p], lr=1.0, momentum=0.8, step=step)
    w, v = p.data, np.zeros(3)
    for t in range(30):
        optimizer.lr = lr = 0.05 / (1 + 0.2 * t)
        np.testing.assert_allclose(p.data, w + 0.8 * v, rtol=1e-10, atol=1e-12)
        p.grad = bent(p.data)
        optimizer.step()
        w, v = nesterov_step(w, bent, v, lr=lr, mu=0.8)
    assert np.abs(w).max() < 0.9  # it went somewhere


def test_a_step_of_your_own_that_does_not_look_ahead_is_found_out() -> None:
    """Handing it the gradient of the look-ahead would make a mistake look right."""

    def at_w(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
        v = mu * v - lr * grad_fn(w)
        return w + v, v

    p = Parameter(np.ones(3), np.ones(3))
    optimizer = Nesterov([p], lr=0.1, step=at_w)
    optimizer.step()  # v is zero: both points are the same
    with pytest.raises(ValueError, match="known only at that point"):
        optimizer.step()


def test_it_damps_an_oscillation_that_momentum_does_not() -> None:
    # One coordinate of curvature 1 and lr * curvature = 0.9: momentum oscillates and
    # shrinks by sqrt(mu) per step; with the look-ahead by sqrt(mu * (1 - 0.9)), about.
    ends = []
    for make in (SGD, Nesterov):
        p = Parameter(np.ones(1))
        optimizer = make([p], lr=0.9, momentum=0.9)
        for _ in range(20):
            p.grad = p.data
            optimizer.step()
        ends.append(abs(p.data.item()))
    assert ends[1] < 1e-3 * ends[0]
