"""Loss and accuracy are those of all samples at once, whatever the size of the minibatches."""

import inspect
from typing import Any

import numpy as np
import pytest

from course_lib import Parameter, losses
from course_lib.functional import log_softmax, softmax
from course_lib.layers import Layer
from course_lib.losses import softmax_cross_entropy
from course_lib.optimizers import SGD
from course_lib.training import accuracy, averaged_over, evaluate, fit
from course_lib.training import evaluate as evaluate_function
from tests.catalogue.losses import LOSSES
from tests.catalogue.operation import Loss
from tests.course_lib.exports import exports
from tests.course_lib.libraries.library import NUMPY, find_library

N = 24
OF_SAMPLES = [row for row in LOSSES if row.name != "soft_dtw"]  # of a pair of sequences


def takes_weights(function: Any) -> bool:
    return "sample_weight" in inspect.signature(function).parameters


WEIGHTED = [row for row in OF_SAMPLES if takes_weights(row.find(row.function))]


class Given(Layer):
    """Returns its inputs, so that a loss gets the outputs of the catalogue."""

    def __init__(self) -> None:
        self.shift = Parameter(np.zeros(()))

    def forward(self, x: Any, *, training: bool = True) -> Any:
        return x, lambda dy: self.shift.add_grad(0.0 * self.shift.data)


def data(row: Loss) -> tuple[Any, Any, Any]:
    """Outputs, targets, and the loss of both, which takes tuples where there are several."""
    inputs, rest = row.given(N)
    arrays = {
        name: value for name, value in rest.items() if len(np.shape(value)) and len(value) == N
    }
    one = len(inputs) == 1

    def loss(y: Any, t: Any, **more: Any) -> Any:
        targets = dict(zip(arrays, t if isinstance(t, tuple) else (t,), strict=False))
        value, *gradients = row.call(*((y,) if one else y), **{**rest, **targets}, **more)
        return value, gradients[0] if one else tuple(gradients)

    targets = tuple(arrays.values()) or (np.zeros(N),)
    return inputs[0] if one else tuple(inputs), targets[0] if len(targets) == 1 else targets, loss


@pytest.mark.parametrize("batch_size", [1, 5, 10, N])
@pytest.mark.parametrize("row", OF_SAMPLES, ids=str)
def test_a_loss_is_that_of_all_samples_at_once(row: Loss, batch_size: int) -> None:
    y, t, loss = data(row)
    order = np.argsort(t if isinstance(t, np.ndarray) and t.ndim == 1 else np.arange(N))
    y = tuple(a[order] for a in y) if isinstance(y, tuple) else y[order]
    t = tuple(a[order] for a in t) if isinstance(t, tuple) else t[order]
    expected = loss(y, t)[0]
    assert evaluate(Given(), y, t, loss=loss, batch_size=batch_size)[0] == pytest.approx(expected)
    if row.name == "info_nce":
        return  # compares the samples of a minibatch
    model = Given()
    history = fit(
        model, y, t, loss=loss, optimizer=SGD(model.parameters(), lr=0.0), epochs=2, rng=rng(),
        batch_size=batch_size, validation=(y, t), progress=False,
    )  # fmt: skip
    assert history.loss + history.validation_loss == pytest.approx([expected] * 4)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("row", WEIGHTED, ids=str)
def test_a_weight_is_how_often_a_sample_counts(row: Loss) -> None:
    y, t, loss = data(row)
    often = rng().integers(0, 4, N)
    rows = np.repeat(np.arange(N), often)
    expected, gradient = loss(y[rows], t[rows])
    value, dy = loss(y, t, sample_weight=often)
    assert value == pytest.approx(expected)
    shares = often[rows].reshape(-1, *[1] * (y.ndim - 1))
    np.testing.assert_allclose(dy[rows] / shares, gradient, rtol=1e-10)
    assert not dy[often == 0].any()
    assert loss(y, t, sample_weight=0 * often)[0] == 0.0
    model = Given()
    history = fit(
        model, y, t, loss=loss, optimizer=SGD(model.parameters(), lr=0.0), epochs=1, batch_size=7,
        rng=rng(), sample_weight=often, validation=(y, t, often), progress=False,
    )  # fmt: skip
    found, _ = evaluate(model, y, t, loss=loss, sample_weight=often, batch_size=5)
    assert [found, *history.loss, *history.validation_loss] == pytest.approx([expected] * 3)


def test_the_table_has_the_losses_with_weights() -> None:
    functions = filter(inspect.isfunction, exports(losses).values())
    names = {function.__name__ for function in functions if takes_weights(function)}
    assert names == {row.function for row in WEIGHTED}


@pytest.mark.parametrize("library", [NUMPY, find_library("array_api_strict")], ids=str)
@pytest.mark.parametrize("ignored", [-1, 2])
def test_ignored_labels_count_in_no_accuracy(library: Any, ignored: int) -> None:
    y, t = rng(1).normal(size=(N, 3)), rng(2).integers(0, 3, N)
    known = rng(3).random(N) < 0.4 if ignored < 0 else t != 2
    t = np.where(known, t, ignored)
    expected = accuracy(y[known], t[known])
    assert 0 < expected < 1
    model = Given()
    model.shift.data = library.array(model.shift.data)
    given = library.array(y), library.array(t)

    def loss(y: Any, t: Any) -> Any:
        return softmax_cross_entropy(y, t, ignore=ignored)

    history = fit(
        model, *given, loss=loss, optimizer=SGD([model.shift], lr=0.0), epochs=1, batch_size=7,
        rng=rng(), validation=given, progress=False,
    )  # fmt: skip
    assert [*history.accuracy, *history.validation_accuracy] == [expected] * 2
    assert evaluate(model, *given, loss=loss, batch_size=5)[1] == expected
    nothing = library.array(0 * t + ignored)
    assert evaluate(model, given[0], nothing, loss=loss) == (0.0, None)


