import numpy as np
import pytest

from course_lib.losses import huber, mean_absolute_error, squared_error


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def best_constant(loss: object, t: np.ndarray) -> float:
    """Where along a fine grid a constant prediction loses least."""
    assert callable(loss)
    grid = np.linspace(t.min(), t.max(), 2001)
    return float(grid[np.argmin([loss(np.full(t.shape, y), t)[0] for y in grid])])


def test_absolute_error_sums_over_outputs_and_averages_over_samples() -> None:
    y, t = np.array([[1.0, -2.0], [3.0, 4.0]]), np.zeros((2, 2))
    assert mean_absolute_error(y, t)[0] == (1 + 2 + 3 + 4) / 2
    np.testing.assert_array_equal(mean_absolute_error(y, t)[1], [[0.5, -0.5], [0.5, 0.5]])


def test_absolute_error_is_least_at_the_median_and_squared_error_at_the_mean() -> None:
    t = np.concatenate([rng().normal(size=30), [50.0]])  # the last one is an outlier
    step = (t.max() - t.min()) / 2000
    assert best_constant(mean_absolute_error, t) == pytest.approx(np.median(t), abs=step)
    assert best_constant(squared_error, t) == pytest.approx(np.mean(t), abs=step)
    assert abs(np.mean(t) - np.median(t)) > 10 * step


def test_at_the_target_absolute_error_takes_a_subgradient() -> None:
    value, dy = mean_absolute_error(np.ones((3, 2)), np.ones((3, 2)))
    assert value == 0.0
    assert np.all(np.abs(dy) <= 1 / 3)


def test_huber_is_squared_error_inside_and_absolute_error_outside() -> None:
    t = rng(1).normal(size=(5, 3))
    near, far = t + 0.9 * rng(2).uniform(-1, 1, t.shape), t + 3.0 * rng(3).choice([-1, 1], t.shape)
    for a, b in zip(huber(near, t, 0.9), squared_error(near, t), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    value, dy = huber(far, t, 0.9)
    absolute, dabsolute = mean_absolute_error(far, t)
    assert value == pytest.approx(0.9 * absolute - 3 * 0.9**2 / 2, rel=1e-12)
    np.testing.assert_allclose(dy, 0.9 * dabsolute, rtol=1e-12)


def test_huber_has_no_jump_and_no_kink_where_the_pieces_meet() -> None:
    t, delta, tiny = np.zeros(1), 0.7, 1e-9
    for side in (-1.0, 1.0):
        inside, outside = (huber(np.array([side * (delta + e)]), t, delta) for e in (-tiny, tiny))
        assert inside[0] == pytest.approx(outside[0], abs=10 * tiny)
        assert inside[1][0] == pytest.approx(outside[1][0], abs=10 * tiny)


@pytest.mark.parametrize("delta", [0.0, -1.0, float("nan")])
def test_huber_needs_a_positive_delta(delta: float) -> None:
    with pytest.raises(ValueError, match="huber: delta is"):
        huber(np.ones(2), np.ones(2), delta)
