import numpy as np
import pytest

from course_lib.functional import leaky_relu_backward, leaky_relu_forward, relu_forward


def inputs() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(20, 30))


@pytest.mark.parametrize("slope", [0.01, 0.5, 1.0, 2.0, -0.3])
def test_two_straight_lines(slope: float) -> None:
    u = inputs()
    z, cache = leaky_relu_forward(u, slope)
    du = leaky_relu_backward(np.ones_like(u), cache)
    np.testing.assert_array_equal(z[u > 0], u[u > 0])
    np.testing.assert_array_equal(du[u > 0], 1.0)
    np.testing.assert_array_equal(z[u < 0], slope * u[u < 0])
    np.testing.assert_array_equal(du[u < 0], slope)


def test_between_relu_and_the_identity() -> None:
    u = inputs()
    np.testing.assert_array_equal(leaky_relu_forward(u, 0.0)[0], relu_forward(u)[0])
    np.testing.assert_array_equal(leaky_relu_forward(u, 1.0)[0], u)


def test_no_unit_dies() -> None:
    # What it is for: far to the left a ReLU learns nothing, this one still does.
    du = leaky_relu_backward(np.ones(3), leaky_relu_forward(np.full(3, -1e6), 0.01)[1])
    np.testing.assert_array_equal(du, 0.01)


def test_the_factor_at_the_kink_is_a_subgradient() -> None:
    du = leaky_relu_backward(np.ones(1), leaky_relu_forward(np.zeros(1), 0.2)[1])
    assert 0.2 <= du[0] <= 1.0


def test_nan_is_not_hidden() -> None:
    assert np.isnan(leaky_relu_forward(np.array([np.nan]), 0.1)[0][0])