def test_a_loss_of_ones_own_says_what_it_averaged_over(monkeypatch: pytest.MonkeyPatch) -> None:
    y, mask = rng(1).normal(size=(N, 4)), (rng(2).random((N, 4)) < 0.3) * 1.0

    def loss(y: Any, mask: Any) -> Any:
        averaged_over(mask)
        whole = max(mask.sum(), 1.0)
        return (y**2 * mask).sum() / whole, 2 * y * mask / whole

    expected = loss(y, mask)[0]
    assert evaluate(Given(), y, mask, loss=loss, batch_size=5)[0] == pytest.approx(expected)
    module = inspect.getmodule(inspect.unwrap(evaluate_function))
    monkeypatch.setattr(module, "TOGETHER", 30)  # outputs too large for one call of the loss
    assert evaluate(Given(), y, mask, loss=loss, batch_size=5)[0] == pytest.approx(expected)


def test_a_label_for_each_place_has_an_accuracy() -> None:
    y, t = rng(1).normal(size=(N, 5, 3)), rng(2).integers(0, 3, (N, 5))

    t[rng(3).random((N, 5)) < 0.4] = -1

    def loss(y: Any, t: Any, **more: Any) -> Any:
        return softmax_cross_entropy(y, t, ignore=-1, **more)

    known = t >= 0
    value, share = evaluate(Given(), y, t, loss=loss, batch_size=7)
    assert value == pytest.approx(softmax_cross_entropy(y[known], t[known])[0])
    assert share == accuracy(y[known], t[known])
    weighted, _ = evaluate(Given(), y, 0 * t, loss=loss, sample_weight=known * 1.0)
    assert weighted == pytest.approx(softmax_cross_entropy(y[known], 0 * t[known])[0])
    short = [(y[:8], t[:8]), (y[8:, :2], t[8:, :2])]  # sequences of two lengths
    parts = [(a[b >= 0], b[b >= 0]) for a, b in short]
    model = Given()
    history = fit(
        model, short, loss=loss, optimizer=SGD([model.shift], lr=0.0), epochs=1, progress=False
    )
    everything = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
    assert history.loss == [pytest.approx(softmax_cross_entropy(*everything)[0])]
    assert history.accuracy == [pytest.approx(accuracy(*everything))]


@pytest.mark.parametrize("name", ["softmax_cross_entropy", "nll_loss", "kl_divergence"])
def test_sequences_of_two_lengths_count_by_their_positions(name: str) -> None:
    loss: Any = getattr(losses, name)
    scores: Any = log_softmax(rng(1).normal(size=(N, 5, 3)))
    t: Any = rng(2).integers(0, 3, (N, 5)) if name != "kl_divergence" else softmax(0.5 * scores)
    short = [(scores[:8], t[:8]), (scores[8:, :2], t[8:, :2])]
    model = Given()
    history = fit(
        model, short, loss=loss, optimizer=SGD([model.shift], lr=0.0), epochs=1, progress=False
    )
    rows = [[a.reshape(-1, *a.shape[2:]) for a in pair] for pair in short]
    everything = [np.concatenate(arrays) for arrays in zip(*rows, strict=True)]
    assert history.loss == [pytest.approx(loss(*everything)[0])]


def test_integers_that_are_no_classes_have_no_accuracy() -> None:
    y, counts = np.ones((N, 1)), np.arange(N)
    model = Given()
    history = fit(
        model, y, counts, loss=lambda y, t: (0.0, 0 * y), optimizer=SGD([model.shift], lr=0.0),
        epochs=2, batch_size=5, rng=rng(), validation=(y, counts), progress=False,
    )  # fmt: skip
    assert history.accuracy == history.validation_accuracy == []
    assert "accuracy" not in history.last()


def zero(y: Any, t: Any) -> Any:
    return 0.0, 0.0 * y


def test_weights_that_do_not_fit_are_refused_before_the_first_step() -> None:
    y, t = rng(1).normal(size=(N, 3)), rng(2).integers(0, 3, N)
    with pytest.raises(TypeError, match=r"loss\(y, t, sample_weight=w\), which zero does not"):
        evaluate(Given(), y, t, loss=zero, sample_weight=np.ones(N))
    model = Given()
    settings: dict[str, Any] = {"optimizer": SGD([model.shift], lr=0.0), "epochs": 1}
    weight = rng().random(N)
    with pytest.raises(TypeError, match=r"give \(x, t, sample_weight\)"):
        fit(model, [(y, t)], loss=softmax_cross_entropy, sample_weight=weight, **settings)
    parts = [(y[:9], t[:9], weight[:9]), (y[9:], t[9:], weight[9:])]
    history = fit(model, parts, loss=softmax_cross_entropy, progress=False, **settings)
    expected, _ = softmax_cross_entropy(y, t, sample_weight=weight)
    assert history.loss == [pytest.approx(expected)]
    with pytest.raises(ValueError, match="negative or nan"):
        evaluate(model, y, t, loss=softmax_cross_entropy, sample_weight=-weight)
    with pytest.raises(ValueError, match="24 inputs and 23 weights"):
        evaluate(Given(), y, t, loss=softmax_cross_entropy, sample_weight=np.ones(N - 1))
