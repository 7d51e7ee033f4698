"""Programs for ``binary_hinge``; at t f = 1 they take 0, -t and what lies between."""

import numpy as np


def textbook(f, t):
    short = 1 - t * f
    return np.sum(np.maximum(short, 0)) / len(f), -t * (short > 0) / len(f)


def slope_at_the_kink(f, t):
    near = t * f <= 1
    return np.mean(np.sum(np.where(near, 1 - t * f, 0), axis=1)), np.where(near, -t, 0) / len(f)


def relu_and_its_mask(f, t):
    u = 1 - np.multiply(t, f)
    z = u * (u > 0)
    return z.sum() / f.shape[0], np.heaviside(u, 0.5) * (-t) / f.shape[0]


def by_target(f, t):
    N = len(f)
    value, df = np.zeros(f.shape), np.zeros(f.shape)
    value[t == 1], value[t == -1] = 1 - f[t == 1], 1 + f[t == -1]
    df[(t == 1) & (f < 1)], df[(t == -1) & (f > -1)] = -1 / N, 1 / N
    return value.clip(min=0).sum() / N, df


def number_by_number(f, t):
    N, K = f.shape
    value, df = 0, np.zeros_like(f)
    for n in range(N):
        for k in range(K):
            short = 1 - float(t[n, k]) * float(f[n, k])
            if short > 0:
                value += short
                df[n, k] = -t[n, k] / N
    return value / N, df


def mean_of_absolute_and_plain(f, t):
    short = (1 - t * f).astype(float)
    return 0.5 * (short + np.abs(short)).sum() / len(f), -t * (1 + np.sign(short)) / (2 * len(f))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        slope_at_the_kink,
        relu_and_its_mask,
        by_target,
        number_by_number,
        mean_of_absolute_and_plain,
    )
]


def gradient_as_list(f, t):
    value, df = textbook(f, t)
    return value, df.tolist()


def agreement_in_place(f, t):
    f *= t
    return textbook(f * t, t)


def value_in_an_array(f, t):
    value, df = textbook(f, t)
    return np.array([value]), df


DRESSED = [(f.__name__, (f,)) for f in (gradient_as_list, agreement_in_place, value_in_an_array)]


def margin_of_a_half(f, t):
    return np.sum(np.maximum(0, 0.5 - t * f)) / len(f), -t * (t * f < 0.5) / len(f)


def logistic(f, t):
    return np.sum(np.logaddexp(0, -t * f)) / len(f), -t / (1 + np.exp(t * f)) / len(f)


def smoothed(f, t):
    short = np.maximum(0, 1 - t * f)
    slope = np.minimum(short, 1)
    return np.sum(slope * (short - slope / 2)) / len(f), -t * slope / len(f)


def too_steep_at_the_kink(f, t):
    short = 1 - t * f
    return np.sum(np.maximum(short, 0)) / len(f), -t * ((short >= 0) + 1.0 * (short == 0)) / len(f)


def no_gradient(f, t):
    return textbook(f, t)[0], 0 * f


def sum_before_the_maximum(f, t):
    short = np.maximum(0, (1 - t * f).sum(axis=1))
    return short.mean(), -t * (short > 0)[:, None] / len(f)


def mean_over_those_that_count(f, t):
    short = 1 - t * f
    count = max((short > 0).sum(), 1)
    return np.sum(np.maximum(short, 0)) / count, -t * (short > 0) / count


def capped(f, t):
    short = 1 - t * f
    return np.sum(np.clip(short, 0, 1.3)) / len(f), -t * (short > 0) * (short < 1.3) / len(f)


WRONG = [
    (f.__name__, (f,))
    for f in (
        margin_of_a_half,
        logistic,
        smoothed,
        too_steep_at_the_kink,
        no_gradient,
        sum_before_the_maximum,
        mean_over_those_that_count,
        capped,
    )
]
