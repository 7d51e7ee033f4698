"""What `fit` calls after every epoch: ``callback(epoch, history)``; True ends the training."""

from typing import Any, Protocol

from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.regularizers import EarlyStopping
from course_lib.training.deep_copy import deep_copy
from course_lib.training.history import History, require_list_of_history


class Callback(Protocol):
    """Any function or object that can be called like this, or that has a method ``step``.

    It may have a method ``begin(history)``, called before the first epoch with the history of
    the part before a resume (True: nothing is left to do), a method ``step(t)``, called after each
    update with the number of the step, counted from 0 over all epochs, and a method
    ``finish(history)``, called once at the end, for every reason to end.
    """

    def __call__(self, epoch: int, history: History, /) -> bool | None:
        """Look at the epoch that has ended, counted from 0; True ends the training."""


class StopEarly:
    """Stop when a value has not improved for a while, and restore the best weights if asked to.

    ``fit(…, callbacks=[StopEarly(patience=5, restore=model)])``

    Parameters
    ----------
    stopper : an object of yours that decides, whose method ``update(value)`` returns True to stop;
        `EarlyStopping` with the two settings below if left out
    patience : after how many epochs in a row without improvement to stop
    min_delta : what counts as an improvement
    watch : which list of the history it gets, one value per epoch; accuracies with a minus, so that
        lower is better
    restore : the model in training. When training ends, because of the stopper or not, it gets the
        parameters and running statistics of the best epoch.

    Raises
    ------
    TypeError
        If stopper is no such object.
    ValueError
        If a history has no list of this name, or a setting is out of its range.

    Attributes
    ----------
    best : the `KeepBest` with that epoch and a copy of its model; None without restore
    """

    @helpful
    def __init__(
        self,
        stopper: Any = None,
        *,
        patience: int = 5,
        min_delta: float = 0.0,
        watch: str = "validation_loss",
        restore: Layer | None = None,
    ) -> None:
        stopper = EarlyStopping(patience, min_delta) if stopper is None else stopper
        if isinstance(stopper, type) or not hasattr(stopper, "update"):
            raise TypeError(
                f"StopEarly: stopper is {stopper!r}, expected an object that decides when to stop; "
                "write StopEarly(patience=5)"
            )
        require_list_of_history("StopEarly", watch)
        self.stopper = stopper
        self.watch = watch
        self.best = None if restore is None else KeepBest(restore, watch=watch)

    def begin(self, history: History) -> bool:
        """Give the stopper the values of an earlier part of the run."""
        if self.best is not None:
            self.best.begin(history)
        values = history.costs(self.watch) if history.epochs else []
        # Every value, even after a True.
        answers = [bool(self.stopper.update(value)) for value in values]
        return any(answers)

    def __call__(self, epoch: int, history: History, /) -> bool:
        """Pass the newest value to the stopper."""
        if self.best is not None:
            self.best(epoch, history)
        return bool(self.stopper.update(history.costs(self.watch)[-1]))

    def finish(self, history: History) -> None:
        """Restore the best weights, if asked to."""
        if self.best is not None:
            self.best.restore()


class KeepBest:
    """Keep a copy of the model from its best epoch.

    Parameters
    ----------
    model : the model in training
    watch : which list of the history decides: the lowest loss, or the highest accuracy

    Attributes
    ----------
    model : the copy; the model itself before the first epoch
    epoch : when it was made, counted from 0; None before the first epoch

    Raises
    ------
    ValueError
        If a history has no list of this name.
    """

    def __init__(self, model: Layer, *, watch: str = "validation_loss") -> None:
        require_list_of_history("KeepBest", watch)
        self.model = model
        self.epoch: int | None = None
        self.watch = watch
        self._in_training = model
        self._best = float("inf")

    def begin(self, history: History) -> None:
        """Continue with the copy that a `Checkpoint` has restored."""
        if self.epoch is not None and history.epochs > self.epoch:
            self._best = history.costs(self.watch)[self.epoch]

    def __call__(self, epoch: int, history: History, /) -> None:
        """Copy the model if the newest value is the best so far."""
        value = history.costs(self.watch)[-1]
        if value < self._best:
            self._best = value
            self.epoch = epoch
            self.model = deep_copy(self._in_training)

    def restore(self) -> None:
        """Give the model in training the parameters and running statistics of its best epoch."""
        if self.epoch is not None:
            self._in_training.load_state_dict(self.model.state_dict())

    def own_copy(self) -> Layer:
        """The copy; it is made now if it does not exist yet."""
        if self.model is self._in_training:
            self.model = deep_copy(self._in_training)
        return self.model
