"""Programs for ``exponential_decay``."""

import math

import numpy as np


def with_math(t, *, lr, k):
    return lr * math.exp(-k * t)


def with_numpy(t, *, lr, k):
    return np.asarray(lr * np.exp(-(k * np.asarray(t))))


def divided(t, *, lr, k):
    return lr / np.exp(k * t)


def power(t, *, lr, k):
    return lr * math.exp(-k) ** t


def single_precision(t, *, lr, k):
    return np.float32(lr) * np.exp(np.float32(-k * t))


def step_by_step(t, *, lr, k):
    for _ in range(int(t)):
        lr *= math.e**-k
    return lr


def by_logarithm(t, *, lr, k):
    return math.exp(math.log(lr) - k * t)


VARIANTS = [
    (f.__name__, (f,))
    for f in (with_math, with_numpy, divided, power, single_precision, step_by_step, by_logarithm)
]


def in_an_array(t, **settings):
    return np.array([with_math(t, **settings)])


DRESSED = [("in_an_array", (in_an_array,))]


def base_two(t, *, lr, k):
    return lr * 2 ** (-k * t)


def no_rate(t, *, lr, k):
    return math.exp(-k * t)


def squared_time(t, *, lr, k):
    return lr * math.exp(-k * t**2)


def outside(t, *, lr, k):
    return lr * math.exp(-k) * t


def rate_in_exponent(t, *, lr, k):
    return lr * math.exp(-lr * k * t)


def inverse_time(t, *, lr, k):
    return lr / (1 + k * t)


WRONG = [
    (f.__name__, (f,))
    for f in (base_two, no_rate, squared_time, outside, rate_in_exponent, inverse_time)
]
