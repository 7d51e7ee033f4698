"""Solutions of ``multiclass_hinge(scores, labels, margin) -> (value, gradient)``.

The sum over all other classes of ``max(0, margin + s_k - s_label)``, the mean over the samples.
Where that is exactly at its kink any subgradient is right.
"""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(scores, labels, margin):
    N = len(scores)
    rows = np.arange(N)
    short = np.maximum(0, scores - scores[rows, labels][:, None] + float(margin))
    short[rows, labels] = 0
    grad = (short > 0).astype(scores.dtype)
    grad[rows, labels] = -grad.sum(axis=1)
    return short.sum() / N, grad / N


@put(RIGHT)
def full_slope_at_the_kink(scores, labels, margin):
    N, K = scores.shape
    right = labels.reshape(-1, 1) == np.arange(K)
    gap = scores - np.take_along_axis(scores, labels.reshape(-1, 1), axis=1) + margin
    near = (gap >= 0) & ~right
    grad = np.where(right, -near.sum(axis=1, keepdims=True), near) / N
    return gap[near].sum() / N, grad.astype(scores.dtype)


@put(RIGHT)
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


@put(RIGHT)
def own_class_counted_and_taken_off(scores, labels, margin):
    # The right class adds exactly the margin to each sample and nothing to the gradient.
    N, K = scores.shape
    t = np.eye(K, dtype=scores.dtype)[labels]
    gap = np.maximum(scores - (t * scores).sum(axis=1, keepdims=True) + margin, 0)
    near = (gap > 0).astype(scores.dtype) * (1 - t)
    grad = near - t * near.sum(axis=1, keepdims=True)
    return gap.sum() / N - margin, (grad / N).astype(scores.dtype)


@put(RIGHT)
def others_gathered(scores, labels, margin):
    # The other classes as an array (N, K - 1).
    N, K = scores.shape
    others = np.array([[k for k in range(K) if k != l] for l in labels], dtype=int)  # noqa: E741
    others = others.reshape(N, K - 1)
    short = np.take_along_axis(scores, others, 1) - scores[range(N), labels].reshape(N, 1) + margin
    grad = np.zeros_like(scores)
    np.put_along_axis(grad, others, (short > 0) / N, axis=1)
    grad[range(N), labels] -= grad.sum(axis=1)
    return float(np.maximum(short, 0).sum() / N), grad


@put(RIGHT)
def minus_infinity_for_the_right_class(scores, labels, margin):
    N = scores.shape[0]
    index = (np.arange(N), labels)
    gap = scores + margin - scores[index][:, np.newaxis]
    gap[index] = -np.inf
    grad = np.heaviside(gap, 0.5)
    grad[index] -= grad.sum(axis=1)
    return np.clip(gap, 0, None).sum(axis=1).mean(), (grad / N).astype(scores.dtype)


@put(RIGHT)
def rows_in_turn(scores, labels, margin):
    values, grad = [], np.zeros_like(scores)
    for n, (s, k) in enumerate(zip(scores, labels, strict=True)):
        short = np.delete(s, k) - s[k] + margin
        inside = short > 0
        values.append(math.fsum(short[inside]))
        grad[n] = np.insert(inside.astype(s.dtype), min(k, len(inside)), -np.sum(inside))
    return sum(values) / len(values), grad / len(values)


@put(RIGHT)
def through_the_differences(scores, labels, margin):
    # All differences d = A s with a matrix for each label; the gradient is A^T step(d + margin).
    N, K = scores.shape
    eye = np.eye(K, dtype=scores.dtype)
    A = eye[None] - eye[labels][:, None, :]
    d = np.einsum("nkj,nj->nk", A, scores) + np.where(eye[labels] > 0, -np.inf, margin)
    step = (d > 0).astype(scores.dtype)
    return np.sum(d, where=d > 0) / N, np.einsum("nkj,nk->nj", A, step) / N


@put(RIGHT)
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


@put(RIGHT)
def absolute_values(scores, labels, margin):
    N, K = scores.shape
    right = np.zeros((N, K), dtype=bool)
    right[np.arange(N), labels] = True
    a = np.where(right, 0, scores - scores[right].reshape(N, 1) + margin)
    slope = np.where(right, 0, (1 + np.sign(a)) / 2)
    grad = slope - right * slope.sum(1, keepdims=True)
    return np.array((a + np.abs(a)).sum() / (2 * N)), (grad / N).astype(scores.dtype)


@put(RIGHT)
def value_from_the_gradient(scores, labels, margin):
    # Linear in the scores and the margin: L = g . s + margin * (number near) / N.
    _, grad = textbook(scores, labels, margin)
    return np.vdot(grad, scores) + margin * np.maximum(grad, 0).sum(), grad


@put(RIGHT)
def default_margin(scores, labels, margin=1.0, *, reduction="mean"):
    value, grad = three_loops(scores, labels, margin)
    return (value, grad) if reduction == "mean" else (value * len(scores), grad * len(scores))


RIGHT["partially_applied"] = (functools.partial(default_margin, reduction="mean"),)


