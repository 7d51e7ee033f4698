from typing import Any

import numpy as np

from course_lib.layers import BatchNorm, Dropout, Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.training import layer_gradients, layer_outputs


def model_and_data() -> tuple[Sequential, Any, Any]:
    rng = np.random.default_rng(0)
    inner = Sequential(BatchNorm(5, dtype="float64"), ReLU(), Dropout(0.3, rng=rng))
    model = Sequential(
        Linear(4, 5, rng=rng, dtype="float64"), inner, Linear(5, 3, rng=rng, dtype="float64")
    )
    return model, rng.normal(size=(8, 4)), rng.integers(0, 3, 8)


def test_outputs_lead_to_the_models_own() -> None:
    model, x, _ = model_and_data()
    outputs = layer_outputs(model, x)
    assert list(outputs) == ["1 Linear", "2 BatchNorm", "3 ReLU", "4 Dropout", "5 Linear"]
    np.testing.assert_array_equal(outputs["5 Linear"], model(x))
    np.testing.assert_array_equal(outputs["3 ReLU"], np.maximum(outputs["2 BatchNorm"], 0.0))


def test_gradients_are_those_of_the_loss() -> None:
    model, x, t = model_and_data()
    gradients = layer_gradients(model, x, t, loss=softmax_cross_entropy)
    assert list(gradients) == ["1 Linear", "2 BatchNorm", "3 ReLU", "4 Dropout", "5 Linear"]
    # The first bias moves all rows of the first output alike: the gradients add up to its own.
    y, backward = model.forward(x, training=True)
    backward(softmax_cross_entropy(y, t)[1])
    np.testing.assert_allclose(
        gradients["1 Linear"].sum(axis=0), model.parameters()[1].grad, rtol=1e-9, atol=1e-12
    )
    assert np.any(gradients["4 Dropout"] != 0.0)


def test_the_model_stays_as_it_is() -> None:
    model, x, t = model_and_data()
    before = model.state_dict()
    layer_outputs(model, x, training=True)
    layer_gradients(model, x, t, loss=softmax_cross_entropy)
    np.testing.assert_equal(model.state_dict(), before)
    assert all(np.all(p.grad == 0.0) for p in model.parameters())
