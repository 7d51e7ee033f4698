"""Programs for ``tanh_backward``."""

import math
from types import SimpleNamespace

import numpy as np


def keeps_z(u):
    z = np.tanh(u)
    return z, z


def keeps_u(u):
    return np.tanh(u), {"u": u}


def one_minus_square(dz, z):
    return (1 - z**2) * dz


def two_factors(dz, z):
    return dz * (1 - z) * (1 + z)


def subtracted(dz, z):
    return dz - dz * z * z


def computed_again(dz, cache):
    return dz * (1 - np.tanh(cache["u"]) ** 2)


def hyperbolic_cosine(dz, cache):
    return dz / np.cosh(cache["u"]) ** 2  # warns of an overflow, and is right


def exponential(dz, cache):
    e = np.exp(-2 * np.abs(cache["u"]))
    return 4 * dz * e / (1 + e) ** 2


def complex_step(dz, cache):
    u = cache["u"].astype(float)
    return (dz * np.tanh(u + 1e-20j).imag / 1e-20).astype(dz.dtype)


def number_by_number(dz, cache):
    du = np.zeros_like(dz)
    for n in range(dz.shape[0]):
        for j in range(dz.shape[1]):
            du[n, j] = dz[n, j] * (1 - math.tanh(cache["u"][n, j]) ** 2)
    return du


def keeps_slope(u):
    z = 2 / (1 + np.exp(-2 * u)) - 1
    return z, SimpleNamespace(slope=1 - z * z)


def ready_slope(dz, cache):
    return np.multiply(cache.slope, dz)


VARIANTS = [
    *((f.__name__, (keeps_z, f)) for f in (one_minus_square, two_factors, subtracted)),
    *((f.__name__, (keeps_u, f)) for f in (computed_again, hyperbolic_cosine, exponential)),
    *((f.__name__, (keeps_u, f)) for f in (complex_step, number_by_number)),
    ("ready_slope", (keeps_slope, ready_slope)),
]


def always_double(dz, z):
    return (1 - z.astype(np.float64) ** 2) * dz


def over_dz(dz, z):
    dz *= 1 - z * z
    return dz


DRESSED = [(f.__name__, (keeps_z, f)) for f in (always_double, over_dz)]

BUFFER = [None]


def one_buffer(u):
    BUFFER[0] = np.tanh(u)
    return BUFFER[0], BUFFER


def from_buffer(dz, cache):
    return dz * (1 - cache[0] ** 2)


def plus(dz, z):
    return dz * (1 + z**2)


def minus(dz, z):
    return dz * (z**2 - 1)


def root(dz, z):
    return dz * np.sqrt(1 - z**2)


def cosine_not_squared(dz, cache):
    return dz / np.cosh(cache["u"])


def nan_far_away(dz, cache):
    e = np.exp(2 * cache["u"])
    return dz * 4 * e / (e + 1) ** 2


def doubled(dz, z):
    return 2 * dz * (1 - z**2)


WRONG = [
    ("one_buffer", (one_buffer, from_buffer)),
    *((f.__name__, (keeps_z, f)) for f in (plus, minus, root, doubled)),
    *((f.__name__, (keeps_u, f)) for f in (cosine_not_squared, nan_far_away)),
]
