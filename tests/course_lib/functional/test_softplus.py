import numpy as np

from course_lib.functional import relu_forward, sigmoid_forward, softplus_backward, softplus_forward


def test_agrees_with_the_definition_where_that_can_be_computed() -> None:
    u = np.linspace(-20, 20, 401)
    np.testing.assert_allclose(softplus_forward(u)[0], np.log1p(np.exp(u)), rtol=1e-13)


def test_the_slope_is_a_sigmoid() -> None:
    u = np.linspace(-40, 40, 401)
    du = softplus_backward(np.ones_like(u), softplus_forward(u)[1])
    np.testing.assert_allclose(du, sigmoid_forward(u)[0], rtol=1e-13)


def test_lies_above_relu_by_at_most_log_two() -> None:
    u = np.linspace(-30, 30, 401)
    gap = softplus_forward(u)[0] - relu_forward(u)[0]
    assert np.all(gap >= 0)
    assert np.argmax(gap) == 200
    np.testing.assert_allclose(gap[200], np.log(2.0), rtol=1e-14)


def test_difference_to_the_mirrored_one_is_the_identity() -> None:
    u = np.random.default_rng(0).normal(size=100)
    np.testing.assert_allclose(softplus_forward(u)[0] - softplus_forward(-u)[0], u, atol=1e-15)


def test_extreme_inputs_neither_overflow_nor_lose_small_values() -> None:
    u = np.array([-1e300, -700.0, 0.0, 800.0, 1e300])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        z, cache = softplus_forward(u)
        du = softplus_backward(np.ones(5), cache)
    np.testing.assert_allclose(z, [0.0, np.exp(-700.0), np.log(2.0), 800.0, 1e300], rtol=1e-13)
    np.testing.assert_allclose(du, [0.0, np.exp(-700.0), 0.5, 1.0, 1.0], rtol=1e-13)
