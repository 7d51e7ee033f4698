"""Solutions of ``multiclass_hinge(scores, labels, margin) -> (value, dscores)``.

The sum over all other classes of ``max(0, margin + s_k - s_label)``, the mean over the samples.
Where that is exactly at its kink any subgradient is right.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(scores, labels, margin):
    t = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
    own = (t * scores).sum(axis=1, keepdims=True)
    short = np.maximum(0, margin + scores - own) * (1 - t)
    near = (short > 0).astype(scores.dtype)
    count = near.sum(axis=1, keepdims=True)
    return short.sum() / len(t), (near - t * count) / len(t)


@right
def full_slope_at_the_kink(scores, labels, margin):
    N, K = scores.shape
    right = labels.reshape(-1, 1) == np.arange(K)
    gap = scores - np.take_along_axis(scores, labels.reshape(-1, 1), axis=1) + margin
    near = (gap >= 0) & ~right
    grad = np.where(right, -near.sum(axis=1, keepdims=True), near) / N
    return gap[near].sum() / N, grad.astype(scores.dtype)


@right
def rows_in_turn(scores, labels, margin):
    values, grad = [], np.zeros_like(scores)
    for n, (s, k) in enumerate(zip(scores, labels, strict=True)):
        short = np.delete(s, k) - s[k] + margin
        inside = short > 0
        values.append(math.fsum(short[inside]))
        grad[n] = np.insert(inside.astype(s.dtype), min(k, len(inside)), -np.sum(inside))
    return sum(values) / len(values), grad / len(values)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def margin_of_the_first_call(scores, labels, margin, kept=[]):  # noqa: B006
    kept.append(margin)
    return textbook(scores, labels, kept[0])


made_of(programs, textbook)


@wrong
def equal_scores_are_the_right_class(scores, labels, margin):
    own = scores[np.arange(len(labels)), labels][:, None]
    short = np.maximum(0, scores - own + margin) * (scores != own)
    dscores = (short > 0).astype(scores.dtype)
    dscores[np.arange(len(labels)), labels] = -dscores.sum(axis=1)
    return short.sum() / len(scores), dscores / len(scores)


programs.beside_the_point = [
    "return 0.0, 0 * scores",
    "return -np.mean(scores), -scores / len(scores)",
]
