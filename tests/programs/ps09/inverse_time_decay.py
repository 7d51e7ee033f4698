"""Solutions of ``inverse_time_decay(t, *, lr, k) -> float``: lr / (1 + k t)."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.schedules import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, lr, k):
    return lr / (1 + k * t)


@right
def inverse_rates_add_up(t, *, lr=0.1, k=0.01):
    return 1 / (1 / lr + k / lr * t)


@right
def logarithm(t, *, lr, k):
    return lr * math.exp(-math.log1p(k * t))


@right
def share_of_two_times(t, *, lr, k, one=1):
    return np.asarray(lr * (one - k * t / (one + k * t)))


@right
def rate_in_single_precision(t, *, lr, k):
    return np.float32(lr) / np.float32(1 + k * t)


enter_what_fits_all(programs, textbook)


for name, formula in {
    "never_below_a_tenth": "max(lr / (1 + k * t), 0.1 * lr)",
}.items():
    wrong.edit(name, textbook, "lr / (1 + k * t)", formula)
