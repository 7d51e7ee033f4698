"""Programs for ``inverse_time_decay``."""

from fractions import Fraction

import numpy as np


def plainly(t, *, lr, k):
    return lr / (1 + k * t)


def with_numpy(t, *, lr, k):
    return np.divide(lr, np.add(1, np.multiply(k, t)))


def halving_time(t, *, lr, k):
    half = 1 / k
    return lr * half / (half + t)


def negative_power(t, *, lr, k):
    return lr * (1 + k * t) ** -1.0


def exact(t, *, lr, k):
    return float(Fraction(lr) / (1 + Fraction(k) * Fraction(t)))


def single_precision(t, *, lr, k):
    return np.float32(lr) / np.float32(1 + k * t)


VARIANTS = [
    (f.__name__, (f,))
    for f in (plainly, with_numpy, halving_time, negative_power, exact, single_precision)
]


def in_an_array(t, **settings):
    return np.array([plainly(t, **settings)])


DRESSED = [("in_an_array", (in_an_array,))]


def straight(t, *, lr, k):
    return max(lr * (1 - k * t), 0)


def of_the_root(t, *, lr, k):
    return lr / (1 + k * t) ** 0.5


def rate_below(t, *, lr, k):
    return 1 / (1 + k * t)


def k_as_time(t, *, lr, k):
    return lr / (1 + t / k)


def squared(t, *, lr, k):
    return lr / (1 + k * t) ** 2


def last_rate_again(t, *, lr, k):
    for step in range(int(t) + 1):
        lr = lr / (1 + k * step)
    return lr


WRONG = [
    (f.__name__, (f,))
    for f in (straight, of_the_root, rate_below, k_as_time, squared, last_rate_again)
]
