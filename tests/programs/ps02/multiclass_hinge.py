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
def rows_and_labels(scores, labels, margin):
    N = len(scores)
    rows = np.arange(N)
    short = np.maximum(0, scores - scores[rows, labels][:, None] + float(margin))
    short[rows, labels] = 0
    grad = (short > 0).astype(scores.dtype)
    grad[rows, labels] = -grad.sum(axis=1)
    return short.sum() / N, grad / N


@right
def full_slope_at_the_kink(scores, labels, margin):
    N, K = scores.shape
    right = labels.reshape(-1, 1) == np.arange(K)
    gap = scores - np.take_along_axis(scores, labels.reshape(-1, 1), axis=1) + margin
    near = (gap >= 0) & ~right
    grad = np.where(right, -near.sum(axis=1, keepdims=True), near) / N
    return gap[near].sum() / N, grad.astype(scores.dtype)


@right
def three_loops(scores, labels, margin):
    N, K = scores.shape
    value, grad = 0.0, np.zeros_like(scores)
    for n in range(N):
        right = labels[n]
        for k in range(K):
            if k == right:
                continue
            short = float(scores[n, k]) - float(scores[n, right]) + margin
            if short > 0:
                value += short / N
                grad[n, k] += 1 / N
                grad[n, right] -= 1 / N
    return value, grad


@right
def own_class_counted_and_subtracted(scores, labels, margin):
    # The right class adds exactly the margin to each sample and nothing to the gradient.
    N, K = scores.shape
    t = np.eye(K, dtype=scores.dtype)[labels]
    gap = np.maximum(scores - (t * scores).sum(axis=1, keepdims=True) + margin, 0)
    near = (gap > 0).astype(scores.dtype) * (1 - t)
    grad = near - t * near.sum(axis=1, keepdims=True)
    return gap.sum() / N - margin, (grad / N).astype(scores.dtype)


@right
def rows_in_turn(scores, labels, margin):
    values, grad = [], np.zeros_like(scores)
    for n, (s, k) in enumerate(zip(scores, labels, strict=True)):
        short = np.delete(s, k) - s[k] + margin
        inside = short > 0
        values.append(math.fsum(short[inside]))
        grad[n] = np.insert(inside.astype(s.dtype), min(k, len(inside)), -np.sum(inside))
    return sum(values) / len(values), grad / len(values)


@right
def through_the_differences(scores, labels, margin):
    # All differences d = A s with a matrix for each label; the gradient is A^T step(d + margin).
    N, K = scores.shape
    eye = np.eye(K, dtype=scores.dtype)
    A = eye[None] - eye[labels][:, None, :]
    d = np.einsum("nkj,nj->nk", A, scores) + np.where(eye[labels] > 0, -np.inf, margin)
    step = (d > 0).astype(scores.dtype)
    return np.sum(d, where=d > 0) / N, np.einsum("nkj,nk->nj", A, step) / N


@right
def value_from_the_gradient(scores, labels, margin):
    # Linear in the scores and the margin: L = g . s + margin * (number near) / N.
    _, grad = textbook(scores, labels, margin)
    return np.vdot(grad, scores) + margin * np.maximum(grad, 0).sum(), grad


# --- wrong ------------------------------------------------------------------------------------


@wrong
def margin_of_the_first_call(scores, labels, margin, kept=[]):  # noqa: B006
    kept.append(margin)
    return textbook(scores, labels, kept[0])


made_of(programs, textbook)
