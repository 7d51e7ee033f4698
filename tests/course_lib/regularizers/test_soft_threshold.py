from typing import Any

import numpy as np
import pytest

from course_lib.regularizers import l1_penalty, soft_threshold


def weights(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("amount", [0.0, 0.1, 0.7, 5.0])
def test_is_the_proximal_map_of_the_absolute_value(amount: float) -> None:
    w = np.concatenate([weights(50), [0.0, amount, -amount]])
    z = soft_threshold(w, amount)

    def objective(z: Any) -> Any:
        return 0.5 * (z - w) ** 2 + amount * np.abs(z)

    # The objective is strongly convex: away from its minimum it grows at least like a parabola.
    for other in np.linspace(-6, 6, 2401):
        assert np.all(objective(other) - objective(z) >= 0.5 * (other - z) ** 2 - 1e-12)


def test_is_its_definition_element_by_element() -> None:
    w = weights(2, 3, 4)
    z = soft_threshold(w, 0.4)
    for place, value in np.ndenumerate(w):
        if value > 0.4:
            assert z[place] == value - 0.4
        elif value < -0.4:
            assert z[place] == value + 0.4
        else:
            assert z[place] == 0.0
    assert 0 < np.count_nonzero(z) < z.size


def test_two_steps_are_one_of_the_sum_and_zero_is_none() -> None:
    w = weights(100)
    twice = soft_threshold(soft_threshold(w, 0.2), 0.3)
    np.testing.assert_allclose(twice, soft_threshold(w, 0.5), atol=1e-15)
    np.testing.assert_array_equal(soft_threshold(w, 0.0), w)
    np.testing.assert_array_equal(soft_threshold(-w, 0.3), -soft_threshold(w, 0.3))


def test_training_with_it_minimises_the_loss_with_penalty_and_gives_exact_zeros() -> None:
    # Least squares of 10 weights, of which two count; lam = 0.1.
    rng, lr, lam = np.random.default_rng(0), 0.05, 0.1
    x = rng.normal(size=(200, 10))
    t = x[:, 0] - 2 * x[:, 1] + 0.1 * rng.normal(size=200)
    w = np.zeros(10)
    for _ in range(2000):
        w = soft_threshold(w - lr * (x.T @ (x @ w - t) / 200), lr * lam)
    assert np.count_nonzero(w) == 2
    # At the minimum 0 is a subgradient: -gradient = lam * sign(w), or within ±lam where w is 0.
    gradient = x.T @ (x @ w - t) / 200
    np.testing.assert_allclose(gradient[:2], -lam * np.sign(w[:2]), rtol=1e-10)
    assert np.all(np.abs(gradient[2:]) < lam)

    # Steps with the penalty's own gradient jump over 0.
    v = np.zeros(10)
    for _ in range(2000):
        v = v - lr * (x.T @ (x @ v - t) / 200 + l1_penalty([v], lam)[1][0])
    assert np.count_nonzero(v) == 10


def test_precision_and_purity() -> None:
    for shape in [(), (4,), (3, 2), (0, 3)]:
        w = np.asarray(weights(*shape))
        before = w.copy()
        z = soft_threshold(w, 0.3)
        assert z.shape == shape
        np.testing.assert_array_equal(w, before)
        assert not np.shares_memory(z, w)
        assert soft_threshold(w.astype(np.float32), np.float64(0.3)).dtype == np.float32


def test_impossible_arguments_are_refused() -> None:
    for amount in (-0.1, float("nan")):
        with pytest.raises(ValueError, match="soft_threshold: amount is"):
            soft_threshold(weights(3), amount)
    with pytest.raises(TypeError, match="w has dtype int64"):
        soft_threshold(np.arange(3), 0.5)
    with pytest.raises(TypeError, match=r"numpy\.asarray\(w\)"):
        soft_threshold([1.0], 0.5)
