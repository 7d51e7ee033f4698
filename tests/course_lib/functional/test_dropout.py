from typing import Any

import numpy as np
import pytest

from course_lib.functional import dropout_backward, dropout_forward


@pytest.mark.parametrize("drop_prob", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_drops_the_right_share_and_scales_the_rest(drop_prob: float, dtype: Any) -> None:
    x = np.ones((200, 200), dtype=dtype)
    y, _ = dropout_forward(x, drop_prob, np.random.default_rng(0), training=True)
    dropped = y == 0
    # Six standard deviations of a share of 40,000 independent elements.
    spread = 6 * (drop_prob * (1 - drop_prob) / x.size) ** 0.5
    assert abs(dropped.mean() - drop_prob) < spread
    np.testing.assert_allclose(y[~dropped], 1 / (1 - drop_prob), rtol=1e-6)
    assert abs(y.mean() - 1) < spread / (1 - drop_prob)


def test_elements_are_dropped_independently_of_their_row_and_column() -> None:
    y, _ = dropout_forward(np.ones((400, 400)), 0.3, np.random.default_rng(0), training=True)
    share = (y == 0).mean(axis=1), (y == 0).mean(axis=0)
    sigma = (0.3 * 0.7 / 400) ** 0.5
    for shares in share:
        assert 0.8 * sigma < shares.std() < 1.2 * sigma  # whole rows would give 0.46
        assert np.abs(shares - 0.3).max() < 6 * sigma


def test_the_backward_pass_uses_the_same_mask_and_scale() -> None:
    x = np.random.default_rng(1).normal(size=(30, 20))
    y, cache = dropout_forward(x, 0.4, np.random.default_rng(0), training=True)
    np.testing.assert_array_equal(dropout_backward(x, cache), y)  # the map is linear


def test_the_generator_moves_on_in_training_and_rests_afterwards() -> None:
    rng = np.random.default_rng(0)
    x = np.ones((20, 20))
    first, _ = dropout_forward(x, 0.5, rng, training=True)
    second, _ = dropout_forward(x, 0.5, rng, training=True)
    assert not np.array_equal(first, second)
    state = rng.bit_generator.state
    same, _ = dropout_forward(x, 0.5, rng, training=False)
    np.testing.assert_array_equal(same, x)
    assert rng.bit_generator.state == state


def test_zero_drops_nothing() -> None:
    x = np.random.default_rng(1).normal(size=(3, 4))
    y, _ = dropout_forward(x, 0.0, np.random.default_rng(0), training=True)
    np.testing.assert_array_equal(y, x)


@pytest.mark.parametrize("drop_prob", [-0.1, 1.0, 1.5, float("nan")])
@pytest.mark.parametrize("training", [True, False])
def test_impossible_probabilities_are_refused(drop_prob: float, training: bool) -> None:
    with pytest.raises(ValueError, match="not of keeping"):
        dropout_forward(np.ones((2, 2)), drop_prob, np.random.default_rng(0), training=training)
