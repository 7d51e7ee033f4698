"""Programs for ``contrastive_loss``."""

import math

import numpy as np


def with_where(a, b, same, margin):
    r = a - b
    d = np.linalg.norm(r, axis=1)
    short = np.maximum(0, margin - d)
    value = np.mean(0.5 * np.where(same == 1, d**2, short**2))
    safe = np.where(d == 0, 1, d)
    slope = np.where(same == 1, d, -short) / safe
    da = (slope[:, None] * r / len(a)).astype(a.dtype)
    return value, da, -da


def small_number_in_the_root(a, b, same, margin):
    s = same.astype(a.dtype)[:, None]
    r = b - a
    d = np.sqrt((r * r).sum(axis=1, keepdims=True) + 1e-14)
    short = np.clip(margin - d, 0, None)
    per_pair = 0.5 * (s * d**2 + (1 - s) * short**2)
    db = (s * r - (1 - s) * short * r / d) / r.shape[0]
    return float(per_pair.mean()), -db, db


def number_by_number(a, b, same, margin):
    value, da, db = 0.0, np.zeros_like(a), np.zeros_like(b)
    for n in range(len(a)):
        r = [float(p) - float(q) for p, q in zip(a[n], b[n], strict=True)]
        d = math.hypot(*r)
        if same[n]:
            value += d * d / 2
            slope = 1.0
        elif d < margin:
            value += (margin - d) ** 2 / 2
            slope = (d - margin) / d
        else:
            slope = 0
        for k, one in enumerate(r):
            da[n, k] = slope * one / len(a)
            db[n, k] = -da[n, k]
    return value / len(a), da, db


def with_masks(a, b, same, margin):
    same = same.astype(bool)
    r = a - b
    d = np.sqrt(np.einsum("nd,nd->n", r, r))
    da = np.zeros_like(a)
    da[same] = r[same]
    push = ~same & (d <= margin)
    da[push] = -((margin - d[push]) / d[push])[:, None] * r[push]
    value = 0.5 * (np.sum(d[same] ** 2) + np.sum((margin - d[push]) ** 2)) / len(a)
    da /= len(a)
    return value, da, np.negative(da)


def by_differences(a, b, same, margin):
    """In double precision; far too slow for training."""

    def loss(a, b):
        d = np.sqrt(np.sum((a - b) ** 2, axis=1))
        s = same.astype(float)
        return float(np.mean(0.5 * (s * d**2 + (1 - s) * np.maximum(0, margin - d) ** 2)))

    wide = a.astype(float), b.astype(float)
    gradients = []
    for k in range(2):
        g = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            up, down = [v.copy() for v in wide], [v.copy() for v in wide]
            up[k][i] += 1e-6
            down[k][i] -= 1e-6
            g[i] = (loss(*up) - loss(*down)) / 2e-6
        gradients.append(g.astype(a.dtype))
    return loss(*wide), *gradients


VARIANTS = [
    (f.__name__, (f,)) for f in (with_where, small_number_in_the_root, number_by_number, with_masks)
]
# Differences are right to about 1e-9 of the value, which is enough.
VARIANTS.append(("by_differences", (by_differences,)))


def as_lists(a, b, same, margin):
    value, da, db = with_where(a, b, same, margin)
    return [value], da.tolist(), db.tolist()


def in_place(a, b, same, margin):
    value, da, db = with_where(a, b, same, margin)
    a -= da
    return value, da, db


def double_precision(a, b, same, margin):
    return with_where(a.astype(float), b.astype(float), same, margin)


def row_of_one(a, b, same, margin):
    value, da, db = with_where(a, b, same, margin)
    return value, da[None], db[None]


DRESSED = [(f.__name__, (f,)) for f in (as_lists, in_place, double_precision, row_of_one)]


def margin_of_one(a, b, same, margin):
    return with_where(a, b, same, 1.0)


def same_only(a, b, same, margin):
    return with_where(a, b, np.ones_like(same), margin)


def gradients_exchanged(a, b, same, margin):
    value, da, db = with_where(a, b, same, margin)
    return value, db, da


def no_value(a, b, same, margin):
    return None, *with_where(a, b, same, margin)[1:]


def values_per_pair(a, b, same, margin):
    _, da, db = with_where(a, b, same, margin)
    d = np.linalg.norm(a - b, axis=1)
    return np.where(same == 1, d**2, np.maximum(0, margin - d) ** 2) / 2, da, db


def large_number_in_the_root(a, b, same, margin):
    r = a - b
    d = np.sqrt((r * r).sum(axis=1) + 0.01)
    s = same.astype(a.dtype)
    short = np.maximum(margin - d, 0)
    da = ((s - (1 - s) * short / d)[:, None] * r) / len(a)
    return np.mean(s * d**2 + (1 - s) * short**2) / 2, da, -da


def distances_over_columns(a, b, same, margin):
    d = np.linalg.norm(a - b, axis=0)
    value, da, db = with_where(a, b, same, margin)
    return np.mean(d**2) / 2, da, db


def mean_over_each_kind(a, b, same, margin):
    value, da, db = with_where(a, b, same, margin)
    n_same = max(np.sum(same == 1), 1)
    factor = np.where(same == 1, len(a) / n_same, len(a) / max(len(a) - n_same, 1))[:, None]
    return value, da * factor, db * factor


def forces(a, b, same, margin):
    """The negative gradients, as if they were forces."""
    value, da, db = with_where(a, b, same, margin)
    return value, -da, -db


WRONG = [
    (f.__name__, (f,))
    for f in (
        margin_of_one,
        same_only,
        gradients_exchanged,
        no_value,
        values_per_pair,
        large_number_in_the_root,
        distances_over_columns,
        mean_over_each_kind,
        forces,
    )
]
