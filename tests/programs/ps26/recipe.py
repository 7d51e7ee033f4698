"""Solutions of ``recipe``: clipping, AdamW, warm-up and cosine, averaged weights."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    average = m = v = np.zeros_like(w)
    for t in range(1, total + 1):
        g = gradient(w, t)
        norm = np.linalg.norm(g)
        if norm > max_norm:
            g = g / norm * max_norm
        if t < warmup:
            rate = lr * t / warmup
        else:
            rate = lr * math.cos(math.pi / 2 * (t - warmup) / (total - warmup)) ** 2
        m, v = m + 0.1 * (g - m), v + 0.01 * (g * g - v)
        w = (1 - rate * weight_decay) * w
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
        average = average + (1 - keep) / (1 - keep**t) * (w - average)
    return w, average


@right
def averaged_at_the_end(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    steps = np.arange(1, total + 1)
    cosine = (1 + np.cos(np.pi * (steps - warmup) / (total - warmup))) / 2
    rates = lr * np.where(steps <= warmup, steps / warmup, cosine)
    path, clipped = [], []
    for t, rate in zip(steps.tolist(), rates, strict=True):
        g = gradient(w, t)
        clipped.append(g / max(1, np.linalg.norm(g) / max_norm))
        past = np.array(clipped)
        first, second = (b ** np.arange(t)[::-1][:, None] for b in (0.9, 0.99))
        m = np.sum(first * past, axis=0) / np.sum(first)
        v = np.sum(second * past**2, axis=0) / np.sum(second)
        w = w - rate * m / (np.sqrt(v) + 1e-8) - rate * weight_decay * w
        path.append(w)
    shares = keep ** np.arange(total)[::-1]
    return w, shares @ np.array(path) / np.sum(shares)


@right
def uncorrected_sum(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    w, m, v, weighted, shares = w + 0.0, 0.0, 0.0, 0.0, 0.0
    for t in range(1, total + 1):
        g = gradient(w, t)
        g = g * np.minimum(1.0, max_norm / np.sqrt(np.sum(g**2)))
        progress = max(0.0, (t - warmup) / (total - warmup))
        rate = lr * min(1.0, t / warmup) * (1 + math.cos(math.pi * progress)) / 2
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        root = np.sqrt(v) / math.sqrt(1 - 0.99**t) + 1e-8
        w = w - rate * (m / (1 - 0.9**t) / root + weight_decay * w)
        weighted, shares = keep * weighted + w, keep * shares + 1
    return w, weighted / shares


@wrong
def moments_of_the_last_call(
    w,
    gradient,
    total,
    *,
    lr,
    warmup,
    weight_decay,
    max_norm,
    keep,
    kept=[],  # noqa: B006
):
    settings = {"lr": lr, "warmup": warmup, "weight_decay": weight_decay}
    found = textbook(w, gradient, total, **settings, max_norm=max_norm, keep=keep)
    kept.append(found[0])
    return (found[0] + (0 if len(kept) == 1 else 0.01 * kept[0])), found[1]


def path_of(w, gradient, total, **settings):
    """The weights after each step."""
    seen = []

    def noted(w, t):
        seen.append(w)
        return gradient(w, t)

    last, _average = textbook(w, noted, total, **settings)
    return np.array([*seen[1:], last])


@wrong
def the_last_hundred_weights(w, gradient, total, *, keep, **settings):
    path = path_of(w, gradient, total, keep=keep, **settings)
    shares = keep ** np.arange(total)[::-1]
    return path[-1], shares[-100:] @ path[-100:] / np.sum(shares[-100:])


@wrong
def shares_as_inverse_powers(w, gradient, total, *, keep, **settings):
    path = path_of(w, gradient, total, keep=keep, **settings)
    shares = (1 / max(keep, 1e-3)) ** np.arange(total)
    return path[-1], shares @ path / np.sum(shares)


programs.beside_the_point = [
    "return w - lr * gradient(w, 1), w",
    "return 0 * w, 0 * w",
]

programs.equivalent = changes("""
m, v, average = (0 * w, 0 * w, 0 * w) -> m, v, average = (0 / w, 0 * w, 0 * w)
m, v, average = (0 * w, 0 * w, 0 * w) -> m, v, average = (0 * w, 0 / w, 0 * w)
m, v, average = (0 * w, 0 * w, 0 * w) -> m, v, average = (0 * w, 0 * w, 0 / w)
    0 divided by w is 0, too
m, v, average = (0 * w, 0 * w, 0 * w) -> m, v, average = (0 * w, 0 * w, 0 + w)
m, v, average = (0 * w, 0 * w, 0 * w) -> m, v, average = (0 * w, 0 * w, 1 * w)
    the average before the first step has no share
""")
