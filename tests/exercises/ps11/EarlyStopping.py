"""Programs for ``EarlyStopping``."""

import math

import numpy as np


class Counter:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = None
        self.best_step = None
        self.counter = 0
        self.step = -1

    def update(self, value):
        self.step += 1
        if self.best is None or value < self.best - self.min_delta:
            self.best = value
            self.best_step = self.step
            self.counter = 0
            return False
        self.counter += 1
        return self.counter >= self.patience


class History:
    """Finds everything anew from the whole history."""

    def __init__(self, patience, min_delta):
        self.values, self.patience, self.min_delta = [], patience, min_delta

    @property
    def best_step(self):
        best = 0
        for i, value in enumerate(self.values):
            if self.values[best] - value > self.min_delta:
                best = i
        return best

    def update(self, value):
        self.values.append(value)
        return len(self.values) - 1 - self.best_step >= self.patience


class Countdown:
    """Counts down, and stays stopped."""

    def __init__(self, patience, min_delta):
        self.patience = self.left = patience
        self.min_delta, self.best = min_delta, math.inf
        self.best_step, self.seen, self.stopped = 0, 0, 0

    def update(self, value):
        if value + self.min_delta < self.best:
            self.best, self.best_step, self.left = value, self.seen, self.patience
        else:
            self.left -= 1
        self.seen += 1
        self.stopped = max(self.stopped, int(self.left == 0))
        return self.stopped


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


class LowestValue:
    """`best_step` is where the lowest value was, be its gain large enough to count or not."""

    def __init__(self, patience, min_delta):
        self.inner = Counter(patience, min_delta)
        self.values = []

    @property
    def best_step(self):
        return int(np.argmin(self.values))

    def update(self, value):
        self.values.append(value)
        return self.inner.update(value)


def closure(patience, min_delta):
    """A function in place of a class."""

    def update(value):
        stop = inner.update(value)
        update.best_step = inner.best_step
        return stop

    inner = Counter(patience, min_delta)
    update.update = update
    return update


VARIANTS = [(f.__name__, (f,)) for f in (Counter, History, Countdown, Arrays, LowestValue, closure)]


class NoneForNo(Counter):
    def update(self, value):
        return True if super().update(value) else None


class Words(Counter):
    def update(self, value):
        return "stop" if super().update(value) else ""


DRESSED = [(f.__name__, (f,)) for f in (NoneForNo, Words)]


class NeverStops(Counter):
    def update(self, value):
        super().update(value)
        return False


class AlwaysStops(Counter):
    def update(self, value):
        super().update(value)
        return True


class HalfThePatience(Counter):
    def __init__(self, patience, min_delta):
        super().__init__((patience + 1) // 2, min_delta)


class IgnoresTheFirst(Counter):
    def update(self, value):
        return super().update(value if self.step >= 0 else value + 100)


class MeanOfThree(Counter):
    def update(self, value):
        self.last = [*getattr(self, "last", [])[-2:], value]
        return super().update(sum(self.last) / len(self.last))


class BestIsStep(Counter):
    """Holds the best value where its step should be."""

    def update(self, value):
        stop = super().update(value)
        self.best_step = self.best
        return stop


class ShrinkingPatience(Counter):
    def update(self, value):
        stop = super().update(value)
        self.patience = max(self.patience - 0.2, 1)
        return stop


class ThreeInTotal(Counter):
    def update(self, value):
        stop = super().update(value)
        self.failures = getattr(self, "failures", 0) + (self.counter > 0)
        return stop or self.failures >= 6


WRONG = [
    (f.__name__, (f,))
    for f in (
        NeverStops,
        AlwaysStops,
        HalfThePatience,
        IgnoresTheFirst,
        MeanOfThree,
        BestIsStep,
        ShrinkingPatience,
        ThreeInTotal,
    )
]
