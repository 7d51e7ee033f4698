"""Programs for ``triplet_loss``."""

import math

import numpy as np


def with_linalg(anchor, positive, negative, margin):
    to_p, to_n = anchor - positive, anchor - negative
    d_p = np.linalg.norm(to_p, axis=1, keepdims=True)
    d_n = np.linalg.norm(to_n, axis=1, keepdims=True)
    loss = np.maximum(0, d_p - d_n + margin)
    g = (loss > 0) / anchor.dtype.type(len(anchor))
    dp, dn = -(g * to_p / d_p).astype(to_p.dtype), (g * to_n / d_n).astype(to_n.dtype)
    return loss.mean(), -dp - dn, dp, dn


def only_the_active(anchor, positive, negative, margin):
    N = len(anchor)
    d_p = np.sqrt(np.square(anchor - positive).sum(1))
    d_n = np.sqrt(np.square(anchor - negative).sum(1))
    short = margin + d_p - d_n
    on = np.flatnonzero(short >= 0)
    da, dp, dn = (np.zeros_like(v) for v in (anchor, positive, negative))
    dp[on] = (positive - anchor)[on] / d_p[on, None] / N
    dn[on] = (anchor - negative)[on] / d_n[on, None] / N
    da[on] = -dp[on] - dn[on]
    return short[on].sum() / N, da, dp, dn


def number_by_number(anchor, positive, negative, margin):
    N, D = anchor.shape
    value = 0.0
    da, dp, dn = (np.zeros(anchor.shape, anchor.dtype) for _ in range(3))
    for n in range(N):
        d_p, d_n = math.dist(anchor[n], positive[n]), math.dist(anchor[n], negative[n])
        if d_p - d_n + margin > 0:
            value += (d_p - d_n + margin) / N
            for k in range(D):
                p = float(anchor[n, k] - positive[n, k]) / d_p / N
                q = float(anchor[n, k] - negative[n, k]) / d_n / N
                da[n, k], dp[n, k], dn[n, k] = p - q, -p, q
    return value, da, dp, dn


def small_number_below(anchor, positive, negative, margin):
    def distance(v):
        return np.sqrt(np.sum(v * v, axis=1) + 1e-12)

    p, q = anchor - positive, anchor - negative
    d_p, d_n = distance(p), distance(q)
    active = np.where(d_p - d_n + margin > 0, 1, 0)
    scale = (active / len(p)).astype(p.dtype)
    to_p, to_n = (scale / d_p)[:, None] * p, (scale / d_n)[:, None] * q
    value = float(np.sum(active * (d_p - d_n + margin))) / len(p)
    return [value, to_p - to_n, -to_p, to_n]


def softplus_limit(anchor, positive, negative, margin):
    """The hinge as 0.5 (s + |s|), its slope as 0.5 (1 + sign s)."""
    p, q = anchor - positive, anchor - negative
    u = p / np.linalg.norm(p, axis=1)[:, None]
    v = q / np.linalg.norm(q, axis=1)[:, None]
    s = np.sum(p * u, axis=1) - np.sum(q * v, axis=1) + margin
    half = 0.5 * (1 + np.sign(s))[:, None] / len(s)
    return np.mean(0.5 * (s + np.abs(s))), half * (u - v), -half * u, half * v


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        with_linalg,
        only_the_active,
        number_by_number,
        small_number_below,
        softplus_limit,
    )
]


def as_lists(anchor, positive, negative, margin):
    value, *gradients = with_linalg(anchor, positive, negative, margin)
    return value, *[g.tolist() for g in gradients]


def in_place(anchor, positive, negative, margin):
    results = with_linalg(anchor, positive, negative, margin)
    negative -= anchor
    return results


def double_precision(anchor, positive, negative, margin):
    return with_linalg(*(v.astype(float) for v in (anchor, positive, negative)), margin)


def value_in_an_array(anchor, positive, negative, margin):
    value, *gradients = with_linalg(anchor, positive, negative, margin)
    return np.array([[value]]), *gradients


DRESSED = [(f.__name__, (f,)) for f in (as_lists, in_place, double_precision, value_in_an_array)]


def positive_to_negative(anchor, positive, negative, margin):
    """Also pushes positive and negative apart (the swap of some libraries)."""
    return with_linalg(positive, anchor, negative, margin)


def softplus(anchor, positive, negative, margin):
    p, q = anchor - positive, anchor - negative
    d_p, d_n = (np.linalg.norm(v, axis=1, keepdims=True) for v in (p, q))
    s = d_p - d_n + margin
    g = 1 / (1 + np.exp(-s)) / len(s)
    return np.mean(np.log1p(np.exp(s))), g * (p / d_p - q / d_n), -g * p / d_p, g * q / d_n


def margin_of_one(anchor, positive, negative, margin):
    return with_linalg(anchor, positive, negative, 1.0)


def order_of_results(anchor, positive, negative, margin):
    value, da, dp, dn = with_linalg(anchor, positive, negative, margin)
    return value, da, dn, dp


def hardest_only(anchor, positive, negative, margin):
    d_p = np.linalg.norm(anchor - positive, axis=1)
    d_n = np.linalg.norm(anchor - negative, axis=1)
    k = np.argmax(d_p - d_n)
    value, *gradients = with_linalg(anchor, positive, negative, margin)
    mask = (np.arange(len(anchor)) == k)[:, None]
    return max(0, (d_p - d_n + margin)[k]), *[g * mask for g in gradients]


def half(anchor, positive, negative, margin):
    value, *gradients = with_linalg(anchor, positive, negative, margin)
    return value / 2, *[g / 2 for g in gradients]


def values_per_triplet(anchor, positive, negative, margin):
    d_p = np.linalg.norm(anchor - positive, axis=1)
    d_n = np.linalg.norm(anchor - negative, axis=1)
    return np.maximum(d_p - d_n + margin, 0), *with_linalg(anchor, positive, negative, margin)[1:]


def cosine(anchor, positive, negative, margin):
    unit = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (anchor, positive, negative)]
    return with_linalg(*unit, margin)


def forgets_one(anchor, positive, negative, margin):
    value, da, dp, dn = with_linalg(anchor, positive, negative, margin)
    return value, da, dp, np.zeros_like(dn)


WRONG = [
    (f.__name__, (f,))
    for f in (
        positive_to_negative,
        softplus,
        margin_of_one,
        order_of_results,
        hardest_only,
        half,
        values_per_triplet,
        cosine,
        forgets_one,
    )
]
