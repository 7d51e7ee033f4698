"""Programs for ``softmax``."""

import math

import numpy as np


def textbook(u):
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def transposed(u):
    e = np.exp(u.T - u.max(axis=1))
    return (e / e.sum(axis=0)).T


def with_logaddexp(u):
    return np.exp(u - np.logaddexp.reduce(u, axis=1)[:, None])


def row_by_row(u):
    y = np.empty_like(u)
    for n, row in enumerate(u):
        e = [math.exp(s - max(row)) for s in row]
        y[n] = [one / sum(e) for one in e]
    return y


def from_differences(u):
    with np.errstate(over="ignore"):
        apart = np.exp(u[:, None, :] - u[:, :, None])  # exp(u_j - u_k), infinite where y_k is 0
    return (1 / apart.sum(axis=2)).astype(u.dtype)


def half_of_the_shift_twice(u):
    s = np.sort(u, axis=1)[:, -1:]
    e = np.exp(0.5 * (u - s)) ** 2
    return np.divide(e, np.add.reduce(e, axis=1, keepdims=True))


def a_little_above_the_maximum(u):
    e = np.exp(u - u.max(axis=1)[:, np.newaxis] - 1)
    return e / (e.sum(axis=1).reshape(-1, 1) + 1e-12)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        transposed,
        with_logaddexp,
        row_by_row,
        from_differences,
        half_of_the_shift_twice,
        a_little_above_the_maximum,
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
    return textbook(u)[None]


DRESSED = [(f.__name__, (f,)) for f in (as_list, in_double_precision, shifts_in_place, extra_axis)]


def base_two(u):
    e = 2.0 ** (u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def squares(u):
    e = (u - u.min(axis=1, keepdims=True) + 1e-9) ** 2
    return e / e.sum(axis=1, keepdims=True)


def smoothed(u):
    y = textbook(u)
    return 0.99 * y + 0.01 / u.shape[1]


def winner_takes_all(u):
    return (u == u.max(axis=1, keepdims=True)) * 1.0


def with_temperature(u):
    return textbook(u / np.sqrt(u.shape[1]))


def nan_to_zero(u):
    with np.errstate(all="ignore"):
        e = np.exp(u)
        return np.nan_to_num(e / e.sum(axis=1, keepdims=True))


def shift_by_a_hundred(u):
    e = np.exp(u - 100)
    return e / e.sum(axis=1, keepdims=True)


def shift_by_the_sum(u):
    e = np.exp(u - u.sum(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def rounded(u):
    return np.round(textbook(u), 3)


WRONG = [
    (f.__name__, (f,))
    for f in (
        base_two,
        squares,
        smoothed,
        winner_takes_all,
        with_temperature,
        nan_to_zero,
        shift_by_a_hundred,
        shift_by_the_sum,
        rounded,
    )
]
