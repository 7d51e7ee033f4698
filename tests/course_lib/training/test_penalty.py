"""A penalty in `fit`."""

from typing import Any

import numpy as np
import pytest

from course_lib.layers import BatchNorm, Linear
from course_lib.losses import squared_error
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.regularizers import l1_penalty, l2_penalty
from course_lib.training import evaluate, fit


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def data() -> tuple[np.ndarray, np.ndarray]:
    x = rng(1).normal(size=(20, 3))
    return x, x @ rng(2).normal(size=(3, 2))


def run(model: Any, lr: float = 0.1, epochs: int = 5, **settings: Any) -> Any:
    x, t = data()
    return fit(
        model, x, t, loss=squared_error, optimizer=SGD(model.parameters(), lr=lr), epochs=epochs,
        batch_size=20, rng=rng(), progress=False, **settings,
    )  # fmt: skip


@pytest.mark.parametrize("penalty", [l1_penalty, l2_penalty])
def test_training_descends_on_loss_and_penalty_of_the_weights(penalty: Any) -> None:
    x, t = data()
    layer = Linear(3, 2, rng=rng(), dtype="float64")
    W, b = layer.W.data, layer.b.data
    run(layer, penalty=lambda weights: penalty(weights, 0.2))
    for _ in range(5):
        r = (x @ W + b - t) / 20
        _, (dW,) = penalty([W], 0.2)
        W, b = W - 0.1 * (x.T @ r + dW), b - 0.1 * r.sum(axis=0)
    np.testing.assert_allclose(layer.W.data, W, rtol=1e-10)
    np.testing.assert_allclose(layer.b.data, b, rtol=1e-10, atol=1e-12)


def test_it_sees_the_weights_only_and_each_once() -> None:
    shared = Linear(3, 3, rng=rng(), dtype="float64")
    last = Linear(3, 2, rng=rng(), dtype="float64")
    seen = []

    def penalty(weights: Any) -> Any:
        seen.append([W.shape for W in weights])
        return l2_penalty(weights, 0.1)

    run(Sequential(shared, BatchNorm(3, dtype="float64"), shared, last), penalty=penalty)
    assert seen == [[(3, 3), (3, 2)]] * 5


def test_the_history_is_without_it() -> None:
    layer = Linear(3, 2, rng=rng(), dtype="float64")
    value, _ = evaluate(layer, *data(), loss=squared_error)
    history = run(layer, lr=0.0, penalty=lambda weights: l2_penalty(weights, 10.0))
    assert history.loss == pytest.approx([value] * 5)


def test_a_penalty_that_forgets_a_gradient_is_refused() -> None:
    layer = Linear(3, 2, rng=rng(), dtype="float64")
    with pytest.raises(ValueError, match="0 gradients for 1 weight"):
        run(layer, penalty=lambda weights: (0.0, []))
