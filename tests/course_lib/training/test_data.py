"""What a model gets: several inputs and outputs, a minibatch at a time; outputs and metrics."""

import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from course_lib.backend import to_numpy
from course_lib.layers import Layer, Linear, ReLU
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.models import Concatenate, Parallel, Sequential, mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.training import StopEarly, evaluate, fit, lr_range_test, minibatches, predict
from course_lib.training.metrics import metrics_of
from tests.course_lib.libraries.library import NUMPY, find_library, moved_to

STRICT = find_library("array_api_strict")
N = 30


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def data() -> tuple[Any, Any]:
    """Two inputs; two targets."""
    draw = rng(1)
    inputs = draw.normal(size=(N, 4)), draw.normal(size=(N, 3))
    return inputs, (np.arange(N) % 3, draw.normal(size=(N, 2)))


def two_in_two_out() -> Sequential:
    draw = rng(2)
    first = Parallel(Linear(4, 5, rng=draw), Linear(3, 6, rng=draw))
    last = Parallel(Linear(11, 3, rng=draw), Linear(11, 2, rng=draw))
    return Sequential(first, Concatenate(), ReLU(), last)


class ByHand(Layer):
    """The same network as one layer of one input, whose columns are both."""

    def __init__(self) -> None:
        self.parts = two_in_two_out()

    def forward(self, x: Any, *, training: bool = True) -> Any:
        (u, v), back = self.parts.forward((x[:, :4], x[:, 4:]), training=training)

        def backward(dy: Any) -> Any:
            return np.concatenate(back((dy[:, :3], dy[:, 3:])), axis=1)

        return np.concatenate([u, v], axis=1), backward


def both(y: Any, t: Any) -> Any:
    value, du = softmax_cross_entropy(y[0], t[0])
    more, dv = squared_error(y[1], t[1])
    return value + more, (du, dv)


@pytest.mark.parametrize("there", ["numpy", "there", "moved"])
def test_several_inputs_and_outputs_are_as_one_of_all_columns(there: str) -> None:
    library = NUMPY if there == "numpy" else STRICT
    put = library.array if there == "there" else np.asarray

    def trained(model: Any, x: Any, t: Any, loss: Any, **more: Any) -> Any:
        history = fit(
            model, x, t, loss=loss, optimizer=SGD(model.parameters(), lr=0.1), epochs=3,
            batch_size=8, rng=rng(3), progress=False, **more,
        )  # fmt: skip
        return [*history.loss, *history.validation_loss]

    x, t = data()
    model = moved_to(library, two_in_two_out())
    x_there, t_there = (tuple(map(put, pair)) for pair in (x, t))
    found = trained(model, x_there, t_there, both, validation=(x_there, t_there))

    def loss(y: Any, row: Any) -> Any:
        labels = row[:, 0].astype(int)
        value, (du, dv) = both((y[:, :3], y[:, 3:]), (labels, row[:, 1:]))
        return value, np.concatenate([du, dv], axis=1)

    one, columns = np.concatenate(x, axis=1), np.concatenate([t[0][:, None], t[1]], axis=1)
    other = ByHand()
    expected = trained(other, one, columns, loss, validation=(one, columns))
    np.testing.assert_allclose(found, expected, rtol=1e-5)  # single precision
    y = predict(model, x_there, batch_size=7)
    y_of_one = predict(other, one)
    for a, b in zip(y, (y_of_one[:, :3], y_of_one[:, 3:]), strict=True):
        np.testing.assert_allclose(to_numpy(a), b, rtol=1e-4, atol=1e-5)
    value, share = evaluate(model, x_there, t_there, loss=both)
    assert value == pytest.approx(found[-1]) and share is None


def test_minibatches_and_the_range_test_take_several() -> None:
    x, t = data()
    for (a, b), (labels, _) in minibatches(x, t, 7, rng()):
        rows = [int(np.flatnonzero((x[0] == row).all(axis=1))[0]) for row in a]
        np.testing.assert_array_equal(b, x[1][rows])
        np.testing.assert_array_equal(labels, t[0][rows])
    model = two_in_two_out()
    optimizer = SGD(model.parameters(), lr=0.1)
    found = lr_range_test(
        model, x, t, loss=both, optimizer=optimizer, batch_size=7, rng=rng(), steps=9
    )
    assert len(found.losses) > 1


def test_numbers_of_samples_and_of_inputs_have_to_fit() -> None:
    x, t = data()
    model = two_in_two_out()
    with pytest.raises(ValueError, match="30 inputs and 29 inputs"):
        evaluate(model, (x[0], x[1][1:]), t, loss=both)
    with pytest.raises(ValueError, match="30 inputs and 29 targets"):
        evaluate(model, x, (t[0], t[1][1:]), loss=both)
    with pytest.raises(ValueError, match="1 inputs and 2 layers"):
        model((x[0],))


@pytest.mark.parametrize("batch_size", [None, 1, 7, N, 100])
def test_predictions_are_the_outputs(batch_size: int | None) -> None:
    x, model = (
        rng(1).normal(size=(N, 1, 8, 8)).astype("float32"),
        small_cnn((1, 8, 8), 3, rng=rng()),
    )
    np.testing.assert_allclose(
        predict(model, x, batch_size=batch_size), model(x), rtol=1e-5, atol=1e-6
    )


def test_predictions_take_the_memory_of_a_few_rows() -> None:
    x, model = np.zeros((1200, 3, 16, 16), np.float32), small_cnn((3, 16, 16), 3, rng=rng())
    peaks = []
    for compute in (predict, lambda model, x: model(x)):
        tracemalloc.start()
        compute(model, x)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < peaks[1] / 4


