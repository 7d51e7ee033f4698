import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from course_lib.functional import softmax
from course_lib.layers import BatchNorm, Flatten, Linear, Tanh
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD, Adam
from course_lib.training import History, StopEarly, evaluate, fit, progress, train_step


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def blobs(N: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Three well separated classes in the plane."""
    t = np.arange(N) % 3
    centres = np.array([[0.0, 4.0], [3.0, -2.0], [-3.0, -2.0]])
    return (centres[t] + rng(0).normal(size=(N, 2))).astype(np.float32), t


def train(seed: int = 0, **changes: Any) -> tuple[Sequential, History]:
    x, t = blobs()
    model = mlp([2, 8, 3], rng=rng(seed))
    settings: dict[str, Any] = {
        "loss": softmax_cross_entropy,
        "optimizer": Adam(model.parameters(), lr=0.02),
        "epochs": 5,
        "batch_size": 16,
        "rng": rng(seed + 100),
        "progress": False,
    }
    return model, fit(model, x, t, **{**settings, **changes})


def test_learns_and_records() -> None:
    model, history = train(epochs=20, validation=blobs())
    assert history.epochs == 20
    assert history.loss[-1] < 0.2 * history.loss[0]
    assert history.accuracy[-1] > 0.95
    assert len(history.validation_loss) == len(history.validation_accuracy) == 20
    assert evaluate(model, *blobs(), loss=softmax_cross_entropy) == (
        history.validation_loss[-1],
        history.validation_accuracy[-1],
    )


def test_the_same_generators_give_the_same_run() -> None:
    assert train(0)[1] == train(0)[1]
    assert train(0)[1] != train(1)[1]


def test_is_gradient_descent_when_the_batch_is_everything() -> None:
    x, W_true = rng(1).normal(size=(20, 3)), rng(2).normal(size=(3, 2))
    t = x @ W_true
    layer = Linear(3, 2, rng=rng(), dtype="float64")
    W, b = layer.W.data, layer.b.data
    optimizer = SGD(layer.parameters(), lr=0.1)
    fit(
        layer, x, t, loss=squared_error, optimizer=optimizer, epochs=7, batch_size=20, rng=rng(),
        progress=False,
    )  # fmt: skip
    for _ in range(7):
        r = (x @ W + b - t) / 20
        W, b = W - 0.1 * x.T @ r, b - 0.1 * r.sum(axis=0)
    np.testing.assert_allclose(layer.W.data, W, rtol=1e-10)
    np.testing.assert_allclose(layer.b.data, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("batch_size", "steps"), [(16, 6), (30, 3), (90, 1), (1000, 1)])
def test_every_epoch_visits_every_sample_once_in_a_new_order(batch_size: int, steps: int) -> None:
    seen: list[Any] = []

    def watching(y: Any, t: Any) -> Any:
        seen.append(t)
        return squared_error(y, t)

    x = np.arange(90.0)[:, None]
    layer = Linear(1, 1, rng=rng(), dtype="float64")
    fit(
        layer, x, x, loss=watching, optimizer=SGD(layer.parameters(), lr=0.0), epochs=2,
        batch_size=batch_size, rng=rng(), progress=False,
    )  # fmt: skip
    assert len(seen) == 2 * steps
    epochs = [np.concatenate(seen[:steps])[:, 0], np.concatenate(seen[steps:])[:, 0]]
    for order in epochs:
        np.testing.assert_array_equal(np.sort(order), x[:, 0])
    assert not np.array_equal(epochs[0], epochs[1])


def test_inputs_and_targets_stay_together() -> None:
    def together(y: Any, t: Any) -> Any:
        np.testing.assert_array_equal(y, t)
        return squared_error(y, t)

    x = rng().normal(size=(50, 1))
    layer = Linear(1, 1, rng=rng(), init=lambda shape, rng: np.ones(shape), dtype="float64")
    fit(
        layer, x, x, loss=together, optimizer=SGD(layer.parameters(), lr=0.1), epochs=2,
        batch_size=7, rng=rng(), progress=False,
    )  # fmt: skip


def test_the_recorded_loss_weighs_every_sample_the_same() -> None:
    # With a learning rate of 0 the minibatches must add up to the loss of the whole.
    model = mlp([2, 8, 3], rng=rng())
    x, t = blobs()
    history = fit(
        model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.0),
        epochs=1, batch_size=40, rng=rng(), progress=False,
    )  # fmt: skip
    value, share = evaluate(model, x, t, loss=softmax_cross_entropy, batch_size=7)
    assert share is not None
    assert history.loss[0] == pytest.approx(value, rel=1e-5)  # single precision
    assert history.accuracy[0] == pytest.approx(share)


def test_the_schedule_sets_the_rate_of_every_step_counting_from_zero() -> None:
    asked: list[int] = []

    def schedule(t: int) -> float:
        asked.append(t)
        return 0.1 / (t + 1)

    model = mlp([2, 8, 3], rng=rng())
    optimizer = SGD(model.parameters(), lr=99.0)
    x, t = blobs()
    history = fit(
        model, x, t, loss=softmax_cross_entropy, optimizer=optimizer, epochs=2, batch_size=30,
        rng=rng(), schedule=schedule, progress=False,
    )  # fmt: skip
    assert asked[-6:] == [0, 1, 2, 3, 4, 5]  # those before are checked before the first step
    assert history.lr == [0.1 / 3, 0.1 / 6]


def test_augment_sees_training_batches_only() -> None:
    shapes = []

    def augment(images: Any, generator: np.random.Generator) -> Any:
        shapes.append(images.shape)
        images = images[:, :, ::-1, :] if images.ndim == 4 else images
        return images

    class Flat(Linear):
        def forward(self, x: Any, *, training: bool) -> Any:
            u, backward = super().forward(x.reshape(len(x), -1), training=training)
            if training:  # flipped upside down: the first row is the last one of 0 … 29
                assert x[0, 0, 0, 0] % 30 == 25
            return u, backward

    images = np.arange(4 * 30.0).reshape(4, 1, 6, 5)
    layer = Flat(30, 2, rng=rng(), dtype="float64")
    fit(
        layer, images, np.array([0, 1, 0, 1]), loss=softmax_cross_entropy,
        optimizer=SGD(layer.parameters(), lr=1e-5), epochs=1, batch_size=2, rng=rng(),
        augment=augment, validation=(images, np.array([0, 1, 0, 1])), progress=False,
    )  # fmt: skip
    assert shapes == [(2, 1, 6, 5)] * 2
    train(augment=augment, epochs=1)
    assert shapes[2:] == [(16, 2)] * 5 + [(10, 2)]


def test_regression_has_no_accuracy() -> None:
    layer = Linear(2, 1, rng=rng())
    x, _ = blobs()
    history = fit(
        layer, x, x[:, :1], loss=squared_error, optimizer=SGD(layer.parameters(), lr=0.01),
        epochs=2, batch_size=30, rng=rng(), validation=(x, x[:, :1]), progress=False,
    )  # fmt: skip
    assert history.accuracy == history.validation_accuracy == []
    assert len(history.validation_loss) == 2


def test_probability_rows_are_targets_too() -> None:
    x, t = blobs()
    model = mlp([2, 8, 3], rng=rng())
    history = fit(
        model, x, softmax(5.0 * np.eye(3)[t]), loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=0.05), epochs=10, batch_size=30, rng=rng(),
        progress=False,
    )  # fmt: skip
    assert history.loss[-1] < history.loss[0]


def test_a_student_loss_may_return_numpy_numbers() -> None:
    def loss(u: Any, t: Any) -> Any:
        value, du = softmax_cross_entropy(u, t)
        return np.float32(value), du

    _, history = train(loss=loss)
    assert {type(value) for value in history.loss} == {float}


def test_a_rate_from_numpy_arrives_as_a_python_number() -> None:
    seen = set()

    def step(w: Any, dw: Any, *, lr: float) -> Any:
        seen.add(type(lr))
        return w - lr * dw  # with a numpy.float64 this would be double precision

    model = mlp([2, 8, 3], rng=rng())
    x, t = blobs()
    history = fit(
        model, x, t, loss=softmax_cross_entropy,
        optimizer=SGD(model.parameters(), lr=0.1, step=step), epochs=1, batch_size=30, rng=rng(),
        schedule=lambda t: np.float64(0.1), progress=False,
    )  # fmt: skip
    assert seen == {type(history.lr[0])} == {float}


@pytest.mark.parametrize("bar", ["tqdm", "no tqdm"])
def test_progress_goes_to_standard_output_only(
    bar: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    if bar == "no tqdm":
        monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    train(progress=True, validation=blobs())
    out, err = capsys.readouterr()
    assert err == ""
    assert "epoch 5, loss" in out
    assert "validation loss" in out
    if bar == "no tqdm":
        assert out.count("\n") == 1
    train(progress=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        (
            {"validation": (np.zeros((0, 2)), np.zeros(0, dtype=int))},
            "there are 0 validation inputs",
        ),
    ],
)
def test_impossible_settings_are_refused(changes: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(**changes)


def test_as_many_targets_as_inputs() -> None:
    x, t = blobs()
    layer = Linear(2, 3, rng=rng())
    with pytest.raises(ValueError, match="90 inputs and 89 targets"):
        fit(
            layer, x, t[:-1], loss=softmax_cross_entropy,
            optimizer=SGD(layer.parameters(), lr=0.1), epochs=1, batch_size=8, rng=rng(),
        )  # fmt: skip


def test_an_optimizer_of_another_model_is_refused() -> None:
    other = mlp([2, 8, 3], rng=rng())
    with pytest.raises(ValueError, match="none of this model's parameters"):
        train(optimizer=SGD(other.parameters(), lr=0.1))
    model = Sequential(Linear(2, 3, rng=rng()), other.layers[-1])
    x, t = blobs()
    fit(  # some of them may stay as they are
        Sequential(model.layers[0]), x, t, loss=softmax_cross_entropy, epochs=1, batch_size=50,
        optimizer=SGD(model.parameters()[:1], lr=0.1), rng=rng(), progress=False,
    )  # fmt: skip


def test_batchnorm_with_a_last_batch_of_one_is_explained() -> None:
    model = Sequential(Linear(2, 3, rng=rng()), BatchNorm(3), Tanh())
    x, t = blobs(17)
    with pytest.raises(ValueError, match="at least 2 rows"):
        fit(
            model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.1),
            epochs=1, batch_size=16, rng=rng(), progress=False,
        )  # fmt: skip


def test_float64_data_train_a_float32_model_in_single_precision() -> None:
    x, t = blobs()
    seen = set()

    class Looking(Tanh):
        def forward(self, x: Any, *, training: bool = False) -> Any:
            seen.update([x.dtype] * (len(x) > 1))  # one row: whether the model accepts it
            return super().forward(x, training=training)

    def run(x: np.ndarray) -> History:
        model = mlp([2, 8, 3], rng=rng(), activation=Looking)
        return fit(
            model, x, t, loss=softmax_cross_entropy, optimizer=Adam(model.parameters()), epochs=3,
            batch_size=16, rng=rng(), validation=(x, t), progress=False,
        )  # fmt: skip

    assert run(x.astype(np.float64)) == run(x)
    assert seen == {np.dtype("float32")}


@pytest.mark.parametrize("dtype", [np.float64, np.dtype("float64"), "float64"])
def test_a_precision_may_be_a_data_type(dtype: Any) -> None:
    assert Linear(2, 3, rng=rng(), dtype=dtype).W.data.dtype == np.float64
    assert BatchNorm(2, dtype=dtype).running_var.dtype == np.float64


@pytest.mark.parametrize(("shape", "rows"), [((2,), 1000), ((784,), 127), ((3, 32, 32), 32)])
def test_evaluation_takes_fewer_rows_of_large_samples(shape: Any, rows: int) -> None:
    seen = []

    class Looking(Flatten):
        def forward(self, x: Any, *, training: bool = False) -> Any:
            seen.append(len(x))
            return super().forward(x, training=training)

    x = np.zeros((1500, *shape), np.float32)
    evaluate(Looking(), x, x.reshape(1500, -1), loss=squared_error)
    assert max(seen) == rows and sum(seen) == 1500


def test_ctrl_c_keeps_the_history_and_the_best_weights() -> None:
    x, t = blobs()
    model = mlp([2, 8, 3], rng=rng())
    best = StopEarly(patience=99, restore=model)

    def interrupt(epoch: int, history: History) -> None:
        if epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        fit(
            model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=5.0),
            epochs=9, batch_size=16, rng=rng(), validation=(x, t), callbacks=[best, interrupt],
            progress=False,
        )  # fmt: skip
    history = caught.value.history  # type: ignore[attr-defined]
    assert history.epochs == 4 and len(history.validation_loss) == 4
    assert "4 epochs are complete" in caught.value.__notes__[0]
    value, _ = evaluate(model, x, t, loss=softmax_cross_entropy)
    assert value == min(history.validation_loss)


def test_without_a_bar_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 7))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    train(epochs=9, progress=True)
    said = capsys.readouterr().out.splitlines()
    assert 2 < len(said) < 9 and said[-1].startswith("epoch 9, loss")
    assert len(set(said)) == len(said)


def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    x, t = blobs()
    for start in range(0, 90, 30):
        yield x[start : start + 30], t[start : start + 30]


@pytest.mark.parametrize("given", [list(batches()), batches], ids=["a list", "a function"])
def test_minibatches_may_come_from_elsewhere(given: Any) -> None:
    def run(*data: Any, **more: Any) -> tuple[Sequential, History]:
        model = mlp([2, 8, 3], rng=rng())
        history = fit(
            model, *data, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.5),
            epochs=3, schedule=lambda t: 0.5 / (t + 1), progress=False, **more,
        )  # fmt: skip
        return model, history

    model, history = run(given)
    assert history.epochs == 3 and history.lr[-1] == 0.5 / 9 and history.accuracy[-1] > 0.8
    expected = mlp([2, 8, 3], rng=rng())
    optimizer = SGD(expected.parameters(), lr=0.5)
    for number, (x, t) in enumerate([*batches()] * 3):
        optimizer.lr = 0.5 / (number + 1)
        train_step(expected, x, t, loss=softmax_cross_entropy, optimizer=optimizer)
    assert all(
        np.array_equal(p.data, q.data)
        for p, q in zip(model.parameters(), expected.parameters(), strict=True)
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (batches(), "ends after one epoch; give a function that makes a new one"),
        (3, "t is missing, and x is a int"),
        (blobs()[0], "t is missing, and x is a ndarray"),
        (lambda n: n, "needs arguments; write lambda: …"),
        ([blobs()[0]], "gave a ndarray, expected minibatches"),
        ([(*blobs(), np.ones(90), 0)], "gave a tuple, expected minibatches (x, t), or (x, t, sam"),
        (lambda: iter(()), "gave no minibatch"),
    ],
)
def test_what_gives_no_minibatches_is_refused(given: Any, words: str) -> None:
    model = mlp([2, 8, 3], rng=rng())
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        fit(
            model, given, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.5),
            epochs=3, progress=False,
        )  # fmt: skip


def test_a_schedule_that_needs_the_number_of_steps_says_so() -> None:
    model = mlp([2, 8, 3], rng=rng())
    with pytest.raises(TypeError, match=r"schedule needs the number of steps, and x has no len"):
        fit(
            model, batches, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.5),
            epochs=3, schedule=lambda t, total: 0.1, progress=False,
        )  # fmt: skip


def test_a_callback_may_act_after_each_step() -> None:
    class Counting:
        def __init__(self) -> None:
            self.steps: list[int] = []

        def step(self, t: int) -> None:
            self.steps.append(t)

    counting = Counting()
    train(epochs=3, batch_size=30, callbacks=[counting])
    assert counting.steps == list(range(9))
    train(epochs=4, batch_size=30, callbacks=[counting], history=train(epochs=3)[1])
    assert counting.steps[9:] == [9, 10, 11]


def test_an_augmentation_may_change_the_targets() -> None:
    def swapped(x: np.ndarray, t: np.ndarray, rng: Any) -> Any:
        return -x, 2 - t

    def not_swapped(x: np.ndarray, rng: Any, strength: float = 1.0) -> Any:
        return -x

    assert train(augment=swapped)[1] != train(augment=not_swapped)[1]
    x, t = blobs()
    model, _ = train(augment=swapped, epochs=20)
    assert np.mean(model(-x).argmax(axis=1) == 2 - t) > 0.95
    with pytest.raises(TypeError, match="rng is missing, from which augment draws"):
        fit(
            model, batches, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.1),
            epochs=1, augment=swapped, progress=False,
        )  # fmt: skip
