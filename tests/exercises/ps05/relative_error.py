"""Programs for ``relative_error``."""

import math

import numpy as np


def with_linalg(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)


def flat_dot(a, b):
    a, b = a.ravel(), b.ravel()
    r = a - b
    return np.sqrt(r @ r) / np.maximum(np.sqrt(a @ a) + np.sqrt(b @ b), 1e-12)


def number_by_number(a, b):
    pairs = list(zip(a.flat, b.flat, strict=True))
    total = math.hypot(*(x for x, _ in pairs)) + math.hypot(*(y for _, y in pairs))
    return math.dist([x for x, _ in pairs], [y for _, y in pairs]) / max(total, 1e-12)


def with_if(a, b):
    size = np.linalg.norm(a.reshape(-1)) + np.linalg.norm(b.reshape(-1))
    distance = np.linalg.norm((a - b).reshape(-1))
    if size < 1e-12:
        return np.array(distance * 1e12)
    return np.array(distance / size)


def einsum(a, b):
    def length(v):
        return np.einsum("i,i->", v.ravel(), v.ravel()) ** 0.5

    return float(length(b - a) / max(1e-12, length(a) + length(b)))


VARIANTS = [(f.__name__, (f,)) for f in (with_linalg, flat_dot, number_by_number, with_if, einsum)]


def in_an_array(a, b):
    return np.array([with_linalg(a, b)])


def in_place(a, b):
    error = with_linalg(a, b)
    a -= b
    return error


DRESSED = [(f.__name__, (f,)) for f in (in_an_array, in_place)]


def largest_difference(a, b):
    return np.max(np.abs(a - b))


def maximum_norms(a, b):
    return np.max(np.abs(a - b)) / max(np.max(np.abs(a)) + np.max(np.abs(b)), 1e-12)


def cosine_distance(a, b):
    return 1 - np.sum(a * b) / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12)


def root_mean_squares(a, b):
    return np.sqrt(np.mean((a - b) ** 2)) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)


def larger_floor(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-8)


def small_floor_added(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-8)


def zero_when_close(a, b):
    return 0.0 if np.allclose(a, b, atol=1e-8) else with_linalg(a, b)


def in_percent(a, b):
    return 100 * with_linalg(a, b)


def first_axis_only(a, b):
    return np.linalg.norm(a[0] - b[0]) / max(np.linalg.norm(a[0]) + np.linalg.norm(b[0]), 1e-12)


WRONG = [
    (f.__name__, (f,))
    for f in (
        largest_difference,
        maximum_norms,
        cosine_distance,
        root_mean_squares,
        larger_floor,
        small_floor_added,
        zero_when_close,
        in_percent,
        first_axis_only,
    )
]
