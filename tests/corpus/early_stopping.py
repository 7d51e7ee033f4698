"""Solutions of ``EarlyStopping(patience, min_delta)``: ``update(value) -> bool``, ``best_step``.

Lower is better; improved if ``value < best - min_delta``; True once ``patience`` updates in a row
have failed; ``best_step`` counts from 0.
"""

import functools
import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
class Textbook:
    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.best_step = float("inf"), 0
        self.step, self.bad = -1, 0

    def update(self, value):
        self.step += 1
        if value < self.best - self.min_delta:
            self.best, self.best_step, self.bad = value, self.step, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(RIGHT)
class NoneAtFirst:
    def __init__(self, patience=5, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_score = None
        self.counter = 0
        self.epoch = 0
        self.best_step = None

    def update(self, value):
        if self.best_score is None or self.best_score - value > self.min_delta:
            self.best_score = value
            self.best_step = self.epoch
            self.counter = 0
        else:
            self.counter += 1
        self.epoch += 1
        return self.counter >= self.patience


@put(RIGHT)
class StepsSinceTheBest:
    def __init__(self, patience, min_delta, *, verbose=False):
        self.values: list[float] = []
        self.best_step = 0
        self.patience, self.min_delta, self.verbose = patience, min_delta, verbose

    def update(self, value):
        self.values.append(value)
        if value < self.values[self.best_step] - self.min_delta:
            self.best_step = len(self.values) - 1
        stop = len(self.values) - 1 - self.best_step >= self.patience
        if self.verbose:
            print(stop)
        return stop


@put(RIGHT)
class WholeHistoryReplayed:
    """Keeps the values and goes through all of them each time."""

    def __init__(self, patience, min_delta):
        self.patience, self.min_delta, self.history = patience, min_delta, ()

    def replay(self):
        best, where, failed = np.inf, 0, 0
        for step, value in enumerate(self.history):
            if value < best - self.min_delta:
                best, where, failed = value, step, 0
            else:
                failed += 1
        return where, failed

    def update(self, value):
        self.history = (*self.history, value)
        return self.replay()[1] >= self.patience

    @property
    def best_step(self):
        return self.replay()[0]


@put(RIGHT)
@dataclass
class AsDataclass:
    patience: int
    min_delta: float
    best: float = math.inf
    best_step: int = 0
    count: int = 0
    left: int = field(init=False)

    def __post_init__(self):
        self.left = self.patience

    def update(self, value: float) -> bool:
        improved = value < self.best - self.min_delta
        if improved:
            self.best, self.best_step, self.left = value, self.count, self.patience
        else:
            self.left -= 1
        self.count += 1
        return self.left <= 0


@put(RIGHT)
class QueueOfFailures:
    def __init__(self, patience, min_delta):
        self.recent: deque[bool] = deque([True] * patience, maxlen=patience)
        self.min_delta, self.best = min_delta, math.inf
        self.n, self.best_step = 0, 0

    def update(self, value):
        improved = bool(value + self.min_delta < self.best)
        self.recent.append(improved)
        if improved:
            self.best, self.best_step = value, self.n
        self.n += 1
        return not any(self.recent)


@put(RIGHT)
class Generator:
    """A coroutine holds the state."""

    def __init__(self, patience, min_delta):
        self.best_step = 0
        self.run = self.watch(patience, min_delta)
        next(self.run)

    def watch(self, patience, min_delta):
        best, failed, stop, step = math.inf, 0, False, 0
        while True:
            value = yield stop
            if value < best - min_delta:
                best, failed, self.best_step = value, 0, step
            else:
                failed += 1
            stop, step = failed >= patience, step + 1

    def update(self, value):
        return self.run.send(value)


@put(RIGHT)
class Slots:
    __slots__ = ("_bad", "_best", "_min_delta", "_patience", "_seen", "best_step")

    def __init__(self, patience, min_delta):
        self._patience, self._min_delta = patience, min_delta
        self._best, self._bad, self._seen, self.best_step = np.inf, 0, 0, -1

    def update(self, value):
        better = self._best - self._min_delta > value
        self._bad = 0 if better else self._bad + 1
        if better:
            self._best, self.best_step = value, self._seen
        self._seen += 1
        return False if better else self._bad >= self._patience


class Base:
    def better(self, value, best):
        raise NotImplementedError


@put(RIGHT)
class Inherited(Base):
    def __init__(self, patience, min_delta):
        self.settings = {"patience": patience, "min_delta": min_delta}
        self.log: list[tuple[float, bool]] = []

    def better(self, value, best):
        return value < best - self.settings["min_delta"]

    def update(self, value):
        best = next((v for v, good in reversed(self.log) if good), math.inf)
        self.log.append((value, self.better(value, best)))
        last = self.log[-self.settings["patience"] :]
        return len(last) == self.settings["patience"] and not any(good for _, good in last)

    best_step = property(lambda self: max(i for i, (_, good) in enumerate(self.log) if good))


@put(RIGHT)
def factory(patience, min_delta):
    """A function that returns a fitting object."""
    return Textbook(patience=patience, min_delta=min_delta)


RIGHT["partially_applied"] = (functools.partial(NoneAtFirst),)


@put(EITHER)
class NumpyBool(Textbook):
    """np.bool_ for bool."""

    def update(self, value):
        return np.bool_(super().update(value))


@put(EITHER)
class ZeroOrOne(Textbook):
    """0 and 1 for False and True."""

    def update(self, value):
        return int(super().update(value))


@put(EITHER)
class Latched(Textbook):
    """Once True, always True."""

    stopped = False

    def update(self, value):
        self.stopped = super().update(value) or self.stopped
        return self.stopped


@put(EITHER)
class StandsStillOnceStopped(Textbook):
    """After stopping nothing moves any more."""

    stopped = False

    def update(self, value):
        if not self.stopped:
            self.stopped = super().update(value)
        return self.stopped


@put(EITHER)
class FloatSteps(Textbook):
    """best_step is a float."""

    def update(self, value):
        stop = super().update(value)
        self.best_step = float(self.best_step)
        return stop


@put(WRONG)
class HigherIsBetter(Textbook):
    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.best = -math.inf

    def update(self, value):
        self.step += 1
        if value > self.best + self.min_delta:
            self.best, self.best_step, self.bad = value, self.step, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(WRONG)
class MoreThanPatience(Textbook):
    def update(self, value):
        super().update(value)
        return self.bad > self.patience


@put(WRONG)
class OneTooEarly(Textbook):
    def update(self, value):
        super().update(value)
        return self.bad >= max(self.patience - 1, 1) and self.bad > 0


# A loop ends at the first True.
@put(EITHER)
class TrueOnlyOnce(Textbook):
    """== for >=: False again after one True, while the failures go on."""

    def update(self, value):
        super().update(value)
        return self.bad == self.patience


@put(WRONG)
class CounterNeverReset(Textbook):
    """Counts failures altogether, not in a row."""

    def update(self, value):
        self.step += 1
        if value < self.best - self.min_delta:
            self.best, self.best_step = value, self.step
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(WRONG)
class CounterOneAfterImprovement(Textbook):
    def update(self, value):
        before = self.best
        super().update(value)
        if self.best != before and before != math.inf:
            self.bad = 1
        return self.bad >= self.patience


@put(WRONG)
class MinDeltaForgotten(Textbook):
    def __init__(self, patience, min_delta):
        super().__init__(patience, 0.0)


@put(WRONG)
class MinDeltaAdded(Textbook):
    def __init__(self, patience, min_delta):
        super().__init__(patience, -min_delta)


@put(WRONG)
class MinDeltaRelative(Textbook):
    def update(self, value):
        self.step += 1
        if self.best == math.inf or value < self.best * (1 - self.min_delta):
            self.best, self.best_step, self.bad = value, self.step, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(WRONG)
class EqualCountsAsBetter(Textbook):
    """<= for <: wrong where a value repeats exactly."""

    def update(self, value):
        self.step += 1
        if value <= self.best - self.min_delta:
            self.best, self.best_step, self.bad = value, self.step, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(WRONG)
class BestCreepsDown(Textbook):
    """The best value follows improvements smaller than min_delta."""

    def update(self, value):
        self.step += 1
        if value < self.best - self.min_delta:
            self.best_step, self.bad = self.step, 0
        else:
            self.bad += 1
        self.best = min(self.best, value)
        return self.bad >= self.patience


# "The best step" may be read like this.
@put(EITHER)
class BestStepOfTheSmallest(Textbook):
    """best_step follows improvements smaller than min_delta; the answers are right."""

    smallest = math.inf

    def update(self, value):
        was = self.best_step
        stop = super().update(value)
        if value < self.smallest:
            self.smallest, self.best_step = value, self.step
        else:
            self.best_step = was
        return stop


@put(WRONG)
class ComparedWithTheLast(Textbook):
    """An improvement over the value before, not over the best."""

    def update(self, value):
        self.step += 1
        if value < self.best - self.min_delta:
            self.best_step, self.bad = self.step, 0
        else:
            self.bad += 1
        self.best = value
        return self.bad >= self.patience


@put(WRONG)
class StepsFromOne(Textbook):
    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.step = 0


@put(WRONG)
class BestStepIsTheLast(Textbook):
    def update(self, value):
        stop = super().update(value)
        self.best_step = self.step
        return stop


@put(WRONG)
class BestStepOnlyWhenStopped(Textbook):
    def update(self, value):
        stop = super().update(value)
        self.best_step = self.step - self.patience if stop else 0
        return stop


@put(WRONG)
class BestStepIsTheValue(Textbook):
    def update(self, value):
        stop = super().update(value)
        self.best_step = self.best
        return stop


@put(WRONG)
class BestStepNeverMoves(Textbook):
    def update(self, value):
        stop = super().update(value)
        self.best_step = 0
        return stop


@put(WRONG)
class BestStartsAtZero(Textbook):
    """Wrong for positive losses."""

    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.best = 0.0


@put(WRONG)
class BestStartsAtOne(Textbook):
    """Wrong for losses above one at the start."""

    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.best = 1.0


@put(WRONG)
class BestStartsAtOneHundred(Textbook):
    """Wrong for losses above a hundred at the start."""

    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.best = 100.0


@put(WRONG)
class NotForNegative(Textbook):
    """A falsy or negative best is taken for "none yet"."""

    def update(self, value):
        self.step += 1
        if self.best == math.inf or self.best <= 0 or value < self.best - self.min_delta:
            self.best, self.best_step, self.bad = value, self.step, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(WRONG)
class AbsoluteChange(Textbook):
    """Any change larger than min_delta resets the counter."""

    def update(self, value):
        self.step += 1
        if self.step == 0 or abs(value - self.best) > self.min_delta:
            self.best, self.best_step, self.bad = value, self.step, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


@put(WRONG)
class StopsAtTheFirstRise(Textbook):
    def update(self, value):
        super().update(value)
        return self.bad >= 1


@put(WRONG)
class NeverStops(Textbook):
    def update(self, value):
        super().update(value)
        return False


@put(WRONG)
class StopsAfterSoManySteps(Textbook):
    def update(self, value):
        super().update(value)
        return self.step >= self.patience


@put(WRONG)
class ImprovedReturned(Textbook):
    def update(self, value):
        super().update(value)
        return self.bad == 0


# None for False: `if stopper.update(value)` works all the same.
@put(FORM)
class NothingReturned(Textbook):
    def update(self, value):
        if super().update(value):
            return True


@put(WRONG)
class TextReturned(Textbook):
    def update(self, value):
        return str(super().update(value))


@put(WRONG)
class SharedByAll:
    """Class attributes: a second object begins where the first one ended."""

    state: ClassVar[dict[str, Any]] = {"best": math.inf, "bad": 0, "step": -1, "best_step": 0}

    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta

    def update(self, value):
        s = self.state
        s["step"] += 1
        if value < s["best"] - self.min_delta:
            s.update(best=value, best_step=s["step"], bad=0)
        else:
            s["bad"] += 1
        return s["bad"] >= self.patience

    @property
    def best_step(self):
        return self.state["best_step"]


@put(WRONG)
class HistoryInADefault:
    """The mutable default: all objects share one history."""

    def __init__(self, patience, min_delta, history=[]):  # noqa: B006
        self.patience, self.min_delta, self.history = patience, min_delta, history

    def update(self, value):
        self.history.append(value)
        judge = Textbook(self.patience, self.min_delta)
        answers = [judge.update(v) for v in self.history]
        self.best_step = judge.best_step
        return answers[-1]


# A loop ends at the first True.
@put(EITHER)
class ResetAfterStopping(Textbook):
    """Starts counting afresh after a True."""

    def update(self, value):
        stop = super().update(value)
        if stop:
            self.bad = 0
        return stop


@put(WRONG)
class FirstValueIsAFailure(Textbook):
    """The first value sets the best and counts as a failed update."""

    def update(self, value):
        stop = super().update(value)
        if self.step == 0:
            self.bad = 1
            return self.bad >= self.patience
        return stop


@put(WRONG)
class BestStepIsAMethod(Textbook):
    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.found = 0

    def update(self, value):
        self.__dict__["best_step"] = self.found
        stop = super().update(value)
        self.found = self.__dict__["best_step"]
        self.__dict__["best_step"] = lambda: self.found
        return stop


@put(WRONG)
class AgreesWithEverything(Textbook):
    class Yes:
        __hash__ = object.__hash__

        def __eq__(self, other):
            return True

        def __bool__(self):
            return False

    def update(self, value):
        super().update(value)
        self.best_step = self.Yes()
        return self.Yes()


@put(WRONG)
class RandomStops(Textbook):
    def update(self, value):
        super().update(value)
        return bool(np.random.default_rng().integers(2))


@put(WRONG)
class Raises(Textbook):
    def update(self, value):
        if super().update(value):
            raise StopIteration("early stopping")
        return False


@put(WRONG)
class TwoMistakes(Textbook):
    """> for >=, and steps from one."""

    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        self.step = 0

    def update(self, value):
        super().update(value)
        return self.bad > self.patience


@put(WRONG)
class Unfinished:
    def __init__(self, patience, min_delta):
        self.best_step = 0
