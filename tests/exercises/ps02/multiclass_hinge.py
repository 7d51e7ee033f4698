"""Programs for ``multiclass_hinge``; exactly the margin apart they take 0, 1 and between."""

import numpy as np


def textbook(scores, labels, margin):
    N = len(scores)
    right = scores[np.arange(N), labels][:, None]
    short = np.maximum(0, margin + scores - right)
    short[np.arange(N), labels] = 0
    mask = (short > 0).astype(float)
    mask[np.arange(N), labels] = -mask.sum(axis=1)
    return short.sum() / N, mask / N


def number_by_number(scores, labels, margin):
    N, K = scores.shape
    value, d = 0.0, np.zeros((N, K))
    for n in range(N):
        for k in range(K):
            apart = margin + float(scores[n, k]) - float(scores[n, labels[n]])
            if k != labels[n] and apart > 0:
                value += apart
                d[n, k] += 1
                d[n, labels[n]] -= 1
    return value / N, d / N


def margin_of_the_right_class_taken_off(scores, labels, margin):
    """The right class's own term is the margin; it is subtracted, and its slope is 0."""
    N, t = len(scores), np.eye(scores.shape[1])[labels]
    apart = margin + scores - (t * scores).sum(axis=1, keepdims=True)
    near = apart >= 0
    d = near - t * near.sum(axis=1, keepdims=True)
    return np.mean(np.maximum(apart, 0).sum(axis=1)) - margin, d / N


def others_compressed(scores, labels, margin):
    N, K = scores.shape
    other = np.arange(K) != labels[:, None]
    own = np.take_along_axis(scores, labels.astype(np.int64)[:, None], axis=1)
    apart = margin + scores[other].reshape(N, K - 1) - own
    d = np.zeros((N, K))
    d[other] = np.heaviside(apart, 0.5).ravel() / N
    return np.clip(apart, 0, None).sum() / N, d - np.where(other, 0, d.sum(axis=1)[:, None])


def through_differences(scores, labels, margin):
    """A linear map to the differences of each row, a ReLU, and back by the transposed map."""
    N, K = scores.shape
    value, rows = 0.0, []
    for s, label in zip(scores.astype(float), labels, strict=True):
        D = np.eye(K)
        D[:, label] -= 1
        z = D @ s + margin
        open_ = (z > 0) * 1.0
        open_[label] = 0
        value += open_ @ z
        rows.append(D.T @ open_ / N)
    return value / N, np.array(rows)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        textbook,
        number_by_number,
        margin_of_the_right_class_taken_off,
        others_compressed,
        through_differences,
    )
]


def gradient_as_list(scores, labels, margin):
    value, d = textbook(scores, labels, margin)
    return value, d.tolist()


def differences_in_place(scores, labels, margin):
    scores -= scores[np.arange(len(scores)), labels][:, None]
    return textbook(scores, labels, margin)


def value_in_an_array(scores, labels, margin):
    value, d = textbook(scores, labels, margin)
    return np.array([value]), d


DRESSED = [(f.__name__, (f,)) for f in (gradient_as_list, differences_in_place, value_in_an_array)]


def margin_for_each_class(scores, labels, margin):
    return textbook(scores, labels, margin / scores.shape[1])


def always_the_first_class(scores, labels, margin):
    return textbook(scores, 0 * labels.astype(int), margin)


def mean_over_other_classes(scores, labels, margin):
    value, d = textbook(scores, labels, margin)
    return value / (scores.shape[1] - 1), d / (scores.shape[1] - 1)


def no_gradient(scores, labels, margin):
    return textbook(scores, labels, margin)[0], 0 * scores


def probabilities_first(scores, labels, margin):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return textbook(e / e.sum(axis=1, keepdims=True), labels, margin)


def softened(scores, labels, margin):
    value, d = textbook(scores, labels, margin)
    return value, d * np.abs(scores)


def wrong_classes_forgotten_below(scores, labels, margin):
    value, d = textbook(scores, labels, margin)
    own = scores[np.arange(len(scores)), labels][:, None]
    return value, np.where((scores < own) & (d > 0), 0, d)


def sum_before_the_maximum(scores, labels, margin):
    N, K = scores.shape
    t = np.eye(K)[labels]
    total = np.sum((1 - t) * (margin + scores - (t * scores).sum(axis=1, keepdims=True)), axis=1)
    d = ((1 - t) - (K - 1) * t) * (total > 0)[:, None]
    return np.maximum(total, 0).sum() / N, d / N


WRONG = [
    (f.__name__, (f,))
    for f in (
        margin_for_each_class,
        always_the_first_class,
        mean_over_other_classes,
        no_gradient,
        probabilities_first,
        softened,
        wrong_classes_forgotten_below,
        sum_before_the_maximum,
    )
]
