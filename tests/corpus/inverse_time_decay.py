"""Solutions of ``inverse_time_decay(t, *, lr, k) -> float``: lr / (1 + k t)."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(t, *, lr, k):
    return lr / (1 + k * t)


@put(RIGHT)
def power(t, *, lr, k):
    return float(lr) * (1.0 + k * t) ** -1


@put(FORM)
def denominator_step_by_step(t, *, lr, k):  # t as a float raises TypeError
    denominator = 1.0
    for _ in range(t):
        denominator += k
    return lr / denominator


@put(RIGHT)
def inverse_rates_add_up(t, *, lr=0.1, k=0.01):
    return 1 / (1 / lr + k / lr * t)


@put(RIGHT)
def logarithm(t, *, lr, k):
    return lr * math.exp(-math.log1p(k * t))


@put(RIGHT)
def share_of_two_times(t, *, lr, k, one=1):
    return np.asarray(lr * (one - k * t / (one + k * t)))


RIGHT["partially_applied"] = (functools.partial(share_of_two_times, one=1.0),)


@put(FORM)
def list_of_one(t, *, lr, k):  # [rate]
    return [textbook(t, lr=lr, k=k)]


@put(FORM)
def array_of_shape_one(t, *, lr, k):  # (1,)
    return np.atleast_1d(textbook(t, lr=lr, k=k))


@put(FORM)
def comma_too_many(t, *, lr, k):  # (rate,)
    return (textbook(t, lr=lr, k=k),)


@put(EITHER)
def single_precision(t, *, lr, k):
    return np.float32(textbook(t, lr=lr, k=k))


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def negative(t, *, lr, k):
    return -textbook(t, lr=lr, k=k)


@put(WRONG)
def all_rates_so_far(t, *, lr, k):
    return [textbook(s, lr=lr, k=k) for s in range(1, t + 2)]


@put(WRONG)
def one_step_late(t, *, lr, k):
    return textbook(max(t - 1, 0), lr=lr, k=k)


@put(WRONG)
def one_step_early(t, *, lr, k):
    return textbook(t + 1, lr=lr, k=k)


@put(WRONG)
def rounded(t, *, lr, k):
    return round(textbook(t, lr=lr, k=k), 1)


@put(WRONG)
def text(t, *, lr, k):
    return str(textbook(t, lr=lr, k=k))


@put(WRONG)
def printed(t, *, lr, k):
    print(textbook(t, lr=lr, k=k))


for name, formula in {
    "product": lambda t, *, lr, k: lr * (1 + k * t),
    "minus": lambda t, *, lr, k: lr / (1.0000001 - k * t),
    "precedence": lambda t, *, lr, k: lr / 1 + k * t,
    "one_forgotten": lambda t, *, lr, k: lr / max(k * t, 1e-12),
    "time_ignored": lambda t, *, lr, k: lr / (1 + k),
    "speed_ignored": lambda t, *, lr, k: lr / (1 + t),
    "divided_by_the_speed": lambda t, *, lr, k: lr / (1 + t / (k + 1e-12)),
    "sum_for_product": lambda t, *, lr, k: lr / (1 + k + t),
    "bracket_too_wide": lambda t, *, lr, k: lr / ((1 + k) * max(t, 1)),
    "power_of_time": lambda t, *, lr, k: lr / (1 + k) ** t,
    "exponential": lambda t, *, lr, k: lr * math.exp(-k * t),
    "root": lambda t, *, lr, k: lr / math.sqrt(1 + k * t),
    "square": lambda t, *, lr, k: lr / (1 + k * t) ** 2,
    "squared_time": lambda t, *, lr, k: lr / (1 + k * t**2),
    "root_of_the_time": lambda t, *, lr, k: lr / (1 + k * math.sqrt(t)),
    "rate_ignored": lambda t, *, lr, k: 1 / (1 + k * t),
    "rate_in_the_denominator": lambda t, *, lr, k: lr / (lr + k * t),
    "whole_denominator": lambda t, *, lr, k: lr / (1 + int(k * t)),
    "first_order": lambda t, *, lr, k: lr * (1 - k * t),
    "constant": lambda t, *, lr, k: float(lr),
    "never_below_a_tenth": lambda t, *, lr, k: max(lr / (1 + k * t), 0.1 * lr),
    "half_the_speed": lambda t, *, lr, k: lr / (1 + k * t / 2),
}.items():
    WRONG[name] = (formula,)


@put(WRONG)
def compounded(t, *, lr, k):
    # The rate of the step before is divided again, as in a loop that overwrites lr.
    for s in range(1, t + 1):
        lr = lr / (1 + k * s)
    return lr
