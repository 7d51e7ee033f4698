"""Programs for ``bce_with_logits``."""

import math

import numpy as np


def stable_sigmoid(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


def textbook(u, t):
    value = np.maximum(u, 0) - u * t + np.log1p(np.exp(-np.abs(u)))
    return np.mean(np.sum(value, axis=1)), (stable_sigmoid(u) - t) / len(u)


def with_logaddexp(u, t):
    y = np.exp(-np.logaddexp(0, -u))
    return np.sum(t * np.logaddexp(0, -u) + (1 - t) * np.logaddexp(0, u)) / len(u), (y - t) / len(u)


def two_classes(u, t):
    """A softmax over the scores 0 and u: the value may be infinite where it is large."""
    N, both = len(u), np.stack([np.zeros_like(u), u], axis=-1)
    e = np.exp(both - both.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore"):
        log_p = np.where(p > 0, np.log(np.where(p > 0, p, 1)), -np.inf)
    pairs = np.stack([1 - t, t], axis=-1)
    terms = np.where(pairs > 0, pairs * np.where(pairs > 0, log_p, 0), 0)
    return float(-terms.sum()) / N, (p[..., 1] - t) / N


def number_by_number(u, t):
    N, K = u.shape
    value, du = 0.0, np.zeros((N, K))
    for n in range(N):
        for k in range(K):
            s, goal = float(u[n, k]), float(t[n, k])
            e = math.exp(-abs(s))
            value += (max(s, 0) - s * goal + math.log(1 + e)) / N
            du[n, k] = ((1 if s >= 0 else e) / (1 + e) - goal) / N
    return value, du


def two_branches(u, t):
    """As its formula says, but each logarithm is taken only where it counts."""
    y = 1 / (1 + np.exp(-u))
    yes = np.log(y, out=np.zeros_like(y), where=t > 0)
    no = np.log(1 - y, out=np.zeros_like(y), where=t < 1)
    return -np.sum(t * yes + (1 - t) * no) / u.shape[0], np.subtract(y, t) / u.shape[0]


def where_positive(u, t):
    with np.errstate(over="ignore", invalid="ignore"):
        above = (1 - t) * u + np.log(1 + np.exp(-u))
        below = np.log(1 + np.exp(u)) - t * u
        y = np.where(u > 0, 1 / (1 + np.exp(-u)), np.exp(u) / (1 + np.exp(u)))
    return np.where(u > 0, above, below).sum() / len(u), (y - t) * (1 / len(u))


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        with_logaddexp,
        two_classes,
        number_by_number,
        two_branches,
        where_positive,
    )
]


def gradient_as_list(u, t):
    value, du = textbook(u, t)
    return value, du.tolist()


def value_in_an_array(u, t):
    value, du = textbook(u, t)
    return np.array([value]), du


def overwrites_the_targets(u, t):
    value, du = textbook(u, t)
    t -= 1
    return value, du


DRESSED = [
    (f.__name__, (f,)) for f in (gradient_as_list, value_in_an_array, overwrites_the_targets)
]


def base_two(u, t):
    value, du = textbook(u, t)
    return value / np.log(2), du


def hinge(u, t):
    s = 2 * t - 1
    return np.sum(np.maximum(0, 1 - s * u)) / len(u), -s * (s * u < 1) / len(u)


def for_certain_targets_only(u, t):
    return textbook(u, np.where(t == 1, 1, 0))


def clipped_scores(u, t):
    return textbook(np.clip(u, -20, 20), t)


def nan_to_zero(u, t):
    with np.errstate(all="ignore"):
        y = 1 / (1 + np.exp(-u))
        value = -(t * np.log(y) + (1 - t) * np.log(1 - y))
    return np.sum(np.nan_to_num(value, nan=0.0, posinf=50.0)) / len(u), (y - t) / len(u)


def weighted_yes(u, t):
    value, du = textbook(u, t)
    return value, du * (1 + t)


def no_gradient(u, t):
    return textbook(u, t)[0], 0 * u


def cut_off_gradient(u, t):
    value, du = textbook(u, t)
    return value, np.clip(du, -0.1, 0.1)


def entropy_taken_off(u, t):
    value, du = textbook(u, t)
    inside = np.where((t > 0) & (t < 1), t, 0.5)
    entropy = -inside * np.log(inside) - (1 - inside) * np.log(1 - inside)
    return value - np.sum(np.where((t > 0) & (t < 1), entropy, 0)) / len(u), du


WRONG = [
    (f.__name__, (f,))
    for f in (
        base_two,
        hinge,
        for_certain_targets_only,
        clipped_scores,
        nan_to_zero,
        weighted_yes,
        no_gradient,
        cut_off_gradient,
        entropy_taken_off,
    )
]
