from typing import Any

import numpy as np
import pytest

from course_lib.functional import (
    dropout_forward,
    vanilla_dropout_backward,
    vanilla_dropout_forward,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("drop_prob", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_drops_the_right_share_and_leaves_the_rest_alone(drop_prob: float, dtype: Any) -> None:
    x = 1.0 + rng(1).random((200, 200)).astype(dtype)
    y, _ = vanilla_dropout_forward(x, drop_prob, rng(), training=True)
    dropped = y == 0
    # Six standard deviations of a share of 40,000 independent elements.
    spread = 6 * (drop_prob * (1 - drop_prob) / x.size) ** 0.5
    assert abs(dropped.mean() - drop_prob) < spread
    np.testing.assert_array_equal(y[~dropped], x[~dropped])


def test_evaluation_gives_the_mean_of_training() -> None:
    x = rng(1).normal(size=(4, 5))
    draw = rng()
    runs = [vanilla_dropout_forward(x, 0.2, draw, training=True)[0] for _ in range(2000)]
    y, _ = vanilla_dropout_forward(x, 0.2, rng(), training=False)
    np.testing.assert_allclose(y, 0.8 * x, rtol=1e-15)
    # Each element's mean of 2,000 spreads by 0.4 |x| / sqrt(2000); six of these.
    assert np.all(np.abs(np.mean(runs, axis=0) - y) < 6 * 0.4 / 2000**0.5 * np.abs(x))


@pytest.mark.parametrize("training", [True, False])
def test_is_inverted_dropout_times_the_keep_probability(training: bool) -> None:
    x = rng(1).normal(size=(30, 20))
    y, _ = vanilla_dropout_forward(x, 0.3, rng(), training=training)
    inverted, _ = dropout_forward(x, 0.3, rng(), training=training)
    np.testing.assert_allclose(y, 0.7 * inverted, rtol=1e-14)


@pytest.mark.parametrize("training", [True, False])
def test_the_backward_pass_uses_the_same_factors(training: bool) -> None:
    x = rng(1).normal(size=(30, 20))
    y, cache = vanilla_dropout_forward(x, 0.4, rng(), training=training)
    np.testing.assert_array_equal(vanilla_dropout_backward(x, cache), y)  # the map is linear


def test_the_generator_moves_on_in_training_and_rests_afterwards() -> None:
    draw = rng()
    first, _ = vanilla_dropout_forward(np.ones((20, 20)), 0.5, draw, training=True)
    second, _ = vanilla_dropout_forward(np.ones((20, 20)), 0.5, draw, training=True)
    assert not np.array_equal(first, second)
    state = draw.bit_generator.state
    vanilla_dropout_forward(np.ones((20, 20)), 0.5, draw, training=False)
    assert draw.bit_generator.state == state


@pytest.mark.parametrize("drop_prob", [-0.1, 1.0, 1.5, float("nan")])
@pytest.mark.parametrize("training", [True, False])
def test_impossible_probabilities_are_refused(drop_prob: float, training: bool) -> None:
    with pytest.raises(ValueError, match=r"vanilla_dropout_forward: .* not of keeping"):
        vanilla_dropout_forward(np.ones((2, 2)), drop_prob, rng(), training=training)
