import numpy as np
import pytest

from course_lib.descent import gradient_descent


def quadratic() -> tuple[np.ndarray, np.ndarray]:
    """A positive definite H with a largest eigenvalue of 4, and a minimum."""
    Q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    return Q @ np.diag([0.5, 2.0, 4.0]) @ Q.T, np.array([1.0, -2.0, 0.5])


def test_on_a_quadratic_the_path_is_known() -> None:
    H, w_min = quadratic()
    w0 = np.array([3.0, 3.0, 3.0])
    path = gradient_descent(lambda w: H @ (w - w_min), w0, 0.2, 20)
    assert path.shape == (21, 3)
    shrink = np.eye(3) - 0.2 * H
    for k, w in enumerate(path):
        expected = w_min + np.linalg.matrix_power(shrink, k) @ (w0 - w_min)
        np.testing.assert_allclose(w, expected, atol=1e-12)


def test_converges_below_two_over_the_largest_eigenvalue_and_diverges_above() -> None:
    H, w_min = quadratic()
    ends = []
    for lr in (0.99 * 2 / 4, 1.01 * 2 / 4):
        path = gradient_descent(lambda w: H @ (w - w_min), np.zeros(3), lr, 1000)
        ends.append(np.linalg.norm(path[-1] - w_min))
    assert ends[0] < 1e-6
    assert ends[1] > 1e6


def test_no_step_is_a_path_of_one_point_and_the_start_is_not_changed() -> None:
    w0 = np.array([1.0, 2.0])
    np.testing.assert_array_equal(gradient_descent(lambda w: w, w0, 0.1, 0), [[1.0, 2.0]])
    path = gradient_descent(lambda w: w, w0, 0.1, 3)
    path[0] = 7.0
    np.testing.assert_array_equal(w0, [1.0, 2.0])


def test_single_precision_stays_single_precision() -> None:
    path = gradient_descent(lambda w: w, np.ones(2, dtype=np.float32), 0.1, 3)
    assert path.dtype == np.float32


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="steps is -1"):
        gradient_descent(lambda w: w, np.ones(2), 0.1, -1)
    with pytest.raises(ValueError, match="D is 2 in w"):
        gradient_descent(lambda w: np.ones(3), np.ones(2), 0.1, 1)
