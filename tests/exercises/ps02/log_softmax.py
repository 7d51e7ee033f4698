"""Programs for ``log_softmax``."""

import math

import numpy as np


def textbook(u):
    u = u - u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


def with_logaddexp(u):
    return u - np.logaddexp.reduce(u, axis=1, keepdims=True)


def shift_put_back(u):
    highest = np.max(u, axis=1)[:, None]
    return u - (highest + np.log(np.sum(np.exp(u - highest), axis=1)[:, None]))


def transposed(u):
    v = (u.T - u.max(axis=1)).T
    return (v.T - np.log(np.exp(v).sum(axis=1))).T


def row_by_row(u):
    log_p = np.empty_like(u)
    for n, row in enumerate(u.tolist()):
        highest = max(row)
        z = math.fsum(math.exp(s - highest) for s in row)
        log_p[n] = [s - highest - math.log(z) for s in row]
    return log_p


def log1p_of_the_rest(u):
    v = u - u.max(axis=1, keepdims=True)
    return v - np.log1p(np.exp(v).sum(axis=1, keepdims=True) - 1)


def from_differences(u):
    apart = u[:, None, :] - u[:, :, None]  # u_j - u_k
    highest = apart.max(axis=2)
    return -(highest + np.log(np.exp(apart - highest[:, :, None]).sum(axis=2)))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        with_logaddexp,
        shift_put_back,
        transposed,
        row_by_row,
        log1p_of_the_rest,
        from_differences,
    )
]


def as_list(u):
    return textbook(u).tolist()


def in_double_precision(u):
    return textbook(u.astype(float))


def shifts_in_place(u):
    u -= u.max(axis=1, keepdims=True)
    return textbook(u)


def extra_axis(u):
    return textbook(u)[:, None]


DRESSED = [(f.__name__, (f,)) for f in (as_list, in_double_precision, shifts_in_place, extra_axis)]


def base_two(u):
    return textbook(u) / np.log(2)


def clipped_scores(u):
    return textbook(np.clip(u, -50, 50))


def only_shifted(u):
    return u - u.max(axis=1, keepdims=True)


def zero_for_lost(u):
    with np.errstate(divide="ignore"):
        log_p = np.log(np.exp(textbook(u)))
    return np.where(np.isinf(log_p), 0, log_p)


def softmax_of_itself(u):
    return textbook(np.exp(textbook(u)))


def log_sigmoid(u):
    return -np.logaddexp(0, -u)


def mean_for_sum(u):
    u = u - u.max(axis=1, keepdims=True)
    return u - np.log(np.exp(u).mean(axis=1, keepdims=True))


def floor_of_a_hundred(u):
    return np.maximum(textbook(u), -100)


WRONG = [
    (f.__name__, (f,))
    for f in (
        base_two,
        clipped_scores,
        only_shifted,
        zero_for_lost,
        softmax_of_itself,
        log_sigmoid,
        mean_for_sum,
        floor_of_a_hundred,
    )
]
