import numpy as np

from course_lib.functional import sigmoid_backward, sigmoid_forward


def test_agrees_with_the_definition_and_its_symmetry() -> None:
    u = np.linspace(-20, 20, 401)
    z, _ = sigmoid_forward(u)
    np.testing.assert_allclose(z, 1 / (1 + np.exp(-u)), rtol=1e-14)
    np.testing.assert_allclose(sigmoid_forward(-u)[0], 1 - z, atol=1e-15)


def test_extreme_inputs_neither_overflow_nor_lose_small_values() -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        z, cache = sigmoid_forward(np.array([-1e300, -1000.0, -700.0, 0.0, 1000.0]))
        du = sigmoid_backward(np.ones(5), cache)
    np.testing.assert_allclose(z, [0.0, 0.0, np.exp(-700.0), 0.5, 1.0], rtol=1e-13)
    np.testing.assert_allclose(du, [0.0, 0.0, np.exp(-700.0), 0.25, 0.0], rtol=1e-13)


def test_the_slope_is_largest_in_the_middle() -> None:
    u = np.linspace(-5, 5, 101)
    du = sigmoid_backward(np.ones_like(u), sigmoid_forward(u)[1])
    assert np.argmax(du) == 50
    assert np.all(du > 0)
