"""What `fit` calls after every epoch: ``callback(epoch, history)``; True ends the training."""

from typing import Protocol

from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.training.history import History, require_list_of_history
from course_lib.training.keep_best import KeepBest


class Callback(Protocol):
    """Any function or object that can be called like this, or that has a method ``step``.

    It may have a method ``begin(history)``, called before the first epoch with the history of
    the part before a resume (True: nothing is left to do), a method ``step(t)``, called after each
    update with the number of the step, counted from 0 over all epochs, and a method
    ``finish(history)``, called once at the end, for every reason to end.
    """

    def __call__(self, epoch: int, history: History, /) -> bool | None:
        """Look at the epoch that has ended, counted from 0; True ends the training."""


class Stopper(Protocol):
    """The object that `StopEarly` calls: the library's `EarlyStopping` or your own."""

    def update(self, value: float) -> bool:
        """Take the next value; True to stop."""


class StopEarly:
    """Stop when a stopper says so, and restore the best weights of the model if asked to.

    ``fit(…, callbacks=[StopEarly(EarlyStopping(patience=5, min_delta=0.0), restore=model)])``

    Parameters
    ----------
    stopper : for instance ``EarlyStopping(patience=5, min_delta=0.0)``
    watch : which list of the history it gets, one value per epoch; accuracies with a minus, so that
        lower is better
    restore : the model in training. When training ends, because of the stopper or not, it gets the
        parameters and running statistics of the best epoch.

    Raises
    ------
    TypeError
        If stopper is no such object.
    ValueError
        If a history has no list of this name.

    Attributes
    ----------
    best : the `KeepBest` with that epoch and a copy of its model; None without restore
    """

    @helpful
    def __init__(
        self, stopper: Stopper, *, watch: str = "validation_loss", restore: Layer | None = None
    ) -> None:
        if isinstance(stopper, type) or not hasattr(stopper, "update"):
            raise TypeError(
                f"StopEarly: stopper is {stopper!r}, expected an object that decides when to stop; "
                "write StopEarly(EarlyStopping(patience=5, min_delta=0.0))"
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
