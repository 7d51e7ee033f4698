"""Solutions of ``contrastive_loss(a, b, same, margin) -> (value, da, db)``.

Mean of ``1/2 (same d^2 + (1 - same) max(0, margin - d)^2)`` with the Euclidean distance d.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, b, same, margin):
    N = len(a)
    same = np.asarray(same).astype(a.dtype)
    r = a - b
    d = np.sqrt((r**2).sum(axis=1))
    short = np.maximum(0, margin - d)
    value = 0.5 * np.mean(same * d**2 + (1 - same) * short**2)
    slope = same * d - (1 - same) * short
    da = (slope / np.where(d > 0, d, 1))[:, None] * r / N
    return value, da, -da


@right
def pure_python(a, b, same, margin):
    value, rows = [], []
    for p, q, s in zip(a.tolist(), b.tolist(), np.asarray(same).tolist(), strict=True):
        d = math.dist(p, q)
        e = d if s else min(d - float(margin), 0.0)
        value.append(e * e / 2)
        rows.append([e * (u - v) / (d or 1.0) / len(a) for u, v in zip(p, q, strict=True)])
    da = np.array(rows, dtype=a.dtype).reshape(a.shape)
    return [math.fsum(value) / len(a), da, 0 - da]


@right
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


# --- wrong ------------------------------------------------------------------------------------


@wrong
def summed_over_calls(a, b, same, margin, total=[0.0]):  # noqa: B006
    value, da, db = textbook(a, b, same, margin)
    total[0] += value
    return total[0], da, db


wrong.edit(
    "far_pairs_of_one_kind_stay_apart",
    textbook,
    "slope = same * d",
    "slope = same * d * (d < margin)",
)
wrong.edit(
    "a_number_added_to_the_distance",
    textbook,
    "slope / np.where(d > 0, d, 1)",
    "slope / (d + 1e-6)",
)

programs.beside_the_point = [
    "return right(a, b, same * 0 + 1, margin)",
    "return np.mean((a - b) ** 2), a - b, b - a",
]

programs.equivalent = changes("""
direction = r / np.where(d > 0, d, 1)[:, None] -> direction = r / np.where(d > 0, d, 2)[:, None]
    the number only keeps 0 from being divided by 0
""")
