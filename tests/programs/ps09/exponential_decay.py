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
def power_of_one_step(t, *, lr=0.1, k=0.01):
    return lr * math.exp(-k) ** t


@right
def powers_of_two(t, *, lr, k):
    return lr * 2 ** (-k * t / math.log(2))


@right
def zero_dimensional_array(t, *, k, sign=-1, **options):
    return np.asarray(options["lr"] * np.exp(sign * k * t))


@right
def rate_in_single_precision(t, *, lr, k):
    return np.float32(lr) * np.exp(np.float32(-k * t))


@right
def step_by_step(t, *, lr, k):
    for _ in range(int(t)):
        lr *= math.e**-k
    return lr


enter_what_fits_all(programs, textbook)


for name, formula in {
    "never_below_a_hundredth": "max(lr * math.exp(-k * t), 0.01 * lr)",
}.items():
    wrong.edit(name, textbook, "lr * math.exp(-k * t)", formula)
