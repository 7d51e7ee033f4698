"""What `fit` calls after every epoch: ``callback(epoch, history)``; True ends the training."""

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

from course_lib.backend import Generator
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.regularizers import EarlyStopping
from course_lib.training.deep_copy import deep_copy
from course_lib.training.history import History


class Run(NamedTuple):
    """What a call of `fit` trains, and with whom."""

    model: Layer
    optimizer: Optimizer
    rng: Generator | None
    callbacks: list[Any]


class Callback(Protocol):
    """Any function or object that can be called like this, or that has a method ``step``.

    It may have these methods, too. A callback belongs to one call of `fit` at a time; used for a
    second one, it begins anew.

    - ``join(run)``, called first, with the model, the optimizer, the generator and the callbacks;
    - ``begin(history)``, called before the first epoch with the history of the part before a resume
      (True: nothing is left to do);
    - ``step(t)``, called after each update with the number of the step, from 0 over all epochs;
    - ``finish(history)``, called once at the end, whatever ended the training;
    - ``state_dict()``, name -> array, and ``load_state_dict(state)``, for a `Checkpoint`.
    """

    def __call__(self, epoch: int, history: History, /) -> bool | None:
        """Look at the epoch that has ended, counted from 0; True ends the training."""


class KeepBest:
    """Keep a copy of the model from its best epoch.

    Parameters
    ----------
    model : the model in training
    watch : which list of the history decides, a metric's too: the lowest loss, or the highest
        accuracy or score; nan is never best

    Attributes
    ----------
    model : the copy; the model itself before the first epoch
    epoch : when it was made, counted from 0; None before the first epoch

    Raises
    ------
    ValueError
        If a history has no list of this name, if `fit` trains another model, or if it continues
        after epochs that this object has not seen: their weights are lost.
    """

    def __init__(self, model: Layer, *, watch: str = "validation_loss") -> None:
        self.watch = watch
        self._in_training = model
        self._start_anew()

    def _start_anew(self) -> None:
        self.model = self._in_training
        self.epoch: int | None = None
        self._costs: list[float] = []  # of the epochs seen, lower is better

    def join(self, run: Run) -> None:
        """Refuse another model."""
        if run.model is not self._in_training:
            raise ValueError(
                "fit: KeepBest, or StopEarly with restore, has another model than the one that is "
                "trained; make it of this one, StopEarly(restore=model)"
            )

    def begin(self, history: History) -> None:
        """Continue after the epochs of this history, or start anew with an empty one."""
        costs = history.costs(self.watch) if history.epochs else []
        seen = len(self._costs)
        if not costs or not np.array_equal(costs[:seen], self._costs, equal_nan=True):
            self._start_anew()
            seen = 0
        if len(costs) > seen + 1:
            raise ValueError(
                f"fit: {len(costs)} epochs of history are over, and KeepBest, or StopEarly with "
                "restore, has no weights of them; continue with the same object, or with a "
                "Checkpoint, which saves them"
            )
        if len(costs) > seen:  # the model is as this epoch left it
            self(len(costs) - 1, history)

    def __call__(self, epoch: int, history: History, /) -> None:
        """Copy the model if the newest value is the best so far."""
        value = history.costs(self.watch)[-1]
        if value < min((c for c in self._costs if c == c), default=float("inf")):
            self.epoch = epoch
            self.model = deep_copy(self._in_training)
        self._costs.append(value)

    def restore(self) -> None:
        """Give the model in training the parameters and running statistics of its best epoch."""
        if self.epoch is not None:
            self._in_training.load_state_dict(self.model.state_dict())

    def state_dict(self) -> dict[str, Any]:
        """The copy, and what it was chosen from."""
        if self.epoch is None:
            return {"costs": np.array(self._costs)}
        model = {f"model.{name}": array for name, array in self.model.state_dict().items()}
        return {"epoch": np.array(self.epoch), "costs": np.array(self._costs)} | model

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what `state_dict` has given."""
        self._start_anew()
        self._costs = [float(cost) for cost in state.get("costs", [])]
        if "epoch" in state:
            self.epoch = int(state["epoch"])
            self.model = deep_copy(self._in_training)
            arrays = {n.removeprefix("model."): a for n, a in state.items() if "model." in n}
            self.model.load_state_dict(arrays)


class StopEarly:
    """Stop when a value has not improved for a while, and restore the best weights if asked to.

    ``fit(…, callbacks=[StopEarly(patience=5, restore=model)])``

    Parameters
    ----------
    stopper : an object of yours that decides, whose method ``update(value)`` returns True to stop;
        `EarlyStopping` with the two settings below if left out. For a second `fit`, a copy takes
        its place, as it was when it was given.
    patience : after how many epochs in a row without improvement to stop
    min_delta : what counts as an improvement
    watch : which list of the history it gets, one value per epoch; accuracies and scores with a
        minus, so that lower is better
    restore : the model in training. When training ends, because of the stopper or not, it gets the
        parameters and running statistics of the best epoch.

    Raises
    ------
    TypeError
        If stopper is no such object.
    ValueError
        If stopper has seen values before, if a history has no list of this name, if a setting is
        out of its range, or as in `KeepBest`.

    Attributes
    ----------
    best : the `KeepBest` with that epoch and a copy of its model, which `fit` calls as another
        callback; None without restore
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
        if getattr(stopper, "best_step", None) is not None:
            raise ValueError(
                "StopEarly: stopper has seen the values of another training; make a new one"
            )
        self.stopper = stopper
        self.watch = watch
        self.best = None if restore is None else KeepBest(restore, watch=watch)
        self._unused = copy.deepcopy(stopper)
        self._used = False

    def begin(self, history: History) -> bool:
        """Give the stopper, if necessary a new one, the values of an earlier part of the run."""
        if self._used:
            self.stopper = copy.deepcopy(self._unused)
        self._used = True
        values = history.costs(self.watch) if history.epochs else []
        # Every value, even after a True.
        answers = [bool(self.stopper.update(value)) for value in values]
        return any(answers)

    def __call__(self, epoch: int, history: History, /) -> bool:
        """Pass the newest value to the stopper."""
        return bool(self.stopper.update(history.costs(self.watch)[-1]))

    def finish(self, history: History) -> None:
        """Restore the best weights, if asked to."""
        if self.best is not None:
            self.best.restore()