class Looking(ReLU):
    """Collects the data types that it meets."""

    seen: ClassVar[set[str]] = set()

    def forward(self, x: Any, *, training: bool = True) -> Any:
        self.seen.add(str(x.dtype))
        return super().forward(x, training=training)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f8"])
def test_a_file_of_any_precision_is_read_a_minibatch_at_a_time(dtype: str, tmp_path: Path) -> None:
    images = np.memmap(tmp_path / "x", dtype=dtype, mode="w+", shape=(4000, 200))
    model, labels = mlp([200, 4, 3], rng=rng(), activation=Looking), np.arange(4000) % 3
    Looking.seen.clear()
    tracemalloc.start()
    fit(
        model, images, labels, loss=softmax_cross_entropy, batch_size=50, rng=rng(), epochs=1,
        optimizer=SGD(model.parameters(), lr=0.1), validation=(images, labels), progress=False,
    )  # fmt: skip
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.size * 4 / 2 and Looking.seen == {"float32"}


def test_what_a_function_of_ones_own_returns_is_cast() -> None:
    model, (x, _), t = mlp([4, 4, 3], rng=rng(), activation=Looking), data()[0], data()[1][0]
    Looking.seen.clear()
    settings: dict[str, Any] = {"loss": softmax_cross_entropy, "epochs": 1, "progress": False}
    fit(model, [(x, t)], optimizer=SGD(model.parameters(), lr=0.1), **settings)
    fit(
        model, x.astype("float32"), t, optimizer=SGD(model.parameters(), lr=0.1), batch_size=8,
        rng=rng(), augment=lambda x, rng: x + rng.normal(size=x.shape), **settings,
    )  # fmt: skip
    assert Looking.seen == {"float32"}


def test_metrics_are_those_of_all_predictions() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    (x, _), (t, more) = data()
    model = mlp([4, 8, 3], rng=rng())
    macro = partial(sklearn.f1_score, average="macro")

    def worst(y: Any, t: Any) -> float:
        return float(np.max(y)) - len(t)

    history = fit(
        model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.5),
        epochs=4, batch_size=8, rng=rng(), progress=False, validation=(x, t),
        metrics=["balanced_accuracy_score", macro, worst],
        callbacks=[StopEarly(patience=99, watch="f1_score", restore=model)],
    )  # fmt: skip
    assert {len(values) for values in history.metrics.values()} == {4}
    y = predict(model, x)
    best = history.best_epoch("f1_score")
    assert history.metrics["f1_score"][best] == max(history.metrics["f1_score"])
    assert {name: values[best] for name, values in history.metrics.items()} == pytest.approx({
        "balanced_accuracy_score": sklearn.balanced_accuracy_score(t, y.argmax(axis=1)),
        "f1_score": sklearn.f1_score(t, y.argmax(axis=1), average="macro"),
        "worst": worst(y, t),
    })  # fmt: skip
    assert history.last().endswith(f"worst {history.metrics['worst'][-1]:.4g}")
    layer = Linear(4, 2, rng=rng())
    history = fit(
        layer, x, more, loss=squared_error, optimizer=SGD(layer.parameters(), lr=0.1), epochs=2,
        batch_size=8, rng=rng(), progress=False, validation=(x, more),
        metrics={"error": "mean_absolute_error", "score": sklearn.r2_score},
    )  # fmt: skip
    assert history.metrics["error"][-1] == pytest.approx(np.abs(layer(x) - more).mean(), rel=1e-5)
    assert history.metrics["score"][-1] > history.metrics["score"][0]


def test_a_metric_of_classes_gets_classes_whatever_scikit_learn_calls_its_arguments() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    draw = rng(2)
    y, t = draw.normal(size=(N, 3)), draw.integers(0, 3, N)
    classes = y.argmax(axis=1)
    found = metrics_of(["cohen_kappa_score", "matthews_corrcoef"])
    assert found["cohen_kappa_score"](y, t) == sklearn.cohen_kappa_score(t, classes)
    assert found["matthews_corrcoef"](y, t) == sklearn.matthews_corrcoef(t, classes)
    one, yes = y[:, :1], (t == 1)[:, None].astype(float)
    found = metrics_of(["f1_score", "roc_auc_score", "mean_absolute_error"])
    assert found["f1_score"](one, yes) == sklearn.f1_score(yes, one > 0)
    assert found["roc_auc_score"](one, yes) == sklearn.roc_auc_score(yes, one)
    (twice,) = metrics_of([partial(sklearn.fbeta_score, beta=2.0)]).values()
    assert twice(one, yes) == sklearn.fbeta_score(yes, one > 0, beta=2.0)
    assert found["mean_absolute_error"](one, yes) == np.abs(one - yes).mean()


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        (["accuracy"], "no metric 'accuracy'; write 'accuracy_score'"),
        (["r2"], "write 'r2_score'"),
        (["nothing"], r"no metric 'nothing'; give a function metric\(y, t\)"),
        ({"pair": lambda y, t: np.ones(2)}, r"metric pair returned array.*, expected a number"),
        ({"none": lambda y, t: None}, "metric none returned None"),
    ],
)
def test_a_metric_that_gives_no_number_says_its_name(metrics: Any, message: str) -> None:
    pytest.importorskip("sklearn.metrics")

    def measured() -> list[float]:
        found = metrics_of(metrics).values()
        return [metric(np.ones((2, 3)), np.zeros(2, int)) for metric in found]

    with pytest.raises((TypeError, ValueError), match=message):
        measured()
