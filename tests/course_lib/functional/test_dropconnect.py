import numpy as np
import pytest

from course_lib.functional import dropconnect_backward, dropconnect_forward, linear_forward


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def data(N: int = 6, n_in: int = 4, n_out: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = rng(1)
    return draw.normal(size=(N, n_in)), draw.normal(size=(n_in, n_out)), draw.normal(size=n_out)


@pytest.mark.parametrize("drop_prob", [0.2, 0.5, 0.9])
def test_drops_the_right_share_of_weights_and_scales_the_rest(drop_prob: float) -> None:
    # The identity as a batch shows the weights that were used.
    W = np.ones((200, 200))
    used, _ = dropconnect_forward(np.eye(200), W, np.zeros(200), drop_prob, rng(), training=True)
    dropped = used == 0
    # Six standard deviations of a share of 40,000 independent weights.
    spread = 6 * (drop_prob * (1 - drop_prob) / W.size) ** 0.5
    assert abs(dropped.mean() - drop_prob) < spread
    np.testing.assert_allclose(used[~dropped], 1 / (1 - drop_prob), rtol=1e-14)
    # Weights, not units: no row and no column is dropped as a whole. Shares of 200 have a standard
    # deviation of 0.035 at most.
    for axis in (0, 1):
        assert np.abs(dropped.mean(axis=axis) - drop_prob).max() < 6 * 0.036


def test_all_rows_of_a_batch_see_the_same_mask_and_calls_see_others() -> None:
    x, W, b = data()
    x = np.repeat(x[:1], 6, axis=0)
    draw = rng()
    y, _ = dropconnect_forward(x, W, b, 0.5, draw, training=True)
    # Rows of one product may be summed in different orders.
    np.testing.assert_allclose(y, np.repeat(y[:1], 6, axis=0), rtol=1e-14)
    assert not np.allclose(dropconnect_forward(x, W, b, 0.5, draw, training=True)[0], y)


def test_the_bias_is_kept() -> None:
    _, W, b = data()
    for seed in range(20):
        y, _ = dropconnect_forward(np.zeros((2, 4)), W, b, 0.9, rng(seed), training=True)
        np.testing.assert_array_equal(y, [b, b])


def test_evaluation_is_the_affine_map_which_training_is_on_average() -> None:
    x, W, b = data()
    expected = linear_forward(x, W, b)[0]
    y, _ = dropconnect_forward(x, W, b, 0.3, rng(), training=False)
    np.testing.assert_array_equal(y, expected)
    draw = rng()
    runs = [dropconnect_forward(x, W, b, 0.3, draw, training=True)[0] for _ in range(2000)]
    # A product x W m / 0.7 has variance (x W)^2 * 0.3 / 0.7; sums of four, means of 2,000; six.
    sigma = np.sqrt((x**2 @ W**2) * 0.3 / 0.7 / 2000)
    assert np.all(np.abs(np.mean(runs, axis=0) - expected) < 6 * sigma)


def test_a_dropped_weight_learns_nothing() -> None:
    W = np.ones((4, 3))
    used, cache = dropconnect_forward(np.eye(4), W, np.zeros(3), 0.5, rng(), training=True)
    _, dW, _ = dropconnect_backward(np.ones((4, 3)), cache)
    np.testing.assert_array_equal(dW, used)  # x is the identity and dy is one
    assert 0 < np.count_nonzero(dW) < 12


def test_the_generator_rests_in_evaluation() -> None:
    draw = rng()
    state = draw.bit_generator.state
    dropconnect_forward(*data(), 0.5, draw, training=False)
    assert draw.bit_generator.state == state


@pytest.mark.parametrize("drop_prob", [-0.1, 1.0, float("nan")])
@pytest.mark.parametrize("training", [True, False])
def test_impossible_arguments_are_refused(drop_prob: float, training: bool) -> None:
    x, W, b = data()
    with pytest.raises(ValueError, match=r"dropconnect_forward: .* not of keeping"):
        dropconnect_forward(x, W, b, drop_prob, rng(), training=training)
    with pytest.raises(ValueError, match="n_in is 4 in x"):
        dropconnect_forward(x, W[:2], b, 0.5, rng(), training=training)
