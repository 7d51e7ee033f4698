"""Programs for ``warmup_cosine``."""

import math

import numpy as np


def three_cases(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0
    return lr / 2 * (1 + math.cos(math.pi * (t - warmup) / (total - warmup)))


def squared_cosine(t, *, lr, warmup, total):
    if t < warmup:
        return t / warmup * lr
    share = min((t - warmup) / (total - warmup), 1.0)
    return lr * np.cos(np.pi / 2 * share) ** 2


def clipped(t, *, lr, warmup, total):
    share = np.clip((t - warmup) / (total - warmup), 0, 1)
    rise = 1.0 if warmup == 0 else min(1.0, t / warmup)
    return np.asarray(rise * 0.5 * lr * (1 + np.cos(np.pi * share)))


def with_where(t, *, lr, warmup, total):
    rise = lr * t / max(warmup, 1)
    fall = lr / 2 * (1 + np.cos(np.pi * (t - warmup) / (total - warmup)))
    return np.where(t < warmup, rise, np.where(t > total, 0.0, fall))


def interpolated_angle(t, *, lr, warmup, total):
    if t < warmup:
        return np.interp(t, [0, warmup], [0, lr])
    angle = np.interp(t, [warmup, total], [0, math.pi])
    return lr * (1 - math.sin(angle / 2) ** 2)


def single_precision(t, *, lr, warmup, total):
    return np.float32(three_cases(t, lr=lr, warmup=warmup, total=total))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        three_cases,
        squared_cosine,
        clipped,
        with_where,
        interpolated_angle,
        single_precision,
    )
]


def in_an_array(t, **settings):
    return np.array([three_cases(t, **settings)])


DRESSED = [("in_an_array", (in_an_array,))]


def full_cosine(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    return lr / 2 * (1 + math.cos(2 * math.pi * min((t - warmup) / (total - warmup), 1)))


def constant_rise(t, *, lr, warmup, total):
    return lr if t < warmup else three_cases(t, lr=lr, warmup=warmup, total=total)


def rises_with_the_cosine(t, *, lr, warmup, total):
    rise = min(1, t / warmup) if warmup else 1
    return rise * lr / 2 * (1 + math.cos(math.pi * min(t / total, 1)))


def total_counts_the_fall(t, *, lr, warmup, total):
    return three_cases(t, lr=lr, warmup=warmup, total=warmup + total)


def degrees(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    return lr / 2 * (1 + math.cos(180 * min((t - warmup) / (total - warmup), 1)))


def stays_up(t, *, lr, warmup, total):
    return min(t / warmup, 1) * lr if warmup else lr


def whole_rise(t, *, lr, warmup, total):
    if t < warmup:
        return lr * (t // warmup)
    return three_cases(t, lr=lr, warmup=warmup, total=total)


WRONG = [
    (f.__name__, (f,))
    for f in (
        full_cosine,
        constant_rise,
        rises_with_the_cosine,
        total_counts_the_fall,
        degrees,
        stays_up,
        whole_rise,
    )
]
