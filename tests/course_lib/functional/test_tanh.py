import numpy as np

from course_lib.functional import sigmoid_forward, tanh_backward, tanh_forward


def test_is_a_sigmoid_stretched_by_two_in_both_directions() -> None:
    u = np.linspace(-10, 10, 201)
    np.testing.assert_allclose(tanh_forward(u)[0], 2 * sigmoid_forward(2 * u)[0] - 1, atol=1e-15)


def test_slope_is_one_at_zero_and_vanishes_far_out() -> None:
    du = tanh_backward(np.ones(3), tanh_forward(np.array([-1000.0, 0.0, 1000.0]))[1])
    np.testing.assert_array_equal(du, [0.0, 1.0, 0.0])
