"""Programs for ``tanh_forward``."""

import math

import numpy as np


def by_numpy(u):
    z = np.tanh(u)
    return z, (z,)


def by_sigmoid(u):
    return 2 / (1 + np.exp(-2 * u)) - 1, u  # warns of an overflow far to the left, and is right


def one_minus_fraction(u):
    return 1 - 2 / (np.exp(2 * u) + 1), {"u": u}


def odd_function(u):
    e = np.expm1(-2 * np.abs(u))
    return np.sign(u) * -e / (2 + e), None


def where(u):
    e = np.exp(-2 * np.abs(u))
    z = (1 - e) / (1 + e)
    return np.where(u < 0, -z, z), None


def clipped(u):
    v = np.clip(u, -20, 20)
    return (np.exp(v) - np.exp(-v)) / (np.exp(v) + np.exp(-v)), None


def number_by_number(u):
    return np.array([[math.tanh(v) for v in row] for row in u], dtype=u.dtype), None


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        by_numpy,
        by_sigmoid,
        one_minus_fraction,
        odd_function,
        where,
        clipped,
        number_by_number,
    )
]


def nested_lists(u):
    return np.tanh(u).tolist(), None


def always_double(u):
    return np.tanh(u.astype(np.float64)), None


def over_its_input(u):
    return np.tanh(u, out=u), u


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, always_double, over_its_input)]


def both_sides_overflow(u):
    return (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u)), None


def sine_by_cosine(u):
    return np.sinh(u) / np.cosh(u), None


def arcus_tangent(u):
    return np.arctan(u), None


def scaled(u):
    return 1.7159 * np.tanh(2 * u / 3), None


def taylor(u):
    return u - u**3 / 3, None


def softsign(u):
    return u / (1 + np.abs(u)), None


def sign_lost(u):
    return np.abs(np.tanh(u)), None


WRONG = [
    (f.__name__, (f,))
    for f in (
        both_sides_overflow,
        sine_by_cosine,
        arcus_tangent,
        scaled,
        taylor,
        softsign,
        sign_lost,
    )
]
