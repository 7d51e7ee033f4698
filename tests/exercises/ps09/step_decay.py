"""Programs for ``step_decay``."""

import math

import numpy as np


def floor_division(t, *, lr, factor, every):
    return lr * factor ** (t // every)


def with_math(t, *, lr, factor, every):
    return lr * math.pow(factor, math.floor(t / every))


def with_numpy(t, *, lr, factor, every):
    return np.float32(lr) * np.power(np.float64(factor), np.floor(np.asarray(t) / every))


def counting_with_range(t, *, lr, factor, every):
    rate = lr
    for _ in range(int(t // every)):
        rate *= factor
    return rate


def taking_away(t, *, lr, factor, every):
    while t >= every:
        t, lr = t - every, lr * factor
    return lr


def recursive(t, *, lr, factor, every):
    if t < every:
        return lr
    return factor * recursive(t - every, lr=lr, factor=factor, every=every)


def by_logarithm(t, *, lr, factor, every):
    return np.array(np.exp(np.log(lr) + int(t / every) * np.log(factor)))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        floor_division,
        with_math,
        with_numpy,
        counting_with_range,
        taking_away,
        recursive,
        by_logarithm,
    )
]


def in_an_array(t, **settings):
    return np.array([floor_division(t, **settings)])


DRESSED = [("in_an_array", (in_an_array,))]


def no_rate(t, *, lr, factor, every):
    return factor ** (t // every)


def halves(t, *, lr, factor, every):
    return lr * 0.5 ** (t // every)


def straight(t, *, lr, factor, every):
    return lr * (1 - (1 - factor) * (t // every))


def remainder(t, *, lr, factor, every):
    return lr * factor ** (t % every)


def strictly_after(t, *, lr, factor, every):
    return lr * factor ** max(math.ceil(t / every) - 1, 0)


def twice(t, *, lr, factor, every):
    return lr * factor ** min(t // every, 2)


WRONG = [(f.__name__, (f,)) for f in (no_rate, halves, straight, remainder, strictly_after, twice)]
