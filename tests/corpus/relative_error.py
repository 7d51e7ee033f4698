"""Solutions of ``relative_error(a, b) -> float``: ``|a - b| / max(|a| + |b|, 1e-12)``."""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(a, b):
    size = max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    return float(np.linalg.norm(a - b) / size)


@put(RIGHT)
def numpy_number(a, b):
    norm = np.linalg.norm
    return norm(np.subtract(a, b)) / np.maximum(norm(a) + norm(b), 1e-12)


@put(RIGHT)
def roots_of_sums(a, b):
    def length(v):
        return np.sqrt(np.sum(np.square(v)))

    return float(length(a - b)) / max(float(length(a)) + float(length(b)), 1e-12)


@put(RIGHT)
def scalar_products(a, b):
    a, b = np.ravel(a), np.ravel(b)
    d = b - a
    return math.sqrt(d @ d) / max(math.sqrt(a @ a) + math.sqrt(b @ b), 1e-12)


@put(RIGHT)
def entry_by_entry(a, b):
    top = left = right = 0.0
    for p, q in zip(np.asarray(a).flat, np.asarray(b).flat, strict=True):
        top += (float(p) - float(q)) ** 2
        left += float(p) ** 2
        right += float(q) ** 2
    return top**0.5 / max(left**0.5 + right**0.5, 1e-12)


@put(RIGHT)
def hypotenuse(a, b):
    lists = (np.ravel(v).tolist() for v in (a - b, a, b))
    top, left, right = (math.hypot(*values) for values in lists)
    return top / max(left + right, 1e-12)


@put(RIGHT)
def zeros_first(a, b):
    size = math.sqrt(np.vdot(a, a)) + math.sqrt(np.vdot(b, b))
    if size == 0:
        return 0.0
    return np.linalg.norm(np.ravel(a - b)) / (size if size > 1e-12 else 1e-12)


@put(RIGHT)
def settings_with_defaults(a, b, *, tiny=1e-12, order=None):
    top, *sizes = (np.linalg.norm(np.reshape(v, -1), order) for v in (a - b, a, b))
    return top / max(sum(sizes), tiny)


RIGHT["partially_applied"] = (functools.partial(settings_with_defaults, order=2),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def one_entry(a, b):  # (1,)
    return np.array([textbook(a, b)])


@put(FORM)
def difference_in_place(a, b):  # a is changed
    size = max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    a -= b
    return float(np.linalg.norm(a) / size)


@put(FORM)
def list_of_one(a, b):  # list
    return [textbook(a, b)]


# --- left open --------------------------------------------------------------------------------


# The usual other way to avoid 0 / 0; different for gradients as small as that only.
@put(EITHER)
def tiny_number_added(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-12)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    a,
    b,
    *,
    norm=np.linalg.norm,
    top=lambda a, b: a - b,
    size=lambda p, q: p + q,
    tiny=1e-12,
    end=lambda v: v,
):
    """Relative error with places to go wrong."""
    with np.errstate(all="ignore"):
        below = size(norm(a), norm(b))
        return end(norm(top(a, b)) / (max(below, tiny) if tiny else below))


for name, spoilt in {
    "larger_of_the_two": {"size": max},
    "smaller_of_the_two": {"size": min},
    "first_only": {"size": lambda p, q: p},
    "second_only": {"size": lambda p, q: q},
    "mean_of_the_two": {"size": lambda p, q: (p + q) / 2},
    "product": {"size": lambda p, q: p * q},
    "geometric_mean": {"size": lambda p, q: np.sqrt(p * q)},
    "root_of_both_squares": {"size": np.hypot},
    "difference_of_the_norms": {"size": lambda p, q: abs(p - q)},
    "absolute_error": {"size": lambda p, q: 1.0},
    "no_guard": {"tiny": None},
    "guard_of_one": {"tiny": 1.0},
    "guard_of_a_hundredth": {"tiny": 1e-2},
    "guard_of_1e_8": {"tiny": 1e-8},
    "guard_of_1e_6": {"tiny": 1e-6},
    "one_added": {"size": lambda p, q: p + q + 1},
    "sum_of_absolute_values": {"norm": lambda v: np.abs(v).sum()},
    "largest_entry": {"norm": lambda v: np.abs(v).max(initial=0)},
    "squared_norms": {"norm": lambda v: np.sum(v * v)},
    "mean_square_root_forgotten": {"norm": lambda v: np.mean(v * v)},
    "sums_with_sign": {"norm": np.sum},
    "absolute_sum": {"norm": lambda v: abs(np.sum(v))},
    "spectral_norm": {"norm": lambda v: np.linalg.norm(v, 2 if np.ndim(v) == 2 else None)},
    "first_row_only": {"norm": lambda v: np.linalg.norm(v[0]) if np.ndim(v) else abs(v)},
    "sum_in_place_of_difference": {"top": lambda a, b: a + b},
    "lengths_not_vectors": {"top": lambda a, b: np.linalg.norm(a) - np.linalg.norm(b)},
    "signed_lengths": {"top": lambda a, b: np.abs(a) - np.abs(b)},
    "percent": {"end": lambda v: 100 * v},
    "rounded": {"end": lambda v: round(float(v), 3)},
    "agrees_or_not": {"end": lambda v: bool(v < 1e-5)},
    "agreement": {"end": lambda v: 1 - v},
    "root": {"end": np.sqrt},
    "squared": {"end": lambda v: v**2},
    "never_small": {"end": lambda v: max(v, 1e-3)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


def entries(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)


@put(WRONG)
def largest_relative_entry(a, b):
    # Right for one entry.
    return float(np.max(entries(a, b), initial=0))


@put(WRONG)
def mean_relative_entry(a, b):
    return float(np.mean(entries(a, b)))


@put(WRONG)
def relative_entries(a, b):
    return entries(a, b)


@put(WRONG)
def norms_of_the_rows(a, b):
    a, b = np.atleast_2d(a), np.atleast_2d(b)
    size = np.linalg.norm(a, axis=1) + np.linalg.norm(b, axis=1)
    return float(np.mean(np.linalg.norm(a - b, axis=1) / np.maximum(size, 1e-12)))


@put(WRONG)
def cosine_distance(a, b):
    return 1 - np.vdot(a, b) / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12)


@put(WRONG)
def precedence(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), 1e-12) + np.linalg.norm(b)


@put(WRONG)
def zero_for_one_zero(a, b):
    return 0.0 if not np.any(a) or not np.any(b) else textbook(a, b)


@put(WRONG)
def one_for_both_zero(a, b):
    return 1.0 if not np.any(a) and not np.any(b) else textbook(a, b)


@put(WRONG)
def two_mistakes(a, b):
    return float(np.sum(np.abs(a - b)) / max(np.abs(a).max(), np.abs(b).max(), 1e-12))


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
