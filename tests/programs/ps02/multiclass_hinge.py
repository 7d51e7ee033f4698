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
def others_gathered(scores, labels, margin):
    # The other classes as an array (N, K - 1).
    N, K = scores.shape
    other = np.arange(K) != labels[:, None]
    own = np.take_along_axis(scores, labels.astype(np.int64)[:, None], axis=1)
    apart = margin + scores[other].reshape(N, K - 1) - own
    d = np.zeros((N, K))
    d[other] = np.heaviside(apart, 0.5).ravel() / N
    return np.clip(apart, 0, None).sum() / N, d - np.where(other, 0, d.sum(axis=1)[:, None])


@right
def minus_infinity_for_the_right_class(scores, labels, margin):
    N = scores.shape[0]
    index = (np.arange(N), labels)
    gap = scores + margin - scores[index][:, np.newaxis]
    gap[index] = -np.inf
    grad = np.heaviside(gap, 0.5)
    grad[index] -= grad.sum(axis=1)
    return np.clip(gap, 0, None).sum(axis=1).mean(), (grad / N).astype(scores.dtype)


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
def class_by_class(scores, labels, margin):
    N, K = scores.shape
    target = scores[np.arange(N), labels]
    value, grad = 0.0, np.zeros_like(scores)
    for k in range(K):
        short = (margin + scores[:, k] - target) * (labels != k)
        value += short[short > 0].sum()
        grad[:, k] += short > 0
        np.add.at(grad, (np.arange(N), labels), -1.0 * (short > 0))
    return value / N, grad / N


@right
def value_from_the_gradient(scores, labels, margin):
    # Linear in the scores and the margin: L = g . s + margin * (number near) / N.
    _, grad = textbook(scores, labels, margin)
    return np.vdot(grad, scores) + margin * np.maximum(grad, 0).sum(), grad


# --- wrong ------------------------------------------------------------------------------------

GAP, NEAR = "margin + scores - own", "(short > 0).astype(scores.dtype)"
SHORT = f"np.maximum(0, {GAP}) * (1 - t)"
EDITS = {
    "averaged_over_the_other_classes": (
        "short.sum() / len(t), (near - t * count)",
        "short.sum() / len(t) / (t.shape[1] - 1), (near - t * count) / (t.shape[1] - 1)",
    ),
    "own_class_subtracted": ("(1 - t)", "(1 - 2 * t)"),
    "margin_subtracted_in_the_value": ("short.sum() /", "np.maximum(0, short - margin).sum() /"),
    "margin_doubled": (GAP, f"{GAP} + margin"),
    "margin_for_each_class": (GAP, "margin / t.shape[1] + scores - own"),
    "pulled_the_wrong_way": ("- t * count", "+ t * count"),
    "pulled_by_the_number_of_classes": ("t * count", "t * (t.shape[1] - 1)"),
    "pulled_by_all_samples": ("t * count", "t * near.sum()"),
    "pulled_by_the_columns": ("t * count", "t * near.sum(axis=0).max()"),
    "pulled_by_the_mean": ("t * count", "t * near.mean(axis=1, keepdims=True)"),
    "others_not_pushed": ("near - t * count", "-t"),
    "value_squared": ("short.sum()", "(short**2).sum()"),
    "samples_counted": ("short.sum()", "(count > 0).sum()"),
    "two_mistakes_of_the_own_class": (
        "short.sum() / len(t), (near - t * count)",
        "short.sum() / len(t) + margin, (near - t)",
    ),
    "absolute_gap": (
        f"{SHORT}\n    near = {NEAR}",
        f"np.abs({GAP}) * (1 - t)\n    near = np.sign({GAP}) * (1 - t)",
    ),
    # Right for K = 2.
    "maximum_after_the_sum": (
        f"{SHORT}\n    near = {NEAR}",
        f"(({GAP}) * (1 - t)).sum(axis=1, keepdims=True).clip(0)\n    near = (short > 0) * (1 - t)",
    ),
    "first_label_of_the_columns": (
        "(t * scores).sum(axis=1, keepdims=True)",
        "scores[:, labels][:, :1]",
    ),
    # (N, K) - (N,): an error for N != K, wrong for N = K > 1.
    "softmax_gradient": (
        "(near - t * count)",
        "(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True) - t)",
    ),
    "probabilities_for_scores": (
        "t = np.eye",
        "scores = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)\n    t = np.eye",
    ),
    "gradient_of_the_weights": ("(near - t * count)", "scores.T @ (near - t * count)"),
    "gradient_times_the_scores": ("(near - t * count)", "(near - t * count) * np.abs(scores)"),
    "lower_classes_not_pushed": ("(near - t", "(near * (scores > own) - t"),
}
for name, (old, new) in EDITS.items():
    wrong.edit(name, textbook, old, new)

LABELS = {
    "predictions_for_labels": "scores.argmax(axis=1)",
    "labels_from_one": "labels - 1",
    "always_the_first_class": "0 * labels",
}
for name, new in LABELS.items():
    changed = f"labels = {new}\n    t = np.eye"
    wrong.edit(name, textbook, "t = np.eye", changed)


@wrong
def margin_of_the_first_call(scores, labels, margin, kept=[]):  # noqa: B006
    kept.append(margin)
    return textbook(scores, labels, kept[0])


made_of(programs, textbook)
