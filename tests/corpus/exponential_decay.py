"""Solutions of ``exponential_decay(t, *, lr, k) -> float``: lr exp(-k t)."""

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
    return lr * math.exp(-k * t)


@put(RIGHT)
def numpy_exponential(t, *, lr, k):
    return lr * np.exp(-k * t)


@put(RIGHT)
def power_of_e(t, *, lr, k):
    return float(lr * math.e ** (-(k * t)))


@put(FORM)
def step_by_step(t, *, lr, k):  # t as a float raises TypeError
    share = math.exp(-k)
    for _ in range(t):
        lr *= share
    return lr


@put(RIGHT)
def power_of_one_step(t, *, lr=0.1, k=0.01):
    return lr * math.exp(-k) ** t


@put(RIGHT)
def powers_of_two(t, *, lr, k):
    return lr * 2 ** (-k * t / math.log(2))


@put(RIGHT)
def zero_dimensional_array(t, *, k, sign=-1, **options):
    return np.asarray(options["lr"] * np.exp(sign * k * t))


RIGHT["partially_applied"] = (functools.partial(zero_dimensional_array, sign=-1.0),)


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
    "growth": lambda t, *, lr, k: lr * math.exp(min(k * t, 700)),
    "time_ignored": lambda t, *, lr, k: lr * math.exp(-k),
    "speed_ignored": lambda t, *, lr, k: lr * math.exp(-t),
    "speed_for_the_time_scale": lambda t, *, lr, k: lr * math.exp(-t / (k + 1e-12)),
    "rate_ignored": lambda t, *, lr, k: math.exp(-k * t),
    "rate_in_the_exponent": lambda t, *, lr, k: math.exp(-lr * k * t),
    "added": lambda t, *, lr, k: lr + math.exp(-k * t) - 1,
    "power_of_k": lambda t, *, lr, k: lr * k**t,
    "power_of_one_minus_k": lambda t, *, lr, k: lr * (1 - k) ** t,
    "first_order": lambda t, *, lr, k: lr * (1 - k * t),
    "inverse_time": lambda t, *, lr, k: lr / (1 + k * t),
    "power_of_two": lambda t, *, lr, k: lr * 2 ** (-k * t),
    "power_of_ten": lambda t, *, lr, k: lr * 10 ** (-k * t),
    "squared_time": lambda t, *, lr, k: lr * math.exp(-k * t**2),
    "root_of_the_time": lambda t, *, lr, k: lr * math.exp(-k * math.sqrt(t)),
    "half_the_speed": lambda t, *, lr, k: lr * math.exp(-k * t / 2),
    "never_below_a_hundredth": lambda t, *, lr, k: max(lr * math.exp(-k * t), 0.01 * lr),
    "sum_in_the_exponent": lambda t, *, lr, k: lr * math.exp(-(k + t)),
    "whole_exponent": lambda t, *, lr, k: lr * math.exp(-int(k * t)),
    "constant": lambda t, *, lr, k: float(lr),
    "approach_from_zero": lambda t, *, lr, k: lr * (1 - math.exp(-k * t)),
}.items():
    WRONG[name] = (formula,)
