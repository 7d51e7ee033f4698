"""Programs for ``sigmoid_backward``."""

from types import SimpleNamespace

import numpy as np


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def keeps_z(u):
    z = sigmoid(u)
    return z, z


def keeps_u(u):
    return sigmoid(u), {"u": u}


def from_z(dz, z):
    return z * (1 - z) * dz


def z_minus_square(dz, z):
    du = z - np.square(z)
    du *= dz
    return du


def computed_again(dz, cache):
    z = sigmoid(cache["u"])
    return np.multiply(dz, z) * (1 - z)


def product_of_two_sigmoids(dz, cache):
    return dz * sigmoid(cache["u"]) * sigmoid(-cache["u"])


def exponential(dz, cache):
    e = np.exp(-np.abs(cache["u"]))
    return dz * e / (1 + e) ** 2


def hyperbolic_cosine(dz, cache):
    return dz / (2 * np.cosh(cache["u"] / 2)) ** 2


def central_difference(dz, cache):
    u, h = cache["u"].astype(float), 1e-5
    return (dz * (sigmoid(u + h) - sigmoid(u - h)) / (2 * h)).astype(dz.dtype)


def number_by_number(dz, z):
    du = np.zeros_like(z)
    for n, j in np.ndindex(*z.shape):
        du[n, j] = dz[n, j] * z[n, j] * (1 - z[n, j])
    return du


def diagonal_jacobians(dz, z):
    return np.stack([np.diag(row * (1 - row)) @ d for row, d in zip(z, dz, strict=True)])


def keeps_slope(u):
    z = 0.5 * (1 + np.tanh(u / 2))
    return z, SimpleNamespace(slope=z * (1 - z))


def ready_slope(dz, cache):
    return dz * cache.slope


def closure_forward(u):
    z = sigmoid(u)
    return z, lambda dz: dz * z * (1 - z)


def closure(dz, cache):
    return cache(dz)


VARIANTS = [
    *((f.__name__, (keeps_z, f)) for f in (from_z, z_minus_square)),
    *((f.__name__, (keeps_z, f)) for f in (number_by_number, diagonal_jacobians)),
    *((f.__name__, (keeps_u, f)) for f in (computed_again, product_of_two_sigmoids)),
    *((f.__name__, (keeps_u, f)) for f in (exponential, hyperbolic_cosine, central_difference)),
    ("ready_slope", (keeps_slope, ready_slope)),
    ("closure", (closure_forward, closure)),
]


def nested_lists(dz, z):
    return from_z(dz, z).tolist()


def in_a_tuple(dz, z):
    return (from_z(dz, z),)


def over_dz(dz, z):
    dz *= z * (1 - z)
    return dz


DRESSED = [(f.__name__, (keeps_z, f)) for f in (nested_lists, in_a_tuple, over_dz)]

BUFFER = {}


def one_buffer(u):
    BUFFER["z"] = sigmoid(u)
    return BUFFER["z"], BUFFER


def from_buffer(dz, cache):
    return dz * cache["z"] * (1 - cache["z"])


def plus(dz, z):
    return dz * z * (1 + z)


def minus(dz, z):
    return -dz * z * (1 - z)


def summed(dz, z):
    return (dz * z * (1 - z)).sum(axis=0)


def matrix_product(dz, z):
    return dz @ (z * (1 - z)).T @ np.ones_like(z)


def divided_by_rows(dz, z):
    return dz * z * (1 - z) / len(z)


def difference_too_wide(dz, cache):
    return dz * (sigmoid(cache["u"] + 0.1) - sigmoid(cache["u"] - 0.1)) / 0.2


def passes(dz, z):
    return dz


WRONG = [
    ("one_buffer", (one_buffer, from_buffer)),
    ("difference_too_wide", (keeps_u, difference_too_wide)),
    *((f.__name__, (keeps_z, f)) for f in (plus, minus, summed)),
    *((f.__name__, (keeps_z, f)) for f in (matrix_product, divided_by_rows, passes)),
]
