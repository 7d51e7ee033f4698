"""Programs for ``piecewise_constant``."""

from bisect import bisect_right

import numpy as np


def counted(t, *, boundaries, values):
    return values[sum(t >= boundary for boundary in boundaries)]


def bisected(t, *, boundaries, values):
    return values[bisect_right(boundaries, t)]


def searched(t, *, boundaries, values):
    return np.asarray(values)[np.searchsorted(boundaries, t, side="right")]


def digitized(t, *, boundaries, values):
    return np.array(values)[np.digitize(t, boundaries)]


def first_interval(t, *, boundaries, values):
    for boundary, value in zip(boundaries, values, strict=False):
        if t < boundary:
            return value
    return values[-1]


def overwritten(t, *, boundaries, values):
    rate = values[0]
    for boundary, value in zip(boundaries, values[1:], strict=True):
        if t >= boundary:
            rate = value
    return rate


def added_up(t, *, boundaries, values):
    passed = np.array(boundaries) <= t
    return values[0] + np.sum(np.diff(values) * passed)


def from_the_end(t, *, boundaries, values):
    i = len(boundaries)
    while i > 0 and boundaries[i - 1] > t:
        i -= 1
    return values[i]


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        counted,
        bisected,
        searched,
        digitized,
        first_interval,
        overwritten,
        added_up,
        from_the_end,
    )
]


def in_an_array(t, **settings):
    return np.array([counted(t, **settings)])


DRESSED = [("in_an_array", (in_an_array,))]


def interpolated(t, *, boundaries, values):
    return np.interp(t, [0, *boundaries], values)


def last_value(t, *, boundaries, values):
    return values[-1]


def product(t, *, boundaries, values):
    rate = values[0]
    for boundary, value in zip(boundaries, values[1:], strict=True):
        if t >= boundary:
            rate *= value
    return rate


def nearest(t, *, boundaries, values):
    return values[int(np.argmin([abs(t - boundary) for boundary in [0, *boundaries]]))]


def one_too_far(t, *, boundaries, values):
    return values[min(bisect_right(boundaries, t) + 1, len(values) - 1)]


def only_on_boundaries(t, *, boundaries, values):
    return values[boundaries.index(t) + 1] if t in boundaries else values[0]


WRONG = [
    (f.__name__, (f,))
    for f in (interpolated, last_value, product, nearest, one_too_far, only_on_boundaries)
]
