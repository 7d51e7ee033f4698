"""Programs for ``mean_absolute_error``; at y = t they take -1, 0, 1 and what lies between."""

import numpy as np


def textbook(y, t):
    return np.mean(np.sum(np.abs(y - t), axis=1)), np.sign(y - t) / len(y)


def one_at_zero(y, t):
    r = y - t
    return np.abs(r).sum() / y.shape[0], np.where(r >= 0, 1.0, -1.0) / y.shape[0]


def minus_one_at_zero(y, t):
    up = y > t
    return float(np.linalg.norm((y - t).ravel(), 1)) / len(y), (2 * up - 1) / len(y)


def largest_minus_smallest(y, t):
    value = np.sum(np.maximum(y, t) - np.minimum(y, t)) / len(y)
    return value, ((y > t) * 1.0 - (y < t) * 1.0) / len(y)


def number_by_number(y, t):
    N, K = y.shape
    value, dy = 0, np.empty(y.shape)
    for n in range(N):
        for k in range(K):
            value += abs(y[n, k] - t[n, k])
            dy[n, k] = 1 / N if y[n, k] > t[n, k] else -1 / N if y[n, k] < t[n, k] else 0.3 / N
    return value / N, dy


def quotient(y, t):
    r = (y - t).astype(float)
    size = np.abs(r)
    return size.sum() / len(r), np.divide(r, size, out=np.zeros_like(r), where=size > 0) / len(r)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        one_at_zero,
        minus_one_at_zero,
        largest_minus_smallest,
        number_by_number,
        quotient,
    )
]


def gradient_as_list(y, t):
    value, dy = textbook(y, t)
    return value, dy.tolist()


def writes_into_y(y, t):
    y -= t
    return np.sum(np.abs(y)) / len(y), np.sign(y) / len(y)


def extra_axis(y, t):
    value, dy = textbook(y, t)
    return value, dy[..., None]


DRESSED = [(f.__name__, (f,)) for f in (gradient_as_list, writes_into_y, extra_axis)]


def median_for_mean(y, t):
    return np.median(np.sum(np.abs(y - t), axis=1)), np.sign(y - t) / len(y)


def relative(y, t):
    return np.sum(np.abs(y - t) / np.abs(t)) / len(y), np.sign(y - t) / np.abs(t) / len(y)


def smoothed(y, t):
    r = np.sqrt((y - t) ** 2 + 0.01)
    return np.sum(r) / len(y), (y - t) / r / len(y)


def huber(y, t):
    r = y - t
    slope = np.clip(r, -1, 1)
    return np.sum(slope * (r - slope / 2)) / len(r), slope / len(r)


def jump_at_zero_too_large(y, t):
    r = y - t
    return np.sum(np.abs(r)) / len(y), np.where(r == 0, 2.0, np.sign(r)) / len(y)


def sign_of_y(y, t):
    return np.sum(np.abs(y - t)) / len(y), np.sign(y) / len(y)


def no_gradient(y, t):
    return textbook(y, t)[0], 0 * y


def largest_only(y, t):
    return np.mean(np.abs(y - t).max(axis=1)), np.sign(y - t) / len(y)


WRONG = [
    (f.__name__, (f,))
    for f in (
        median_for_mean,
        relative,
        smoothed,
        huber,
        jump_at_zero_too_large,
        sign_of_y,
        no_gradient,
        largest_only,
    )
]
