"""What there is on a GPU only: moving models there, drawing there."""

from typing import Any

import numpy as np
import pytest

from course_lib import backend, initializers
from course_lib.functional import dropout_forward
from course_lib.layers import BatchNorm
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD, Adam
from course_lib.preprocessing import minibatch_indices, split_indices
from course_lib.search import random_search
from course_lib.training import (
    Checkpoint,
    StopEarly,
    fit,
    layer_gradients,
    layer_outputs,
    lr_range_test,
)
from tests.course_lib.libraries.conftest import ON_THE_GPU
from tests.course_lib.libraries.library import Library, find_library

pytestmark = ON_THE_GPU


@pytest.fixture
def cupy() -> Library:
    return find_library("cupy")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_auto_takes_the_gpu_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert backend.choose_device() == "cuda"
    assert capsys.readouterr().out == "device: cuda (a test on the GPU succeeded)\n"


@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_a_model_trains_there_and_comes_back(device: str, cupy: Library, tmp_path: Any) -> None:
    x, t = rng(1).normal(size=(60, 4)).astype(np.float32), np.arange(60) % 3
    there = mlp([4, 8, 3], rng=rng(), norm=BatchNorm, drop_prob=0.2).to(device)
    here = mlp([4, 8, 3], rng=rng(), norm=BatchNorm, drop_prob=0.2)
    histories = []
    for model, move in ((there, cupy.array), (here, np.asarray)):
        optimizer, order = Adam(model.parameters(), lr=0.01), rng(2)
        checkpoint = Checkpoint(tmp_path / "run.npz", model, optimizer, order)
        histories.append(
            fit(
                model, move(x), move(t), loss=softmax_cross_entropy, optimizer=optimizer,
                epochs=2, batch_size=20, rng=order, progress=False, callbacks=[checkpoint],
            )
        )  # fmt: skip
    assert all(cupy.owns(p.data) and p.data.dtype == np.float32 for p in there.parameters())
    # The same generators in main memory: the same run up to rounding in single precision.
    np.testing.assert_allclose(histories[0].loss, histories[1].loss, rtol=1e-3)
    y = backend.to_numpy(there(cupy.array(x)))
    assert there.to("cpu") is there
    np.testing.assert_allclose(there(x), y, rtol=1e-4, atol=1e-5)


def test_images_in_single_precision(cupy: Library) -> None:
    x = rng(1).normal(size=(4, 1, 12, 12)).astype(np.float32)
    dy = rng(2).normal(size=(4, 3)).astype(np.float32)
    here = small_cnn((1, 12, 12), 3, rng=rng())
    there = small_cnn((1, 12, 12), 3, rng=rng()).to("cuda")
    y, backward = here.forward(x, training=True)
    y_there, backward_there = there.forward(cupy.array(x), training=True)
    # Sums of 144 products, rounded at 6e-8 (at 5e-4 where a GPU multiplies in TensorFloat-32).
    np.testing.assert_allclose(backend.to_numpy(y_there), y, rtol=0.01, atol=0.01)
    dx = backend.to_numpy(backward_there(cupy.array(dy)))
    np.testing.assert_allclose(dx, backward(dy), rtol=0.01, atol=0.01)


@pytest.mark.parametrize(
    "name", ["lecun_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal"]
)
def test_weights_are_made_where_their_generator_draws(name: str, cupy: Library) -> None:
    W = getattr(initializers, name)((200, 300), cupy.generator())
    assert cupy.owns(W)
    W_here = getattr(initializers, name)((200, 300), rng())
    # 60,000 numbers: their variance spreads by sqrt(2 / 60000) = 0.6 %; six times that of both.
    assert float(W.var()) == pytest.approx(W_here.var(), rel=6 * 0.009)
    model = mlp([4, 8, 3], rng=cupy.generator())
    assert all(cupy.owns(p.data) for p in model.parameters())


def test_masks_are_drawn_where_their_generator_is(cupy: Library) -> None:
    y, _ = dropout_forward(cupy.array(np.ones(100_000)), 0.3, cupy.generator(), training=True)
    assert cupy.owns(y)
    # The mean of 100,000 spreads by sqrt(0.3 / 0.7 / 100000) = 0.0021; six of these.
    assert float(y.mean()) == pytest.approx(1.0, abs=6 * 0.0021)


def test_a_model_with_a_generator_there_can_be_kept_and_looked_into(
    cupy: Library, tmp_path: Any
) -> None:
    x = cupy.array(rng(1).normal(size=(60, 4)).astype(np.float32))
    t = cupy.array(np.arange(60) % 3)
    model = mlp([4, 8, 3], rng=cupy.generator(), drop_prob=0.2).to("cuda")
    settings: dict[str, Any] = {"loss": softmax_cross_entropy, "batch_size": 20}
    optimizer = Adam(model.parameters(), lr=0.01)
    stop = StopEarly(patience=2, restore=model)
    fit(
        model, x, t, optimizer=optimizer, epochs=3, rng=cupy.generator(1), progress=False,
        validation=(x, t), callbacks=[stop], **settings,
    )  # fmt: skip
    assert stop.best is not None
    np.testing.assert_array_equal(backend.to_numpy(model(x)), backend.to_numpy(stop.best.model(x)))
    names = list(layer_outputs(model, x))
    assert list(layer_gradients(model, x, t, loss=softmax_cross_entropy)) == names
    lr_range_test(model, x, t, optimizer=optimizer, rng=cupy.generator(2), steps=4, **settings)
    with pytest.raises(TypeError, match=r"Checkpoint: model\.2\.rng is a cupy\.random.*saved"):
        Checkpoint(tmp_path / "run.npz", model, optimizer, rng())
    with pytest.raises(FloatingPointError, match="The first output that is not finite"):
        fit(
            model, x, t, optimizer=SGD(model.parameters(), lr=1e38), epochs=3, rng=rng(),
            progress=False, **settings,
        )  # fmt: skip


def test_a_generator_there_shuffles_and_searches(cupy: Library) -> None:
    for parts in (
        minibatch_indices(20, 8, cupy.generator()),
        split_indices(20, (0.7, 0.3), cupy.generator()),
    ):
        assert all(map(cupy.owns, parts))
        assert sorted(int(i) for part in parts for i in part) == list(range(20))
    best, _ = random_search({"a": [1, 2, 3]}, lambda c: c["a"], 30, cupy.generator())
    assert best == ({"a": 3}, 3.0)
