"""Models whose generators cannot be copied, as CuPy's: they are shared, or refused clearly."""

import copy
import threading
from typing import Any

import numpy as np
import pytest

from course_lib.layers import Layer, Linear
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import (
    Checkpoint,
    KeepBest,
    StopEarly,
    fit,
    layer_gradients,
    layer_outputs,
    lr_range_test,
)
from course_lib.training.deep_copy import deep_copy
from course_lib.tree import generators

x = np.random.default_rng(1).normal(size=(40, 4)).astype(np.float32)
t = np.arange(40) % 3


class Locked:
    """A random generator that holds a lock, as CuPy's does."""

    def __init__(self, seed: int) -> None:
        self._numpy = np.random.default_rng(seed)
        self._lock = threading.Lock()

    def random(self, size: Any, dtype: Any = float) -> Any:
        return self._numpy.random(size, dtype=dtype)

    def standard_normal(self, size: Any, dtype: Any = float) -> Any:
        return self._numpy.standard_normal(size, dtype=dtype)


def model_with(rng: Any) -> Any:
    return mlp([4, 8, 3], rng=rng, drop_prob=0.3)


def train(model: Any, rng: Any, **more: Any) -> Any:
    settings = {
        "loss": softmax_cross_entropy, "optimizer": SGD(model.parameters(), lr=0.1), "epochs": 3,
        "batch_size": 10, "rng": rng, "progress": False,
    }  # fmt: skip
    return fit(model, x, t, **(settings | more))


def test_the_stand_in_cannot_be_copied() -> None:
    with pytest.raises(TypeError, match="lock"):
        copy.deepcopy(Locked(0))


def test_everything_but_the_generator_is_copied() -> None:
    model = model_with(Locked(0))
    other = deep_copy(model)
    (shared,) = generators(model).values()
    assert list(generators(other).values()) == [shared]
    assert other.layers[0] is not model.layers[0]
    assert not np.shares_memory(other.layers[0].W.data, model.layers[0].W.data)


def test_a_generator_of_numpy_is_copied() -> None:
    model = model_with(np.random.default_rng(0))
    state = generators(model)["2.rng"].bit_generator.state
    deep_copy(model).forward(x, training=True)
    assert generators(model)["2.rng"].bit_generator.state == state


def test_the_best_epoch_is_kept() -> None:
    model = model_with(Locked(0))
    stop = StopEarly(patience=1, restore=model)
    best = KeepBest(model)
    train(model, Locked(1), validation=(x, t), callbacks=[best, stop])
    assert stop.best is not None and best.epoch == stop.best.epoch is not None
    np.testing.assert_array_equal(model(x), best.model(x))


def test_layers_can_be_looked_into() -> None:
    model = model_with(Locked(0))
    outputs = layer_outputs(model, x)
    np.testing.assert_array_equal(list(outputs.values())[-1], model(x))
    assert list(layer_gradients(model, x, t, loss=softmax_cross_entropy)) == list(outputs)


def test_the_range_test_leaves_the_parameters_alone() -> None:
    model = model_with(Locked(0))
    before = model.state_dict()
    found = lr_range_test(
        model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=1.0),
        batch_size=10, rng=Locked(1), steps=6,
    )  # fmt: skip
    assert len(found.losses) > 1
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_divergence_is_explained() -> None:
    model = model_with(Locked(0))
    with pytest.raises(FloatingPointError, match=r"The first output that is not finite is that of"):
        train(model, Locked(1), optimizer=SGD(model.parameters(), lr=1e38))


def test_a_model_that_cannot_be_copied_does_not_hide_the_divergence() -> None:
    class Own(Layer):
        def __init__(self) -> None:
            self.linear = Linear(4, 3, rng=np.random.default_rng(0))
            self.log = threading.Lock()

        def forward(self, x: Any, *, training: bool = True) -> Any:
            return self.linear.forward(x)

    model = Own()
    with pytest.raises(FloatingPointError, match=r"the loss became .*TypeError: .*lock"):
        train(model, np.random.default_rng(1), optimizer=SGD(model.parameters(), lr=1e38))


@pytest.mark.parametrize("other", [Locked(0), np.random.RandomState(0)])
def test_a_checkpoint_refuses_generators_that_it_cannot_save(other: Any, tmp_path: Any) -> None:
    saved = np.random.default_rng(0)
    kind = r"is a .*(Locked|RandomState), whose state cannot be saved; use a numpy"
    for mine, rng, name in ((other, saved, r"model\.2\.rng"), (saved, other, "rng")):
        model = model_with(mine)
        optimizer = SGD(model.parameters(), lr=0.1)
        with pytest.raises(TypeError, match=f"Checkpoint: {name} {kind}"):
            Checkpoint(tmp_path / "run.npz", model, optimizer, rng)
    assert not list(tmp_path.iterdir())
