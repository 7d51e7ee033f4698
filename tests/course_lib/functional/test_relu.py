import numpy as np

from course_lib.functional import relu_backward, relu_forward


def test_keeps_what_is_positive() -> None:
    u = np.random.default_rng(0).normal(size=(20, 30))
    z, _ = relu_forward(u)
    np.testing.assert_array_equal(z[u > 0], u[u > 0])
    np.testing.assert_array_equal(z[u <= 0], 0.0)
    np.testing.assert_array_equal(relu_forward(z)[0], z)
    np.testing.assert_array_equal(relu_forward(4.0 * u)[0], 4.0 * z)  # exact: a power of two


def test_the_factor_at_the_kink_is_a_subgradient() -> None:
    du = relu_backward(np.ones(1), relu_forward(np.zeros(1))[1])
    assert 0.0 <= du[0] <= 1.0


def test_nan_is_not_hidden() -> None:
    assert np.isnan(relu_forward(np.array([np.nan]))[0][0])
