from typing import Any

import numpy as np
import pytest

from course_lib.descent import sgd_epoch
from course_lib.losses import squared_error
from course_lib.preprocessing import minibatch_indices


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def example_gradient(w: Any, x_n: Any, t_n: Any) -> Any:
    """Of ``1/2 (x_n . w - t_n)^2``."""
    return ((x_n @ w) - t_n) * x_n


def data() -> tuple[np.ndarray, np.ndarray]:
    x = rng().normal(size=(20, 3))
    return x, x @ [1.0, -2.0, 0.5]


@pytest.mark.parametrize("batch_size", [1, 6, 20])
def test_is_minibatch_descent_on_the_mean_loss(batch_size: int) -> None:
    x, t = data()
    batches = minibatch_indices(20, batch_size, rng(1))
    w = np.zeros(3)
    for batch in batches:
        _, dy = squared_error(x[batch] @ w, t[batch])
        w = w - 0.1 * x[batch].T @ dy
    got = sgd_epoch(np.zeros(3), x, t, batches, 0.1, example_gradient)
    np.testing.assert_allclose(got, w, rtol=1e-12)


def test_a_batch_that_holds_everything_twice_makes_the_same_step() -> None:
    x, t = data()
    once = sgd_epoch(np.ones(3), x, t, [np.arange(20)], 0.1, example_gradient)
    twice = sgd_epoch(np.ones(3), x, t, [np.tile(np.arange(20), 2)], 0.1, example_gradient)
    np.testing.assert_allclose(once, twice, rtol=1e-12)


def test_all_gradients_of_a_batch_are_taken_at_the_same_weights() -> None:
    seen: list[Any] = []

    def watching(w: Any, x_n: Any, t_n: Any) -> Any:
        seen.append((w.copy(), float(t_n)))
        return np.ones(2)

    sgd_epoch(np.zeros(2), np.ones((4, 1)), np.arange(4.0), [[2, 0], [3, 1]], 0.5, watching)
    assert [t_n for _, t_n in seen] == [2.0, 0.0, 3.0, 1.0]
    np.testing.assert_array_equal([w for w, _ in seen], [[0, 0], [0, 0], [-0.5] * 2, [-0.5] * 2])


def test_finds_the_weights_of_data_without_noise() -> None:
    x, t = data()
    w = np.zeros(3)
    for epoch in range(100):
        w = sgd_epoch(w, x, t, minibatch_indices(20, 4, rng(epoch)), 0.1, example_gradient)
    np.testing.assert_allclose(w, [1.0, -2.0, 0.5], atol=1e-6)


def test_weights_may_be_a_matrix_and_inputs_are_not_changed() -> None:
    x, t, W = rng(1).normal(size=(6, 3)), rng(2).normal(size=(6, 2)), rng(3).normal(size=(3, 2))
    before = x.copy(), t.copy(), W.copy()

    def outer(W: Any, x_n: Any, t_n: Any) -> Any:
        return x_n[:, None] * (x_n @ W - t_n)[None, :]

    batches = [np.array([0, 1, 2]), np.array([3, 4, 5])]
    sgd_epoch(W, x, t, batches, 0.1, outer)
    for a, b in zip((x, t, W), before, strict=True):
        np.testing.assert_array_equal(a, b)
    single = [a.astype(np.float32) for a in (W, x, t)]
    assert sgd_epoch(*single, batches, 0.1, outer).dtype == np.float32
    nothing = sgd_epoch(W, x, t, [], 0.1, outer)
    np.testing.assert_array_equal(nothing, W)
    assert not np.shares_memory(nothing, W)


def test_impossible_arguments_are_refused() -> None:
    x, t = data()
    with pytest.raises(ValueError, match="20 inputs and 19 targets"):
        sgd_epoch(np.zeros(3), x, t[:-1], [np.arange(3)], 0.1, example_gradient)
    with pytest.raises(ValueError, match="a batch is empty"):
        sgd_epoch(np.zeros(3), x, t, [np.arange(0)], 0.1, example_gradient)
    with pytest.raises(ValueError, match=r"dw of shape \(2,\)"):
        sgd_epoch(np.zeros(3), x, t, [np.arange(2)], 0.1, lambda w, x_n, t_n: np.ones(2))
