"""A model as a sequence of its layers, what it prints, and the number of its parameters."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter
from course_lib.layers import BatchNorm, Layer, Linear, ReLU
from course_lib.models import Sequential, mlp
from course_lib.optimizers import Adam

RNG = np.random.default_rng(0)
MODEL = mlp([4, 8, 3], rng=RNG)


class Own(Layer):
    def __init__(self) -> None:
        self.inner = Linear(4, 3, rng=RNG)

    def forward(self, x: Any, *, training: bool) -> Any:
        return self.inner.forward(x, training=training)


def test_a_model_is_a_sequence_of_its_layers() -> None:
    model, x = mlp([4, 8, 8, 3], rng=RNG), np.ones((5, 4), "float32")
    assert len(model) == len(list(model)) == 5
    assert [model[i] for i in range(5)] == list(model) == model.layers
    assert model[-1] is model.layers[4]
    part = model[:2]
    assert isinstance(part, Sequential) and part.layers == model.layers[:2]
    np.testing.assert_array_equal(model[2:](part(x)), model(x))
    with pytest.raises(IndexError):
        model[5]


@pytest.mark.parametrize("make", [lambda: mlp([4, 8, 3], rng=RNG, norm=BatchNorm), lambda: ReLU(),
                                  lambda: Sequential(MODEL, MODEL)])  # fmt: skip
def test_the_number_of_parameters(make: Any) -> None:
    model = make()
    assert model.num_parameters() == sum(p.data.size for p in model.parameters())
    assert Sequential(model).num_parameters() == model.num_parameters()


def test_models_and_optimizers_print_what_they_are() -> None:
    assert repr(MODEL) == "Sequential(Linear(4, 8), ReLU(), Linear(8, 3))"
    large = mlp([784, 256, 128, 10], rng=RNG, norm=BatchNorm, drop_prob=0.5)
    assert [line.strip(" ,") for line in repr(large).splitlines()[1:-1]] == list(map(repr, large))
    assert repr(Sequential(large, ReLU())).count("\n        Linear(") == 3  # inside: indented twice
    assert repr(Adam([Parameter(np.ones(2))], lr=0.5)) == (
        "Adam(1 parameter arrays, lr=0.5, betas=(0.9, 0.999), eps=1e-08)"
    )
    assert repr(Own()) == "Own(inner.W (4, 3), inner.b (3,))"
