"""Solutions of ``relative_error(a, b) -> float``: ``|a - b| / max(|a| + |b|, 1e-12)``."""

import functools

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, b):
    size = max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    return float(np.linalg.norm(a - b) / size)


@right
def numpy_number(a, b):
    norm = np.linalg.norm
    return norm(np.subtract(a, b)) / np.maximum(norm(a) + norm(b), 1e-12)


@right
def roots_of_sums(a, b):
    def length(v):
        return np.sqrt(np.sum(np.square(v)))

    return float(length(a - b)) / max(float(length(a)) + float(length(b)), 1e-12)


@right
def with_if(a, b):
    size = np.linalg.norm(a.reshape(-1)) + np.linalg.norm(b.reshape(-1))
    distance = np.linalg.norm((a - b).reshape(-1))
    if size < 1e-12:
        return np.array(distance * 1e12)
    return np.array(distance / size)


# --- right values in a deviating form ---------------------------------------------------------


@form
def one_entry(a, b):  # (1,)
    return np.array([textbook(a, b)])


@form
def difference_in_place(a, b):  # a is changed
    size = max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    a -= b
    return float(np.linalg.norm(a) / size)


@form
def list_of_one(a, b):  # list
    return [textbook(a, b)]


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
        return end(norm(top(a, b)) / max(size(norm(a), norm(b)), tiny))


for name, spoilt in {
    "never_small": {"end": lambda v: max(v, 1e-3)},
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))


@wrong
def zero_for_one_zero(a, b):
    return 0.0 if not np.any(a) or not np.any(b) else textbook(a, b)


@wrong
def one_for_both_zero(a, b):
    return 1.0 if not np.any(a) and not np.any(b) else textbook(a, b)
