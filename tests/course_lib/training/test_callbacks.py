from typing import Any

import numpy as np
import pytest

from course_lib.layers import Linear
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.optimizers import SGD
from course_lib.regularizers import EarlyStopping
from course_lib.training import History, KeepBest, StopEarly, evaluate, fit
from tests.course_lib.training.runs import data, go_on, start


def run(callbacks: Any, epochs: int = 20, *, validation: bool = True) -> tuple[Linear, History]:
    """Learn, after a few epochs, noise: the validation loss has a minimum on the way."""
    rng = np.random.default_rng(3)
    x, t = rng.normal(size=(20, 15)), rng.normal(size=(20, 1))
    layer = Linear(15, 1, rng=rng, dtype="float64")
    history = fit(
        layer, x, t, loss=squared_error, optimizer=SGD(layer.parameters(), lr=0.05), epochs=epochs,
        batch_size=20, rng=rng, callbacks=callbacks(layer), progress=False,
        validation=(x + rng.normal(size=(20, 15)), t) if validation else None,
    )  # fmt: skip
    return layer, history


def test_stops_when_the_stopper_says_so() -> None:
    class Third:
        def __init__(self) -> None:
            self.values: list[float] = []

        def update(self, value: float) -> bool:
            self.values.append(value)
            return len(self.values) == 3

    stopper = Third()
    _, history = run(lambda layer: [StopEarly(stopper)])
    assert history.epochs == 3
    assert stopper.values == history.validation_loss


def test_early_stopping_ends_patience_epochs_after_the_best() -> None:
    stopper = EarlyStopping(patience=5, min_delta=0.0)
    _, history = run(lambda layer: [StopEarly(stopper)], epochs=500)
    assert stopper.best_step == int(np.argmin(history.validation_loss))
    assert history.epochs == stopper.best_step + 1 + 5


def test_every_callback_hears_of_every_epoch_even_of_the_last() -> None:
    heard = []
    _, history = run(
        lambda layer: [
            lambda epoch, history: epoch == 4,
            lambda epoch, history: heard.append((epoch, history.epochs)),
        ]
    )
    assert heard == [(k, k + 1) for k in range(5)]
    assert history.epochs == 5


def test_the_best_model_is_kept_and_stays_as_it_was() -> None:
    kept: list[KeepBest] = []

    def callbacks(layer: Linear) -> Any:
        kept.append(KeepBest(layer, watch="loss"))
        return [kept[0], lambda epoch, history: epoch == 9]

    layer, history = run(callbacks)
    assert kept[0].epoch == int(np.argmin(history.loss)) == 9
    best = kept[0].model
    assert isinstance(best, Linear)
    np.testing.assert_array_equal(best.W.data, layer.W.data)
    layer.W.data[...] = 0.0
    assert not np.array_equal(best.W.data, layer.W.data)


def test_watching_what_is_not_measured_is_explained() -> None:
    with pytest.raises(
        ValueError, match=r"write fit\(…, validation=\(x_validation, t_validation\)\)"
    ):
        run(lambda layer: [StopEarly(EarlyStopping(1, 0.0))], validation=False)


@pytest.mark.parametrize("patience", [5, 1000])
def test_early_stopping_gives_the_best_weights_back_in_one_line(patience: int) -> None:
    # With a patience of 1000 the epochs are over first; the best weights come back all the same.
    seen: list[Any] = []
    kept: list[StopEarly] = []

    def callbacks(layer: Linear) -> Any:
        kept.append(StopEarly(EarlyStopping(patience, min_delta=0.0), restore=layer))
        return [kept[0], lambda epoch, history: seen.append(layer_copy(layer))]

    layer, history = run(callbacks, epochs=100)
    best = history.best_epoch()
    assert 0 < best < history.epochs - 1
    np.testing.assert_array_equal(layer.W.data, seen[best][0])
    np.testing.assert_array_equal(layer.b.data, seen[best][1])
    layer.b.data[...] = 9.0  # the kept copy is not the model
    assert kept[0].best is not None
    assert np.all(kept[0].best.model.parameters()[1].data != 9.0)


def layer_copy(layer: Linear) -> list[np.ndarray]:
    return [np.array(p.data) for p in layer.parameters()]


def test_running_statistics_come_back_with_the_weights() -> None:
    model, optimizer, rng = start()
    stop = StopEarly(patience=3, restore=model)
    history = go_on(model, optimizer, rng, epochs=60, callbacks=[stop])
    x, t = data()["validation"]
    assert evaluate(model, x, t, loss=softmax_cross_entropy)[0] == min(history.validation_loss)
    assert history.validation_loss[-1] > min(history.validation_loss)


def test_a_stopper_of_ones_own_is_restored_likewise() -> None:
    class Twice:
        def update(self, value: float) -> bool:
            return value > 0.0

    layer, history = run(lambda layer: [StopEarly(Twice(), restore=layer)])
    assert history.epochs == 1


def test_watching_a_list_that_does_not_exist_is_explained() -> None:
    with pytest.raises(ValueError, match="history has no 'validation_los'; it has loss, accuracy"):
        run(lambda layer: [StopEarly(EarlyStopping(1, 0.0), watch="validation_los")])


def test_begin_and_finish_are_called_once_each() -> None:
    class Diary:
        def __init__(self) -> None:
            self.lines: list[str] = []

        def begin(self, history: History) -> None:
            self.lines.append(f"begin {history.epochs}")

        def __call__(self, epoch: int, history: History, /) -> bool:
            self.lines.append(f"epoch {epoch}")
            return epoch == 1

        def finish(self, history: History) -> None:
            self.lines.append(f"finish {history.epochs}")

    diary = Diary()
    run(lambda layer: [diary])
    assert diary.lines == ["begin 0", "epoch 0", "epoch 1", "finish 2"]


def test_of_accuracies_the_highest_is_the_best() -> None:
    history = History(
        loss=[1.0] * 4,
        validation_loss=[3.0, 1.0, 2.0, 2.0],
        validation_accuracy=[0.5, 0.9, 0.8, 0.7],
    )
    assert history.best_epoch() == history.best_epoch("validation_accuracy") == 1
    layer, stop = Linear(1, 1, rng=np.random.default_rng(0)), EarlyStopping(2, min_delta=0.0)
    best = KeepBest(layer, watch="validation_accuracy")
    early = StopEarly(stop, watch="validation_accuracy")
    answers = []
    for epoch in range(4):
        so_far = History(
            loss=history.loss[: epoch + 1],
            validation_accuracy=history.validation_accuracy[: epoch + 1],
        )
        best(epoch, so_far)
        answers.append(early(epoch, so_far))
    assert best.epoch == 1 and answers == [False, False, False, True]
