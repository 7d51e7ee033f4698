"""Solutions of ``EarlyStopping(patience, min_delta)``: ``update(value) -> bool``, ``best_step``.

Lower is better; improved if ``value < best - min_delta``; True once ``patience`` updates in a row
have failed; ``best_step`` counts from 0.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
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


@right
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


@right
class Arrays:
    """Answers with NumPy's own kind of truth."""

    def __init__(self, patience, min_delta):
        self.state = np.array([np.inf, 0.0, 0.0])
        self.patience, self.min_delta, self.best_step = patience, min_delta, np.int64(-1)

    def update(self, value):
        best, seen, failed = self.state
        better = np.less(value, best - self.min_delta)
        self.best_step = np.where(better, seen, self.best_step)
        self.state = np.array([min(best, value) if better else best, seen + 1, failed + 1])
        self.state[2] *= not better
        return self.state[2] >= self.patience


@right
def closure(patience, min_delta):
    """A function in place of a class."""

    def update(value):
        stop = inner.update(value)
        update.best_step = inner.best_step
        return stop

    inner = Textbook(patience, min_delta)
    update.update = update
    return update


@right
class BestStepOfTheSmallest(Textbook):
    """best_step follows improvements smaller than min_delta, too, as it may be read."""

    smallest = math.inf

    def update(self, value):
        was = self.best_step
        stop = super().update(value)
        if value < self.smallest:
            self.smallest, self.best_step = value, self.step
        else:
            self.best_step = was
        return stop


STOPS = "self.bad >= self.patience"
RETURN = "return self.bad >= self.patience"

open_.edit("NumpyBool", Textbook, STOPS, "np.bool_(self.bad >= self.patience)")
form.edit("NothingReturned", Textbook, STOPS, "(True if self.bad >= self.patience else None)")
form.edit("Words", Textbook, STOPS, "('stop' if self.bad >= self.patience else '')")
STEP_IF_STOPPED = "self.best_step = (self.bad >= self.patience) * (self.step - self.patience)"
wrong.edit("BestStepOnlyWhenStopped", Textbook, RETURN, f"{STEP_IF_STOPPED}; {RETURN}")
wrong.edit("BestStepIsAMethod", Textbook, "value, self.step, 0", "value, lambda: self.step, 0")
wrong.edit(
    "IgnoresTheFirst",
    Textbook,
    "+= 1\n        if",
    "+= 1; value += 100 * (not self.step)\n        if",
)


@wrong
class SharedByAll(Textbook):
    """Class attributes: a second object begins where the first one ended."""

    state = {"best": math.inf, "bad": 0, "step": -1, "best_step": 0}  # noqa: RUF012

    def __init__(self, patience, min_delta):
        self.patience, self.min_delta = patience, min_delta

    def update(self, value):
        self.__dict__.update(self.state)
        stop = super().update(value)
        self.state.update({name: getattr(self, name) for name in self.state})
        return stop


@wrong
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


@wrong
class SettingsOfTheClass(Textbook):
    """The numbers belong to each object, but all have the settings of the newest one."""

    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)
        del self.patience, self.min_delta
        SettingsOfTheClass.patience, SettingsOfTheClass.min_delta = patience, min_delta


@wrong
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


@wrong
class TheLastValuesAgainstAllBefore:
    """It compares with small gains that are no improvements."""

    def __init__(self, patience, min_delta):
        self.patience, self.min_delta, self.history = patience, min_delta, []

    def update(self, value):
        self.history.append(value)
        self.best_step = int(np.argmin(self.history))
        before, last = self.history[: -self.patience], self.history[-self.patience :]
        return bool(before) and min(last) >= min(before) - self.min_delta


@wrong
class BestStepOfTheLastEqual(Textbook):
    """Where the best value comes again, best_step is the later one."""

    def update(self, value):
        stop = super().update(value)
        if value == self.best:
            self.best_step = self.step
        return stop


programs.beside_the_point = [
    "self.failed = self.failed + (not improved)",
    "stop = self.failed >= 1",
    "self.best = value",
]

programs.equivalent = changes("""
self.best, self.best_step = (np.inf, 0) -> self.best, self.best_step = (np.inf, 1)
self.step, self.failed = (0, 0) -> self.step, self.failed = (0, 1)
    every entry is overwritten
""")
