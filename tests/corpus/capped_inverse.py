"""Solutions of ``capped_inverse(t, *, cap, numerator) -> float``: min(cap, numerator / t)."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(t, *, cap, numerator):
    return min(cap, numerator / t)


@put(RIGHT)
def numpy_minimum(t, *, cap, numerator):
    return np.minimum(float(cap), numerator / t)


@put(RIGHT)
def compared_without_division(t, *, cap, numerator):
    if numerator > cap * t:
        return float(cap)
    return float(numerator / t)


@put(RIGHT)
def clipped(t, *, cap=0.1, numerator=100):
    return np.clip(numerator / t, None, cap)


@put(RIGHT)
def longer_time(t, *, cap, numerator):
    # No shorter than the time at which the cap is left.
    return numerator / max(t, numerator / cap)


@put(RIGHT)
def smaller_by_sorting(t, *, cap, numerator, reverse=False):
    a, b = cap, numerator / t
    return sorted([a, b])[-1 if reverse else 0]


@put(RIGHT)
def zero_dimensional_array(t, **options):
    return np.asarray(min(options["cap"], options["numerator"] / t), dtype=float)


RIGHT["partially_applied"] = (functools.partial(smaller_by_sorting, reverse=False),)


@put(FORM)
def list_of_one(t, *, cap, numerator):  # [rate]
    return [textbook(t, cap=cap, numerator=numerator)]


@put(FORM)
def array_of_shape_one(t, *, cap, numerator):  # (1,)
    return np.atleast_1d(textbook(t, cap=cap, numerator=numerator))


@put(FORM)
def comma_too_many(t, *, cap, numerator):  # (rate,)
    return (textbook(t, cap=cap, numerator=numerator),)


@put(EITHER)
def single_precision(t, *, cap, numerator):
    return np.float32(textbook(t, cap=cap, numerator=numerator))


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def negative(t, *, cap, numerator):
    return -textbook(t, cap=cap, numerator=numerator)


@put(WRONG)
def all_rates_so_far(t, *, cap, numerator):
    return [textbook(s, cap=cap, numerator=numerator) for s in range(1, t + 2)]


@put(WRONG)
def one_step_late(t, *, cap, numerator):
    return textbook(max(t - 1, 1), cap=cap, numerator=numerator)


@put(WRONG)
def one_step_early(t, *, cap, numerator):
    return textbook(t + 1, cap=cap, numerator=numerator)


@put(WRONG)
def rounded(t, *, cap, numerator):
    return round(textbook(t, cap=cap, numerator=numerator), 1)


@put(WRONG)
def text(t, *, cap, numerator):
    return str(textbook(t, cap=cap, numerator=numerator))


@put(WRONG)
def printed(t, *, cap, numerator):
    print(textbook(t, cap=cap, numerator=numerator))


for name, formula in {
    "larger_of_the_two": lambda t, *, cap, numerator: max(cap, numerator / t),
    "no_cap": lambda t, *, cap, numerator: numerator / t,
    "cap_only": lambda t, *, cap, numerator: float(cap),
    "numerator_of_one": lambda t, *, cap, numerator: min(cap, 1 / t),
    "hundred": lambda t, *, cap, numerator: min(cap, 100 / t),
    "cap_of_one_tenth": lambda t, *, cap, numerator: min(0.1, numerator / t),
    "numbers_of_the_lecture": lambda t, *, cap, numerator: min(0.1, 100 / t),
    "root_of_the_time": lambda t, *, cap, numerator: min(cap, numerator / math.sqrt(t)),
    "squared_time": lambda t, *, cap, numerator: min(cap, numerator / t**2),
    "upside_down": lambda t, *, cap, numerator: min(cap, t / numerator),
    "whole_division": lambda t, *, cap, numerator: min(cap, numerator // t),
    "product": lambda t, *, cap, numerator: cap * numerator / t,
    "sum": lambda t, *, cap, numerator: cap + numerator / t,
    "cap_up_to_the_numerator": lambda t, *, cap, numerator: (
        cap if t <= numerator else numerator / t
    ),
    "falling_from_the_cap": lambda t, *, cap, numerator: cap / (1 + t / numerator),
    "cap_over_time": lambda t, *, cap, numerator: min(cap, cap * numerator / t),
    "switched_on_too_late": lambda t, *, cap, numerator: (
        cap if t <= 2 * numerator / cap else numerator / t
    ),
    "switched_on_too_early": lambda t, *, cap, numerator: (
        cap if t <= numerator / cap / 2 else numerator / t
    ),
    "cap_swapped_with_the_numerator": lambda t, *, cap, numerator: min(numerator, cap / t),
    "exponential": lambda t, *, cap, numerator: min(cap, numerator * math.exp(-t)),
}.items():
    WRONG[name] = (formula,)
