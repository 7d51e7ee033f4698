"""Programs for ``relu_backward``; at u = 0 they take 0, 1 and what lies between."""

import numpy as np


def keeps_u(u):
    return np.maximum(u, 0), u


def keeps_z(u):
    z = u * (u > 0)
    return z, {"z": z}


def keeps_mask(u):
    m = u > 0
    return np.where(m, u, 0), (m,)


def mask_of_u(dz, u):
    return dz * (u > 0)


def one_at_zero(dz, u):
    return dz * (u >= 0)


def half_at_zero(dz, u):
    return (dz * np.heaviside(u, 0.5)).astype(dz.dtype)


def third_at_zero(dz, u):
    return np.where(u > 0, dz, np.where(u < 0, 0, dz / 3))


def central_difference(dz, u):
    u, h = u.astype(float), 1e-4
    return (dz * (np.maximum(u + h, 0) - np.maximum(u - h, 0)) / (2 * h)).astype(dz.dtype)


def copy_then_assign(dz, u):
    du = np.array(dz, copy=True)
    du[u <= 0] = 0
    return du


def mask_of_z(dz, cache):
    return np.where(cache["z"] > 0, dz, 0)


def sign_of_z(dz, cache):
    return dz * np.sign(cache["z"])


def kept_mask(dz, cache):
    (m,) = cache
    du = np.zeros_like(dz)
    du[m] = dz[m]
    return du


def number_by_number(dz, u):
    rows = range(len(u))
    return np.array(
        [[d if v > 0 else 0 for d, v in zip(dz[n], u[n], strict=True)] for n in rows], dz.dtype
    )


def closure_forward(u):
    return np.maximum(u, 0), lambda dz: dz * (u > 0)


def closure(dz, cache):
    return cache(dz)


VARIANTS = [
    *((f.__name__, (keeps_u, f)) for f in (mask_of_u, one_at_zero, half_at_zero, third_at_zero)),
    *((f.__name__, (keeps_u, f)) for f in (central_difference, copy_then_assign)),
    *((f.__name__, (keeps_z, f)) for f in (mask_of_z, sign_of_z)),
    ("number_by_number", (keeps_u, number_by_number)),
    ("kept_mask", (keeps_mask, kept_mask)),
    ("closure", (closure_forward, closure)),
]


def nested_lists(dz, u):
    return mask_of_u(dz, u).tolist()


def nested_lists_one_at_zero(dz, u):
    return one_at_zero(dz, u).tolist()


def over_dz(dz, u):
    dz *= u >= 0
    return dz


def forward_in_place(u):
    u[u < 0] = 0
    return u, u


DRESSED = [
    *((f.__name__, (keeps_u, f)) for f in (nested_lists, nested_lists_one_at_zero, over_dz)),
    ("forward_in_place", (forward_in_place, mask_of_u)),
]

BUFFER = {}


def one_buffer(u):
    BUFFER["u"] = u
    return np.maximum(u, 0), BUFFER


def from_buffer(dz, cache):
    return dz * (cache["u"] > 0)


def two_at_zero(dz, u):
    return dz * (u > 0) + 2 * dz * (u == 0)


def minus_at_zero(dz, u):
    return dz * (u > 0) - dz * (u == 0)


def nan_at_zero(dz, u):
    return dz * (np.maximum(u, 0) / u)


def leaky(dz, u):
    return np.where(u > 0, dz, 0.01 * dz)


def above_one(dz, u):
    return dz * (u > 1)


def both_positive(dz, u):
    return dz * (u > 0) * (dz > 0)


def whole_rows(dz, u):
    return dz * (u > 0).any(axis=1, keepdims=True)


def absolute_value(dz, u):
    return dz * np.sign(u)


WRONG = [
    ("one_buffer", (one_buffer, from_buffer)),
    ("mask_after_in_place", (forward_in_place, one_at_zero)),
    *((f.__name__, (keeps_u, f)) for f in (two_at_zero, minus_at_zero, nan_at_zero, leaky)),
    *((f.__name__, (keeps_u, f)) for f in (above_one, both_positive, whole_rows)),
    ("absolute_value", (keeps_u, absolute_value)),
]
