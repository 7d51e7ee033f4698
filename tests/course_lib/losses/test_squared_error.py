import numpy as np
import pytest

from course_lib.gradient_check import check_gradient
from course_lib.losses import squared_error


@pytest.mark.parametrize("shape", [(5, 3), (1, 3), (5, 1), (5,), (2, 3, 4)])
def test_gradient_agrees_with_differences(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=shape), rng.normal(size=shape)
    _, dy = squared_error(y, t)
    check = check_gradient(lambda v: squared_error(v, t)[0], y, dy, rng)
    assert check, str(check)


def test_sums_over_outputs_and_averages_over_samples() -> None:
    y, t = np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))
    assert squared_error(y, t)[0] == pytest.approx(0.5 * (1 + 4 + 9 + 16) / 2)
    assert squared_error(np.tile(y, (3, 1)), np.tile(t, (3, 1)))[0] == squared_error(y, t)[0]
    assert squared_error(np.tile(y, (1, 3)), np.tile(t, (1, 3)))[0] == 3 * squared_error(y, t)[0]


def test_zero_only_at_the_target() -> None:
    t = np.random.default_rng(0).normal(size=(4, 2))
    value, dy = squared_error(t.copy(), t)
    assert value == 0.0
    np.testing.assert_array_equal(dy, 0.0)


def test_precision_and_inputs() -> None:
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    before = y.copy(), t.copy()
    value, _ = squared_error(y, t)
    assert type(value) is float
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(t, before[1])
    assert squared_error(y.astype(np.float32), t)[1].dtype == np.float32
    assert squared_error(y, np.ones((5, 3), dtype=int))[1].dtype == np.float64


def test_shapes_that_would_silently_be_stretched_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1,\) in t of shape \(5, 1\)"):
        squared_error(np.ones(5), np.ones((5, 1)))
    with pytest.raises(ValueError, match="N is 5 in y"):
        squared_error(np.ones((5, 2)), np.ones((1, 2)))
    with pytest.raises(ValueError, match="empty"):
        squared_error(np.ones((0, 2)), np.ones((0, 2)))
