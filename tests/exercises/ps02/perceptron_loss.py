"""Programs for ``perceptron_loss``; at f = 0 they take 0, -t and what lies between."""

import numpy as np


def textbook(f, t):
    return np.sum(np.maximum(0, -t * f)) / len(f), -t * (t * f < 0) / len(f)


def slope_at_zero(f, t):
    wrong = t * f <= 0
    return np.sum(np.abs(f) * wrong) / f.shape[0], np.where(wrong, -t, 0) / f.shape[0]


def by_signs(f, t):
    value = np.abs(f[np.sign(f) != t]).sum() / len(f)
    return value, (np.sign(f) - t) / 2 / len(f)


def number_by_number(f, t):
    N, K = f.shape
    value, df = 0.0, np.zeros((N, K))
    for n in range(N):
        for k in range(K):
            if f[n, k] > 0 and t[n, k] < 0:
                value, df[n, k] = value + float(f[n, k]), 1 / N
            elif f[n, k] < 0 and t[n, k] > 0:
                value, df[n, k] = value - float(f[n, k]), -1 / N
    return value / N, df


def mean_of_absolute_and_plain(f, t):
    s = -t * f
    return np.mean(np.sum((s + np.abs(s)) / 2, axis=1)), -t * np.heaviside(s, 0.5) / len(f)


VARIANTS = [
    (f.__name__, (f,))
    for f in (textbook, slope_at_zero, by_signs, number_by_number, mean_of_absolute_and_plain)
]


def gradient_as_list(f, t):
    value, df = textbook(f, t)
    return value, df.tolist()


def agreement_in_place(f, t):
    f *= t
    return textbook(f * t, t)


def extra_axis(f, t):
    value, df = textbook(f, t)
    return value, df[None]


DRESSED = [(f.__name__, (f,)) for f in (gradient_as_list, agreement_in_place, extra_axis)]


def rosenblatt_on_targets(f, t):
    y = np.where(f > 0, 1, -1)
    return np.sum((y != t) * np.abs(f)) / len(f), (y - t) / len(f)


def squared(f, t):
    s = np.maximum(0, -t * f)
    return np.sum(s**2) / 2 / len(f), -t * s / len(f)


def logistic(f, t):
    return np.sum(np.logaddexp(0, -t * f)) / len(f), -t / (1 + np.exp(t * f)) / len(f)


def no_gradient(f, t):
    return textbook(f, t)[0], 0 * f


def mean_over_wrong_ones(f, t):
    wrong = t * f < 0
    count = max(wrong.sum(), 1)
    return np.sum(np.maximum(0, -t * f)) / count, -t * wrong / count


def positive_targets_only(f, t):
    wrong = (t > 0) & (f < 0)
    return np.sum(-f * wrong) / len(f), -1.0 * wrong / len(f)


def sum_before_the_maximum(f, t):
    s = np.maximum(0, (-t * f).sum(axis=1))
    return s.mean(), -t * (s > 0)[:, None] / len(f)


WRONG = [
    (f.__name__, (f,))
    for f in (
        rosenblatt_on_targets,
        squared,
        logistic,
        no_gradient,
        mean_over_wrong_ones,
        positive_targets_only,
        sum_before_the_maximum,
    )
]
