"""Programs for ``elu_backward``; at u = 0 they take alpha, 1 and what lies between."""

import numpy as np


def keeps_u(u, alpha):
    return np.where(u > 0, u, alpha * (np.exp(u) - 1)), (u, alpha)


def keeps_z(u, alpha):
    z = np.where(u > 0, u, alpha * np.expm1(np.minimum(u, 0)))
    return z, {"z": z, "alpha": alpha}


def keeps_slope(u, alpha):
    e = np.exp(np.minimum(u, 0))
    return np.maximum(u, 0) + alpha * (e - 1), np.where(u > 0, 1, alpha * e)


def by_exponential(dz, cache):
    u, alpha = cache
    return dz * np.where(u > 0, 1, alpha * np.exp(u))


def kept_from_overflowing(dz, cache):
    u, alpha = cache
    return np.where(u > 0, dz, dz * alpha * np.exp(np.minimum(u, 0)))


def one_at_zero(dz, cache):
    u, alpha = cache
    return np.where(u >= 0, dz, dz * alpha * np.exp(u))


def half_way_at_zero(dz, cache):
    u, alpha = cache
    left = dz * alpha * np.exp(np.minimum(u, 0))
    return np.where(u > 0, dz, np.where(u < 0, left, dz * (1 + alpha) / 2))


def from_value(dz, cache):
    z, alpha = cache["z"], cache["alpha"]
    return dz * np.where(z > 0, 1, z + alpha)


def chosen_places(dz, cache):
    z, alpha = cache["z"], cache["alpha"]
    du = np.array(dz)
    left = z < 0
    du[left] = dz[left] * (z[left] + alpha)
    return du


def kept_slope(dz, slope):
    return dz * slope.astype(dz.dtype)


def central_difference(dz, cache):
    u, alpha = cache
    u, h = u.astype(float), 1e-5
    difference = keeps_u(u + h, alpha)[0] - keeps_u(u - h, alpha)[0]
    return (dz * difference / (2 * h)).astype(dz.dtype)


def number_by_number(dz, cache):
    u, alpha = cache
    du = np.empty_like(dz)
    for index, value in np.ndenumerate(u):
        du[index] = dz[index] if value > 0 else dz[index] * alpha * np.exp(value)
    return du


def closure_forward(u, alpha):
    z, cache = keeps_u(u, alpha)
    return z, lambda dz: by_exponential(dz, cache)


def closure(dz, cache):
    return cache(dz)


VARIANTS = [
    *((f.__name__, (keeps_u, f)) for f in (by_exponential, kept_from_overflowing)),
    *((f.__name__, (keeps_u, f)) for f in (one_at_zero, half_way_at_zero)),
    *((f.__name__, (keeps_u, f)) for f in (central_difference, number_by_number)),
    *((f.__name__, (keeps_z, f)) for f in (from_value, chosen_places)),
    ("kept_slope", (keeps_slope, kept_slope)),
    ("closure", (closure_forward, closure)),
]


def nested_lists(dz, cache):
    return kept_from_overflowing(dz, cache).tolist()


def in_double(dz, cache):
    return kept_from_overflowing(dz.astype(float), cache)


def over_dz(dz, cache):
    u, alpha = cache
    dz *= np.where(u > 0, 1, alpha * np.exp(np.minimum(u, 0))).astype(dz.dtype)
    return dz


DRESSED = [(f.__name__, (keeps_u, f)) for f in (nested_lists, in_double, over_dz)]

LAST = {}


def alpha_aside(u, alpha):
    LAST["alpha"] = alpha
    return keeps_u(u, alpha)[0], u


def alpha_from_aside(dz, u):
    return np.where(u > 0, dz, dz * LAST["alpha"] * np.exp(np.minimum(u, 0)))


def both_at_zero(dz, cache):
    u, alpha = cache
    return dz * (u >= 0) + dz * (u <= 0) * alpha * np.exp(np.minimum(u, 0))


def minus_at_zero(dz, cache):
    u, _alpha = cache
    return np.where(u == 0, -dz, kept_from_overflowing(dz, cache))


def sum_of_both(dz, cache):
    u, alpha = cache
    return dz * ((u > 0) + alpha * np.exp(np.minimum(u, 0)))


def divided_by_alpha(dz, cache):
    u, alpha = cache
    return np.where(u > 0, dz, dz * np.exp(np.minimum(u, 0)) / alpha)


def minus_alpha(dz, cache):
    z, alpha = cache["z"], cache["alpha"]
    return np.where(z > 0, dz, dz * (z - alpha))


def forward_of_dz(dz, cache):
    return keeps_u(dz, cache[1])[0]


def exponent_of_dz(dz, cache):
    u, alpha = cache
    return np.where(u > 0, dz, alpha * np.exp(dz))


def steeper_than_one(dz, cache):
    u, alpha = cache
    return dz * np.minimum(1, alpha * np.exp(np.minimum(u, 50)))


WRONG = [
    ("alpha_aside", (alpha_aside, alpha_from_aside)),
    *((f.__name__, (keeps_u, f)) for f in (both_at_zero, minus_at_zero, sum_of_both)),
    *((f.__name__, (keeps_u, f)) for f in (divided_by_alpha, forward_of_dz, exponent_of_dz)),
    *((f.__name__, (keeps_u, f)) for f in (steeper_than_one,)),
    ("minus_alpha", (keeps_z, minus_alpha)),
]
