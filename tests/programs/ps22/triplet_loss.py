"""Solutions of ``triplet_loss(anchor, positive, negative, margin) -> (value, da, dp, dn)``.

Mean of ``max(0, d(a, p) - d(a, n) + margin)`` with the Euclidean distance, not squared.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes


def euclidean(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=1))


def unit(a, b):
    d = euclidean(a, b)
    return (a - b) / np.where(d > 0, d, 1)[:, None]


programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(anchor, positive, negative, margin):
    N = len(anchor)
    short = euclidean(anchor, positive) - euclidean(anchor, negative) + margin
    active = (short > 0).astype(anchor.dtype)[:, None] / N
    to_p, to_n = unit(anchor, positive), unit(anchor, negative)
    value = np.maximum(short, 0).mean()
    return value, active * (to_p - to_n), -active * to_p, active * to_n


@right
def pure_python(anchor, positive, negative, margin):
    losses, rows = [], []
    for a, p, n in zip(anchor.tolist(), positive.tolist(), negative.tolist(), strict=True):
        d, e = math.dist(a, p), math.dist(a, n)
        loss = max(0.0, d - e + float(margin))
        on = 1 / len(anchor) if loss else 0.0
        u = [on * (x - y) / (d or 1) for x, y in zip(a, p, strict=True)]
        v = [on * (x - y) / (e or 1) for x, y in zip(a, n, strict=True)]
        losses.append(loss)
        rows.append([[x - y for x, y in zip(u, v, strict=True)], [-x for x in u], v])
    grads = np.array(rows, dtype=anchor.dtype).reshape(len(anchor), 3, -1)
    return math.fsum(losses) / len(losses), grads[:, 0], grads[:, 1], grads[:, 2]


@right
def anchor_from_the_others(a, p, n, margin):
    # Moving all three together changes nothing: the gradients sum to zero.
    d, e = np.hypot.reduce(a - p, axis=1), np.hypot.reduce(a - n, axis=1)
    on = (d + margin > e) / len(a)
    dp = ((p - a) * (on / np.maximum(d, 1e-30))[:, None]).astype(a.dtype)
    dn = ((a - n) * (on / np.maximum(e, 1e-30))[:, None]).astype(a.dtype)
    return np.sum(np.clip(d - e + margin, 0, None)) / len(a), -dp - dn, dp, dn


# --- wrong ------------------------------------------------------------------------------------


@wrong
def added_over_calls(anchor, positive, negative, margin, total=[0.0]):  # noqa: B006
    value, *grads = textbook(anchor, positive, negative, margin)
    total[0] += value
    return total[0], *grads


def no_small_distance(anchor, positive, negative, margin):
    value, da, dp, dn = textbook(anchor, positive, negative, margin)
    near, far = (np.minimum(euclidean(anchor, x) / 1e-3, 1) for x in (positive, negative))
    dp, dn = dp * near[:, None], dn * far[:, None]
    return value, -dp - dn, dp, dn


wrong(no_small_distance)

programs.beside_the_point = [
    "return 0.0, 0 * anchor, 0 * anchor, 0 * anchor",
]

programs.equivalent = changes("""
direction = r / np.where(d > 0, d, 1)[:, None] -> direction = r / np.where(d > 0, d, 2)[:, None]
    the number only keeps 0 from being divided by 0
""")
