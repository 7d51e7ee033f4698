"""Solutions of ``warmup_cosine(t, *, lr, warmup, total) -> float``: a rise, half a cosine, 0."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0.0
    s = (t - warmup) / (total - warmup)
    return 0.5 * lr * (1 + math.cos(math.pi * s))


@right
def progress_clipped(t, *, lr=0.1, warmup=10, total=100):
    if t < warmup:
        return lr * (t / warmup)
    s = np.clip((t - warmup) / (total - warmup), 0, 1) if total > warmup else 1.0
    return (lr + lr * np.cos(s * np.pi)) / 2


@right
def with_where(t, *, lr, warmup, total):
    rise = lr * t / max(warmup, 1)
    fall = lr / 2 * (1 + np.cos(np.pi * (t - warmup) / (total - warmup)))
    return np.where(t < warmup, rise, np.where(t > total, 0.0, fall))


@open_
def single_precision(t, **settings):
    return np.float32(textbook(t, **settings))
