"""Keep the best of all epochs."""

from course_lib.layers.layer import Layer
from course_lib.training.deep_copy import deep_copy
from course_lib.training.history import History, require_list_of_history


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
