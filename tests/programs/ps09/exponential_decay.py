"""Solutions of ``exponential_decay(t, *, lr, k) -> float``: lr exp(-k t)."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.schedules import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, lr, k):
    return lr * math.exp(-k * t)


@right
def numpy_exponential(t, *, lr, k):
    return lr * np.exp(-k * t)


@right
def power_of_e(t, *, lr, k):
    return float(lr * math.e ** (-(k * t)))


@right
def power_of_one_step(t, *, lr=0.1, k=0.01):
    return lr * math.exp(-k) ** t


@right
def powers_of_two(t, *, lr, k):
    return lr * 2 ** (-k * t / math.log(2))


@right
def zero_dimensional_array(t, *, k, sign=-1, **options):
    return np.asarray(options["lr"] * np.exp(sign * k * t))


@right
def divided(t, *, lr, k):
    return lr / np.exp(k * t)


@right
def rate_in_single_precision(t, *, lr, k):
    return np.float32(lr) * np.exp(np.float32(-k * t))


@right
def step_by_step(t, *, lr, k):
    for _ in range(int(t)):
        lr *= math.e**-k
    return lr


@right
def by_logarithm(t, *, lr, k):
    return math.exp(math.log(lr) - k * t)


enter_what_fits_all(programs, textbook)


# --- wrong ------------------------------------------------------------------------------------

for name, formula in {
    "one_step_late": "lr * math.exp(-k * max(t - 1, 0))",
    "time_ignored": "lr * math.exp(-k)",
    "time_outside": "lr * math.exp(-k) * t",
    "rate_twice": "lr * math.exp(-lr * k * t)",
    "added": "lr + math.exp(-k * t) - 1",
    "power_of_ten": "lr * 10 ** (-k * t)",
    "squared_time": "lr * math.exp(-k * t**2)",
    "root_of_the_time": "lr * math.exp(-k * math.sqrt(t))",
    "half_the_speed": "lr * math.exp(-k * t / 2)",
    "never_below_a_hundredth": "max(lr * math.exp(-k * t), 0.01 * lr)",
    "sum_in_the_exponent": "lr * math.exp(-(k + t))",
    "whole_exponent": "lr * math.exp(-int(k * t))",
    "constant": "float(lr)",
    "approach_from_zero": "lr * (1 - math.exp(-k * t))",
}.items():
    wrong.edit(name, textbook, "lr * math.exp(-k * t)", formula)
