"""Solutions of ``piecewise_constant(t, *, boundaries, values)``: a boundary begins a piece."""

import bisect
import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(t, *, boundaries, values):
    return values[sum(t >= b for b in boundaries)]


@put(RIGHT)
def bisection(t, *, boundaries, values):
    return float(values[bisect.bisect_right(boundaries, t)])


@put(RIGHT)
def first_that_is_later(t, *, boundaries, values):
    for b, value in zip(boundaries, values, strict=False):
        if t < b:
            return value
    return values[-1]


@put(RIGHT)
def sorted_search(t, *, boundaries, values):
    return np.array(values, dtype=float)[np.searchsorted(boundaries, t, side="right")]


@put(RIGHT)
def overwritten_in_turn(t, *, boundaries=(), values=(0.1,)):
    value = values[0]
    for i in range(len(boundaries)):
        if not t < boundaries[i]:
            value = values[i + 1]
    return value


@put(RIGHT)
def sum_of_jumps(t, *, boundaries, values):
    rate = [float(values[0])]
    for b, low, high in zip(boundaries, values[:-1], values[1:], strict=True):
        rate += [high, -low] if t >= b else []
    return math.fsum(rate)


@put(RIGHT)
def from_the_end(t, *, first=0, **options):
    boundaries, values = list(options["boundaries"]), list(options["values"])
    while boundaries and boundaries[-1] > t:
        boundaries.pop()
        values.pop()
    return np.asarray(values[first - 1])


RIGHT["partially_applied"] = (functools.partial(from_the_end, first=0),)


@put(FORM)
def list_of_one(t, *, boundaries, values):  # [rate]
    return [textbook(t, boundaries=boundaries, values=values)]


@put(FORM)
def array_of_shape_one(t, *, boundaries, values):  # (1,)
    return np.atleast_1d(textbook(t, boundaries=boundaries, values=values))


@put(FORM)
def comma_too_many(t, *, boundaries, values):  # (rate,)
    return (textbook(t, boundaries=boundaries, values=values),)


@put(EITHER)
def single_precision(t, *, boundaries, values):
    return np.float32(textbook(t, boundaries=boundaries, values=values))


@put(FORM)
def lists_changed(t, *, boundaries, values):  # values is changed, as long as it is a list
    value = textbook(t, boundaries=boundaries, values=values)
    if isinstance(values, list):
        values[:] = [value] * len(values)
    return value


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def negative(t, *, boundaries, values):
    return -textbook(t, boundaries=boundaries, values=values)


@put(WRONG)
def one_step_early(t, *, boundaries, values):
    return textbook(t + 1, boundaries=boundaries, values=values)


@put(WRONG)
def text(t, *, boundaries, values):
    return str(textbook(t, boundaries=boundaries, values=values))


@put(WRONG)
def printed(t, *, boundaries, values):
    print(textbook(t, boundaries=boundaries, values=values))


def counted(boundaries, t):
    return sum(b <= t for b in boundaries)


for name, formula in {
    "boundary_still_before": lambda t, *, boundaries, values: values[
        sum(b < t for b in boundaries)
    ],
    "later_boundaries_counted": lambda t, *, boundaries, values: values[
        sum(b > t for b in boundaries)
    ],
    "one_value_too_early": lambda t, *, boundaries, values: values[
        max(counted(boundaries, t) - 1, 0)
    ],
    "one_value_too_late": lambda t, *, boundaries, values: values[
        min(counted(boundaries, t) + 1, len(boundaries))
    ],
    "off_by_one_from_the_end": lambda t, *, boundaries, values: values[counted(boundaries, t) - 1],
    "first_boundary_only": lambda t, *, boundaries, values: (
        values[1] if boundaries and t >= boundaries[0] else values[0]
    ),
    "last_boundary_only": lambda t, *, boundaries, values: (
        values[-1] if boundaries and t >= boundaries[-1] else values[0]
    ),
    "first_value": lambda t, *, boundaries, values: values[0],
    "last_value": lambda t, *, boundaries, values: values[-1],
    "exact_boundaries_only": lambda t, *, boundaries, values: (
        values[list(boundaries).index(t) + 1] if t in boundaries else values[0]
    ),
    "time_as_the_index": lambda t, *, boundaries, values: values[min(t, len(values) - 1)],
    "boundary_for_value": lambda t, *, boundaries, values: float(
        [0, *boundaries][counted(boundaries, t)]
    ),
    "number_of_the_piece": lambda t, *, boundaries, values: float(counted(boundaries, t)),
    "lengths_for_boundaries": lambda t, *, boundaries, values: values[
        counted(np.cumsum(boundaries), t)
    ],
    "factors_multiplied": lambda t, *, boundaries, values: math.prod(
        values[: counted(boundaries, t) + 1]
    ),
    "values_added": lambda t, *, boundaries, values: sum(values[: counted(boundaries, t) + 1]),
    "nearest_boundary": lambda t, *, boundaries, values: values[
        int(np.argmin(np.abs(np.array([0, *boundaries]) - t)))
    ],
    "straight_lines": lambda t, *, boundaries, values: float(
        np.interp(t, [0, *boundaries], values)
    ),
}.items():
    WRONG[name] = (formula,)


@put(WRONG)
def nothing_after_the_last_boundary(t, *, boundaries, values):
    for b, value in zip(boundaries, values, strict=False):
        if t < b:
            return value


@put(WRONG)
def last_value_dropped(t, *, boundaries, values):
    return values[min(counted(boundaries, t), max(len(boundaries) - 1, 0))]
