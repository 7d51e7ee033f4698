from typing import Any

import numpy as np
import pytest

from course_lib.layers import Linear
from course_lib.losses import squared_error
from course_lib.optimizers import SGD
from course_lib.regularizers import EarlyStopping
from course_lib.training import History, KeepBest, StopEarly, fit


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
    with pytest.raises(ValueError, match=r"pass fit\(…, validation=\(x, t\)\)"):
        run(lambda layer: [StopEarly(EarlyStopping(1, 0.0))], validation=False)
