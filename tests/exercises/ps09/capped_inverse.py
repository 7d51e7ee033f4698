"""Programs for ``capped_inverse``."""

import numpy as np


def smaller(t, *, cap, numerator):
    return min(cap, numerator / t)


def with_numpy(t, *, cap, numerator):
    return np.minimum(cap, numerator / np.asarray(t, dtype=float))


def by_case(t, *, cap, numerator):
    if t * cap <= numerator:
        return cap
    return numerator / t


def from_the_kink(t, *, cap, numerator):
    kink = numerator / cap
    return cap if t < kink else cap * kink / t


def larger_denominator(t, *, cap, numerator):
    return numerator / max(t, numerator / cap)


def clipped(t, *, cap, numerator):
    return np.clip(np.float32(numerator / t), 0, cap)


def sorted_list(t, *, cap, numerator):
    return sorted([numerator / t, cap])[0]


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        smaller,
        with_numpy,
        by_case,
        from_the_kink,
        larger_denominator,
        clipped,
        sorted_list,
    )
]


def in_an_array(t, **settings):
    return np.array([smaller(t, **settings)])


DRESSED = [("in_an_array", (in_an_array,))]


def whole_numbers(t, *, cap, numerator):
    return min(cap, numerator // t)


def constant(t, *, cap, numerator):
    return cap


def share_of_the_cap(t, *, cap, numerator):
    return cap * min(1, numerator / t)


def root(t, *, cap, numerator):
    return min(cap, numerator / t**0.5)


def added(t, *, cap, numerator):
    return cap / (1 + t / numerator)


def squared(t, *, cap, numerator):
    return min(cap, numerator / t**2)


WRONG = [
    (f.__name__, (f,)) for f in (whole_numbers, constant, share_of_the_cap, root, added, squared)
]
