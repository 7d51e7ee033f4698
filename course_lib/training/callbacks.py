"""What `fit` calls after every epoch: ``callback(epoch, history)``; True ends the training."""

import copy
from typing import Protocol

from course_lib.layers.layer import Layer
from course_lib.training.history import History


class Callback(Protocol):
    """Any function or object that can be called like this."""

    def __call__(self, epoch: int, history: History, /) -> bool | None:
        """Look at the epoch that has ended, counted from 0; True ends the training."""


class Stopper(Protocol):
    """What `StopEarly` drives: the library's `EarlyStopping` or your own."""

    def update(self, value: float) -> bool:
        """Take the next value; True to stop."""


class StopEarly:
    """Stop when a stopper says so.

    Parameters
    ----------
    stopper : for instance ``EarlyStopping(patience=5, min_delta=0.0)``
    watch : which list of the history it gets, one value per epoch; lower must be better
    """

    def __init__(self, stopper: Stopper, *, watch: str = "validation_loss") -> None:
        self.stopper = stopper
        self.watch = watch

    def __call__(self, epoch: int, history: History, /) -> bool:
        """Hand on the newest value."""
        return bool(self.stopper.update(newest(history, self.watch)))


class KeepBest:
    """Keep a copy of the model from its best epoch.

    Parameters
    ----------
    model : the model in training
    watch : which list of the history decides; lower must be better

    Attributes
    ----------
    model : the copy; the model itself before the first epoch
    epoch : when it was made, counted from 0; None before the first epoch
    """

    def __init__(self, model: Layer, *, watch: str = "validation_loss") -> None:
        self.model = model
        self.epoch: int | None = None
        self.watch = watch
        self._in_training = model
        self._best = float("inf")

    def __call__(self, epoch: int, history: History, /) -> None:
        """Copy the model if the newest value is the lowest so far."""
        value = newest(history, self.watch)
        if value < self._best:
            self._best = value
            self.epoch = epoch
            self.model = copy.deepcopy(self._in_training)


def newest(history: History, watch: str) -> float:
    """Last entry of a list of the history, or an error that says why there is none."""
    values: list[float] = getattr(history, watch)
    if not values:
        raise ValueError(
            f"history.{watch} is empty; pass fit(…, validation=(x, t)) or watch another list"
        )
    return values[-1]
