"""Programs for ``effective_lr``."""

import math
from fractions import Fraction

import numpy as np


def formula(lr, mu):
    return lr / (1 - mu)


def factor_first(lr, mu):
    return np.float64(lr) * (1 - mu) ** -1


def long_sum(lr, mu):
    return lr * sum(mu**k for k in range(3000))


def numpy_sum(lr, mu):
    return np.sum(lr * np.power(mu, np.arange(3000.0)))


def rolls_until_steady(lr, mu):
    v, last = 0.0, 1.0
    while abs(v - last) > 1e-15:
        last, v = v, mu * v - lr * 1.0
    return -v


def solves_the_equation(lr, mu):
    return np.linalg.solve([[1 - mu]], [lr])[0]


def bisection(lr, mu):
    low, high = 0.0, 1e3
    for _ in range(100):
        rate = (low + high) / 2
        low, high = (rate, high) if mu * rate + lr > rate else (low, rate)
    return np.array(low)


def fractions(lr, mu):
    return float(Fraction(lr) / (1 - Fraction(mu)))


def logarithms(lr, mu):
    return math.exp(math.log(lr) - math.log1p(-mu))


def single_precision(lr, mu):
    return np.float32(lr) / (np.float32(1) - np.float32(mu))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        formula,
        factor_first,
        long_sum,
        numpy_sum,
        rolls_until_steady,
        bisection,
        fractions,
        logarithms,
        solves_the_equation,
        single_precision,
    )
]


def in_a_list(lr, mu):
    return [formula(lr, mu)]


def in_an_array(lr, mu):
    return np.array([formula(lr, mu)])


DRESSED = [(f.__name__, (f,)) for f in (in_a_list, in_an_array)]


def with_epsilon(lr, mu):
    return lr / (1 - mu + 1e-3)


def twenty_steps(lr, mu):
    return lr * (1 - mu**20) / (1 - mu)


def rounded(lr, mu):
    return round(lr / (1 - mu), 2)


def at_most_one(lr, mu):
    return min(1.0, lr / (1 - mu))


def stability_limit(lr, mu):
    return 2 * (1 + mu) / lr


def root(lr, mu):
    return lr / (1 - mu) ** 0.5


def only_if_large(lr, mu):
    return lr / (1 - mu) if mu > 0.5 else lr


def fixed_mu(lr, mu):
    return 10 * lr


WRONG = [
    (f.__name__, (f,))
    for f in (
        with_epsilon,
        twenty_steps,
        rounded,
        at_most_one,
        stability_limit,
        root,
        only_if_large,
        fixed_mu,
    )
]