@put(RIGHT)
def list_instead_of_tuple(scores, labels, margin):
    return list(textbook(scores, labels, margin))


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(scores, labels, margin):  # lists
    value, grad = textbook(scores, labels, margin)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(scores, labels, margin):  # value of shape (1,)
    value, grad = textbook(scores, labels, margin)
    return np.array([value]), grad


@put(FORM)
def leading_axis(scores, labels, margin):  # gradient of shape (1, N, K)
    value, grad = textbook(scores, labels, margin)
    return value, grad[None]


@put(FORM)
def scores_shifted_in_place(scores, labels, margin):  # scores are changed
    scores -= scores[np.arange(len(scores)), labels][:, None]
    return textbook(scores, labels, margin)


@put(FORM)
def labels_overwritten(scores, labels, margin):  # labels are changed
    result = textbook(scores, labels, margin)
    labels[:] = 0
    return result


# Whether a loss keeps float32 is not judged: its value is a number for people.
@put(EITHER)
def filled_zeros(scores, labels, margin):  # float64 from float32
    value, right = textbook(scores, labels, margin)
    grad = np.zeros(scores.shape)
    grad += right
    return value, grad


# One-hot rows are float64 in this course.
@put(EITHER)
def double_precision_one_hot(scores, labels, margin):
    t = np.eye(scores.shape[1])[labels]
    short = (1 - t) * np.maximum(0, margin + scores - (t * scores).sum(1, keepdims=True))
    near = (short > 0).astype(float)
    return short.sum() / len(t), (near - t * near.sum(1, keepdims=True)) / len(t)


# --- wrong ------------------------------------------------------------------------------------


def variant(
    scores,
    labels,
    margin,
    *,
    gap=lambda s, right, margin: margin + s - right,
    own=lambda short: 0.0,
    loss=lambda short: short,
    near=lambda short: (short > 0).astype(float),
    pull=lambda near: -near.sum(axis=1),
    by=len,
    gradient_by=len,
):
    """The loss with places to go wrong."""
    rows = np.arange(len(scores))
    short = np.maximum(0, gap(scores, scores[rows, labels][:, None], margin))
    short[rows, labels] = own(short[rows, labels])
    grad = near(short)
    grad[rows, labels] = 0
    grad[rows, labels] = pull(grad)
    return np.sum(loss(short)) / by(scores), grad / gradient_by(scores)


