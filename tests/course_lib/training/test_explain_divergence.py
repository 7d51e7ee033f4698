from typing import Any

import numpy as np
import pytest

from course_lib.layers import Layer, Linear, ReLU, Tanh
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.training import fit


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def message_of(model: Layer, x: Any, t: Any, *, loss: Any, lr: float) -> str:
    with pytest.raises(FloatingPointError) as caught:
        fit(
            model, x, t, loss=loss, optimizer=SGD(model.parameters(), lr=lr), epochs=200,
            batch_size=10, rng=rng(), progress=False,
        )  # fmt: skip
    return str(caught.value)


def test_a_learning_rate_far_too_high(capsys: pytest.CaptureFixture[str]) -> None:
    x, t = rng(1).normal(size=(20, 3)), rng(2).normal(size=(20, 2))
    model = Sequential(Linear(3, 4, rng=rng()), Linear(4, 2, rng=rng()))
    message = message_of(model, x.astype(np.float32), t, loss=squared_error, lr=1000.0)
    assert "fit: the loss became" in message
    assert "in epoch 1 of 200, step" in message or "in epoch 2 of 200, step" in message
    assert "Likely cause: the learning rate 1000 is too high; try 100." in message
    assert capsys.readouterr().err == ""


def test_broken_inputs_and_targets_are_told_from_a_high_rate() -> None:
    x, t = rng(1).normal(size=(20, 3)), rng(2).normal(size=(20, 2))
    broken_x, broken_t = x.copy(), t.copy()
    broken_x[7, 1] = np.nan
    broken_t[7, 1] = np.inf
    layer = Linear(3, 2, rng=rng())
    assert "The inputs contain nan" in message_of(layer, broken_x, t, loss=squared_error, lr=0.01)
    layer = Linear(3, 2, rng=rng())
    assert "The targets contain nan" in message_of(layer, x, broken_t, loss=squared_error, lr=0.01)


def test_the_layer_where_it_begins_is_named() -> None:
    model = mlp([3, 4, 4, 2], rng=rng(), activation=Tanh)
    assert isinstance(model.layers[2], Linear)
    model.layers[2].W.data = model.layers[2].W.data * np.float32(np.inf)
    x, t = rng(1).normal(size=(20, 3)).astype(np.float32), np.arange(20) % 2
    message = message_of(model, x, t, loss=softmax_cross_entropy, lr=0.1)
    assert "that of layer 3 of 5, Linear(4, 4), because its parameters are not finite" in message


def test_an_overflow_inside_a_layer_is_told_from_broken_parameters() -> None:
    x = np.full((20, 3), 1e30, dtype=np.float32)
    model = Sequential(
        Sequential(Linear(3, 2, rng=rng(), init=lambda shape, rng: np.full(shape, 1e20))), ReLU()
    )
    message = message_of(model, x, np.zeros((20, 2)), loss=squared_error, lr=0.1)
    assert "that of layer 1 of 2, Linear(3, 2), although its inputs (at most 1.0e+30" in message


def test_a_loss_that_takes_the_logarithm_of_zero() -> None:
    def loss(y: Any, t: Any) -> Any:
        return float(-np.log(np.zeros(1))[0]), y

    layer = Linear(3, 2, rng=rng())
    message = message_of(layer, np.ones((10, 3)), np.ones((10, 2)), loss=loss, lr=0.1)
    assert "All outputs are finite" in message
    assert "logits" in message


def test_a_turned_gradient_is_named_as_a_cause() -> None:
    def turned(y: Any, t: Any) -> Any:
        value, dy = squared_error(y, t)
        return value, -dy

    layer = Linear(3, 2, rng=rng())
    x = rng(1).normal(size=(20, 3)).astype(np.float32)
    message = message_of(layer, x, np.zeros((20, 2)), loss=turned, lr=0.5)
    assert "a gradient may have the wrong sign" in message
    assert "course_lib.gradient_check" in message
