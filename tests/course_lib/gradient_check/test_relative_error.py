import numpy as np
import pytest

from course_lib.gradient_check import relative_error


def test_a_distance_between_zero_and_one_without_units() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 3, 4))
    error = relative_error(a, b)
    assert 0 < error < 1
    assert relative_error(b, a) == error
    assert relative_error(1e6 * a, 1e6 * b) == pytest.approx(error, rel=1e-12)
    assert relative_error(a, a) == 0.0
    assert relative_error(a, -a) == pytest.approx(1.0)
    assert relative_error(a, 1.1 * a) == pytest.approx(0.1 / 2.1)


def test_zeros_agree() -> None:
    assert relative_error(np.zeros(3), np.zeros(3)) == 0.0


def test_shapes_must_agree() -> None:
    assert relative_error(np.array([3.0, 4.0]), np.zeros(2)) == 1.0
    with pytest.raises(ValueError, match="remaining axes"):
        relative_error(np.ones(3), np.ones((1, 3)))