for name, spoilt in {
    "sum_over_the_batch": {"by": lambda s: 1, "gradient_by": lambda s: 1},
    "gradient_not_averaged": {"gradient_by": lambda s: 1},
    "value_not_averaged": {"by": lambda s: 1},
    "averaged_over_classes_too": {"by": np.size, "gradient_by": np.size},
    "value_averaged_over_classes_too": {"by": np.size},
    "gradient_averaged_over_classes_too": {"gradient_by": np.size},
    "averaged_over_the_other_classes": {
        "by": lambda s: len(s) * max(s.shape[1] - 1, 1),
        "gradient_by": lambda s: len(s) * max(s.shape[1] - 1, 1),
    },
    "divided_by_the_classes": {"by": lambda s: s.shape[1], "gradient_by": lambda s: s.shape[1]},
    "own_class_counted": {"own": lambda short: short},
    "own_class_taken_off_once_more": {"own": lambda short: -short},
    "margin_of_one": {"gap": lambda s, right, margin: 1 + s - right},
    "margin_forgotten": {"gap": lambda s, right, margin: s - right},
    "margin_subtracted": {"gap": lambda s, right, margin: s - right - margin},
    "margin_doubled": {"gap": lambda s, right, margin: 2 * margin + s - right},
    "margin_as_a_factor": {"gap": lambda s, right, margin: margin * (1 + s - right)},
    "scores_exchanged": {"gap": lambda s, right, margin: margin + right - s},
    "pulled_once": {"pull": lambda near: -(near.sum(axis=1) > 0)},
    "always_pulled_once": {"pull": lambda near: -1.0},
    "not_pulled": {"pull": lambda near: 0.0},
    "pulled_the_wrong_way": {"pull": lambda near: near.sum(axis=1)},
    "pulled_by_the_number_of_classes": {"pull": lambda near: 1.0 - near.shape[1]},
    "pulled_by_all_samples": {"pull": lambda near: -near.sum()},
    "pulled_by_the_columns": {"pull": lambda near: -near.sum(axis=0).max()},
    "pulled_by_the_mean": {"pull": lambda near: -near.mean(axis=1)},
    "others_not_pushed": {
        "near": lambda short: np.zeros_like(short),
        "pull": lambda near: -1.0,
    },
    "others_pushed_always": {"near": np.ones_like},
    "signs_of_the_gradient": {
        "near": lambda short: -(short > 0).astype(float),
    },
    "squared": {"loss": np.square, "near": lambda short: 2 * short},
    "value_squared": {"loss": np.square},
    "gradient_is_the_loss": {"near": lambda short: short},
    "worst_class_only": {
        "loss": lambda short: short.max(axis=1),
        "near": lambda short: ((short > 0) & (short == short.max(axis=1, keepdims=True))) * 1.0,
    },
    "value_of_the_worst_class": {"loss": lambda short: short.max(axis=1)},
    "samples_counted": {"loss": lambda short: short.max(axis=1) > 0},
    "two_mistakes": {"own": lambda short: short, "pull": lambda near: -1.0},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def maximum_forgotten(scores, labels, margin):
    # Right where every class is near.
    t = np.eye(scores.shape[1])[labels]
    gap = (1 - t) * (margin + scores - (t * scores).sum(1, keepdims=True))
    grad = (1 - t) - t * (scores.shape[1] - 1)
    return gap.sum() / len(t), grad / len(t)


@put(WRONG)
def absolute_gap(scores, labels, margin):
    t = np.eye(scores.shape[1])[labels]
    gap = (1 - t) * (margin + scores - (t * scores).sum(1, keepdims=True))
    sign = np.sign(gap)
    return np.abs(gap).sum() / len(t), (sign - t * sign.sum(1, keepdims=True)) / len(t)


@put(WRONG)
def maximum_after_the_sum(scores, labels, margin):
    # Right for K = 2.
    t = np.eye(scores.shape[1])[labels]
    total = ((1 - t) * (margin + scores - (t * scores).sum(1, keepdims=True))).sum(axis=1)
    near = (1 - t) * (total > 0)[:, None]
    grad = near - t * near.sum(axis=1, keepdims=True)
    return np.maximum(total, 0).sum() / len(t), grad / len(t)


@put(WRONG)
def rows_of_the_labels(scores, labels, margin):
    # scores[:, labels] is (N, N) and its first column is taken; right for N = 1.
    right = scores[:, labels][:, :1]
    t = np.eye(scores.shape[1])[labels]
    short = (1 - t) * np.maximum(0, margin + scores - right)
    near = (short > 0) * 1.0
    return short.sum() / len(t), (near - t * near.sum(axis=1, keepdims=True)) / len(t)


@put(WRONG)
def right_scores_as_a_row(scores, labels, margin):
    # (N, K) - (N,): an error for N != K, wrong for N = K > 1.
    rows = np.arange(len(scores))
    short = np.maximum(0, margin + scores - scores[rows, labels])
    short[rows, labels] = 0
    near = (short > 0) * 1.0
    near[rows, labels] = -near.sum(axis=1)
    return short.sum() / len(rows), near / len(rows)


@put(WRONG)
def binary_hinge_of_each_class(scores, labels, margin):
    # One against all, with targets -1 and +1.
    t = 2 * np.eye(scores.shape[1])[labels] - 1
    short = np.maximum(0, margin - t * scores)
    return short.sum() / len(t), -t * (short > 0) / len(t)


@put(WRONG)
def predictions_for_labels(scores, labels, margin):
    return textbook(scores, scores.argmax(axis=1), margin)


@put(WRONG)
def labels_from_one(scores, labels, margin):
    return textbook(scores, labels - 1, margin)


@put(WRONG)
def first_label_for_all(scores, labels, margin):
    # Right for N = 1.
    return textbook(scores, np.full_like(labels, labels[0]), margin)


@put(WRONG)
def probabilities_for_scores(scores, labels, margin):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return textbook(e / e.sum(axis=1, keepdims=True), labels, margin)


@put(WRONG)
def softmax_gradient(scores, labels, margin):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True) - np.eye(scores.shape[1])[labels]
    return textbook(scores, labels, margin)[0], grad / len(scores)


@put(WRONG)
def break_for_continue(scores, labels, margin):
    # Stops at the right class: right where it is the last one.
    N, K = scores.shape
    value, grad = 0.0, np.zeros_like(scores)
    for n in range(N):
        for k in range(K):
            if k == labels[n]:
                break
            short = scores[n, k] - scores[n, labels[n]] + margin
            if short > 0:
                value += short / N
                grad[n, k] += 1 / N
                grad[n, labels[n]] -= 1 / N
    return value, grad


@put(WRONG)
def losses_not_reduced(scores, labels, margin):
    t = np.eye(scores.shape[1])[labels]
    short = (1 - t) * np.maximum(0, margin + scores - (t * scores).sum(1, keepdims=True))
    return short.sum(axis=1), textbook(scores, labels, margin)[1]


@put(WRONG)
def gradient_of_the_weights(scores, labels, margin):
    # X^T times the mask, as where the scores come from a linear map.
    value, grad = textbook(scores, labels, margin)
    return value, scores.T @ grad


@put(WRONG)
def gradient_transposed(scores, labels, margin):
    value, grad = textbook(scores, labels, margin)
    return value, grad.T


@put(WRONG)
def margin_of_the_first_call(scores, labels, margin, kept=[]):  # noqa: B006
    kept.append(margin)
    return textbook(scores, labels, kept[0])


@put(WRONG)
def value_only(scores, labels, margin):
    return textbook(scores, labels, margin)[0]


@put(WRONG)
def gradient_before_value(scores, labels, margin):
    return textbook(scores, labels, margin)[::-1]


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
