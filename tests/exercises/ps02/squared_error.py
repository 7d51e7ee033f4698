"""Programs for ``squared_error``."""

import numpy as np


def textbook(y, t):
    r = y - t
    return 0.5 * np.mean(np.sum(r**2, axis=1)), r / y.shape[0]


def norm_of_the_whole(y, t):
    r = np.subtract(y, t)
    return np.linalg.norm(r) ** 2 / (2 * len(r)), (1 / len(r)) * r


def expanded(y, t):
    y, t = y.astype(float), t.astype(float)
    N = len(y)
    return float(np.vdot(y, y) - 2 * np.vdot(y, t) + np.vdot(t, t)) / 2 / N, y / N - t / N


def number_by_number(y, t):
    N, K = y.shape
    value, dy = 0.0, np.zeros((N, K))
    for n in range(N):
        for k in range(K):
            r = float(y[n, k]) - float(t[n, k])
            value += r * r / (2 * N)
            dy[n, k] = r / N
    return value, dy


def weights_of_samples(y, t):
    w = np.full(len(y), 1 / len(y))
    r = y - t
    return np.asarray(0.5 * np.einsum("n,nk,nk->", w, r, r)), w[:, None] * r


def any_number_of_axes(y, t):
    r = (y - t).reshape(len(y), -1)
    return (r * r).sum() / 2 / len(r), (r / len(r)).reshape(y.shape)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        norm_of_the_whole,
        expanded,
        number_by_number,
        weights_of_samples,
        any_number_of_axes,
    )
]


def gradient_as_list(y, t):
    value, dy = textbook(y, t)
    return value, dy.tolist()


def value_in_an_array(y, t):
    value, dy = textbook(y, t)
    return np.array([value]), dy


def difference_in_place(y, t):
    y -= t
    return textbook(y, 0 * t)


def extra_axis(y, t):
    value, dy = textbook(y, t)
    return value, dy[None]


DRESSED = [
    (f.__name__, (f,))
    for f in (gradient_as_list, value_in_an_array, difference_in_place, extra_axis)
]


def huber(y, t):
    r = y - t
    slope = np.clip(r, -1, 1)
    return np.sum(slope * (r - slope / 2)) / len(r), slope / len(r)


def log_cosh(y, t):
    r = y - t
    return np.sum(np.log(np.cosh(r))) / len(r), np.tanh(r) / len(r)


def means_compared(y, t):
    r = y.mean(axis=0) - t.mean(axis=0)
    return 0.5 * np.sum(r**2), np.tile(r / len(y), (len(y), 1))


def mean_over_outputs_sum_over_samples(y, t):
    r = y - t
    return 0.5 * np.sum(np.mean(r**2, axis=1)), r / y.shape[1]


def no_gradient(y, t):
    return textbook(y, t)[0], 0 * y


def gradient_first(y, t):
    return textbook(y, t)[::-1]


def last_row_forgotten(y, t):
    value, dy = textbook(y, t)
    dy = np.array(dy)
    dy[-1] = 0
    return value, dy


def only_value(y, t):
    return textbook(y, t)[0]


def unbiased(y, t):
    r = y - t
    N = max(len(y) - 1, 1)
    return 0.5 * np.sum(r**2) / N, r / N


WRONG = [
    (f.__name__, (f,))
    for f in (
        huber,
        log_cosh,
        means_compared,
        mean_over_outputs_sum_over_samples,
        no_gradient,
        gradient_first,
        last_row_forgotten,
        only_value,
        unbiased,
    )
]
