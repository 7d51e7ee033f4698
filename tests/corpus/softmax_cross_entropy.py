"""Solutions of ``softmax_cross_entropy(u, target) -> (value, gradient)``.

``target`` holds labels ``(N,)`` or rows of probabilities ``(N, K)``.
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


def one_hot(target, K, dtype=float):
    if np.ndim(target) == 2:
        return target
    return np.eye(K, dtype=dtype)[target]


def log_softmax(u, axis=1):
    shifted = u - u.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@put(RIGHT)
def textbook(u, target):
    N, K = u.shape
    t = one_hot(target, K, u.dtype)
    log_p = log_softmax(u)
    return -np.sum(t * log_p) / N, (np.exp(log_p) - t) / N


@put(RIGHT)
def labels_by_index(u, target):
    N = u.shape[0]
    log_p = log_softmax(u)
    if target.ndim == 1:
        rows = np.arange(N)
        loss = -log_p[rows, target].mean()
        grad = np.exp(log_p)
        grad[rows, target] -= 1
        return loss, grad / N
    return -(target * log_p).sum(axis=1).mean(), (np.exp(log_p) - target) / N


@put(RIGHT)
def log_sum_exp(u, target):
    t = one_hot(target, u.shape[1], u.dtype)
    top = u.max(axis=-1)
    lse = top + np.log(np.exp(u - top[:, None]).sum(axis=-1))
    value = np.mean(lse - (t * u).sum(axis=-1))
    return value, (np.exp(u - lse[:, None]) - t) / len(u)


@put(RIGHT)
def logaddexp_reduced(u, target):
    t = one_hot(target, u.shape[1], u.dtype)
    log_p = u - np.logaddexp.reduce(u, axis=1, keepdims=True)
    return float(-np.einsum("nk,nk->", t, log_p) / len(u)), (np.exp(log_p) - t) / len(u)


@put(RIGHT)
def sample_by_sample(u, target):
    N, K = u.shape
    total, grad = 0.0, np.zeros_like(u)
    for n in range(N):
        row = u[n] - max(u[n])
        log_sum = math.log(sum(math.exp(v) for v in row))
        for k in range(K):
            t = float(target[n] == k) if target.ndim == 1 else target[n, k]
            if t:
                total -= t * (row[k] - log_sum)
            grad[n, k] = (math.exp(row[k] - log_sum) - t) / N
    return total / N, grad


@put(RIGHT)
def through_the_jacobian(u, target):
    # dL/du = J^T dL/dlogp, the full matrix for each row.
    N, K = u.shape
    t = one_hot(target, K, u.dtype)
    log_p = log_softmax(u)
    p = np.exp(log_p)
    J = np.eye(K, dtype=u.dtype)[None] - p[:, None, :]
    return -(t * log_p).sum() / N, np.einsum("nk,nkj->nj", -t / N, J)


@put(RIGHT)
def take_along_axis(u, target):
    soft = np.ndim(target) == 2
    log_p = log_softmax(u)
    n = len(u)
    if soft:
        return np.mean(-np.sum(target * log_p, 1)), (np.exp(log_p) - target) / n
    picked = np.take_along_axis(log_p, target[:, None], axis=1)
    grad = np.exp(log_p)
    np.add.at(grad, (np.arange(n), target), -1)
    return -picked.mean(), np.divide(grad, n)


@put(RIGHT)
def infinite_on_extreme_logits(u, target):
    # log 0 = -inf is the loss there; the gradient is right.
    t = one_hot(target, u.shape[1], u.dtype)
    e = np.exp(u - u.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    logs = np.where(t > 0, np.log(p), 0)
    return -(t * logs).sum(axis=1).mean(), (p - t) / len(u)


@put(RIGHT)
def reduction_argument(u, target, *, axis=-1, reduction="mean"):
    if target.ndim == 1:
        t = np.zeros_like(u)
        t[range(len(u)), target] = 1
    else:
        t = np.array(target)
    log_p = log_softmax(u, axis)
    losses = -np.sum(t * log_p, axis=axis)
    return getattr(np, reduction)(losses), (np.exp(log_p) - t) / u.shape[0]


@put(RIGHT)
def zero_dimensional_value(u, target):
    value, grad = textbook(u, target)
    return np.array(value), grad


@put(RIGHT)
def list_instead_of_tuple(u, target):
    return [*textbook(u, target)]


@put(RIGHT)
def comparison_with_a_range(u, target):
    t = target if target.ndim > 1 else (target[:, None] == np.arange(u.shape[1])).astype(u.dtype)
    log_p = log_softmax(u)
    return np.average(-(t * log_p).sum(1)), np.mean([1]) / len(u) * (np.exp(log_p) - t)


RIGHT["partially_applied"] = (functools.partial(reduction_argument, reduction="mean"),)


@put(RIGHT)
def shifted_twice_and_recursive(u, target):
    # Labels are turned into probabilities and the function is called again.
    if target.ndim == 1:
        t = np.zeros(u.shape, dtype=u.dtype)
        np.put_along_axis(t, target.reshape(-1, 1), 1, axis=1)
        return shifted_twice_and_recursive(u, t)
    return textbook(u - np.median(u, axis=1, keepdims=True), target)


@put(FORM)
def nested_lists(u, target):  # lists
    value, grad = textbook(u, target)
    return value, grad.tolist()


@put(FORM)
def value_of_shape_one(u, target):  # value of shape (1,)
    value, grad = textbook(u, target)
    return np.array([value]), grad


@put(FORM)
def value_kept_two_dimensional(u, target):  # value of shape (1, 1)
    value, grad = textbook(u, target)
    return np.reshape(value, (1, 1)), grad


# One-hot rows are float64 in this course, and so is then y - t.
@put(EITHER)
def double_precision_one_hot(u, target):
    t = np.eye(u.shape[1])[target] if target.ndim == 1 else target.astype(np.float64)
    log_p = log_softmax(u)
    return -(t * log_p).sum() / len(u), (np.exp(log_p) - t) / len(u)


@put(FORM)
def logits_shifted_in_place(u, target):  # u is changed
    u -= u.max(axis=1, keepdims=True)
    return textbook(u, target)


@put(FORM)
def targets_scaled_in_place(u, target):  # target is changed where it holds probabilities
    result = textbook(u, target)
    if target.ndim == 2:
        target *= 0.5
    else:
        target[:] = 0
    return result


@put(EITHER)
def tiny_number_in_the_log(u, target):
    # 1e-12 changes the loss of extreme logits (27.6 instead of 1000); the gradient is right.
    t = one_hot(target, u.shape[1], u.dtype)
    p = np.exp(log_softmax(u))
    return -(t * np.log(p + 1e-12)).sum() / len(u), (p - t) / len(u)


@put(EITHER)
def clipped_probabilities(u, target):
    t = one_hot(target, u.shape[1], u.dtype)
    p = np.exp(log_softmax(u))
    return -(t * np.log(np.clip(p, 1e-15, 1))).sum() / len(u), (p - t) / len(u)


@put(EITHER)
def zero_times_minus_infinity(u, target):
    # The loss is not a number where a probability underflows; the gradient is right.
    t = one_hot(target, u.shape[1], u.dtype)
    p = np.exp(log_softmax(u))
    return -(t * np.log(p)).sum() / len(u), (p - t) / len(u)


@put(WRONG)
def sum_over_the_batch(u, target):
    # Right for N = 1.
    value, grad = textbook(u, target)
    return value * len(u), grad * len(u)


@put(WRONG)
def gradient_not_averaged(u, target):
    # Right for N = 1.
    value, grad = textbook(u, target)
    return value, grad * len(u)


@put(WRONG)
def value_not_averaged(u, target):
    value, grad = textbook(u, target)
    return value * len(u), grad


@put(WRONG)
def averaged_over_classes_too(u, target):
    value, grad = textbook(u, target)
    return value / u.shape[1], grad / u.shape[1]


@put(WRONG)
def gradient_averaged_over_classes(u, target):
    value, grad = textbook(u, target)
    return value, grad * len(u) / u.size


@put(WRONG)
def losses_not_reduced(u, target):
    t = one_hot(target, u.shape[1])
    log_p = log_softmax(u)
    return -(t * log_p).sum(axis=1), (np.exp(log_p) - t) / len(u)


@put(WRONG)
def not_shifted(u, target):
    # Not a number for logits beyond 709.
    t = one_hot(target, u.shape[1])
    p = np.exp(u) / np.exp(u).sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(p)) / len(u), (p - t) / len(u)


@put(WRONG)
def shifted_by_the_largest_of_all(u, target):
    # Rows far below the largest logit of the batch underflow to 0 / 0.
    t = one_hot(target, u.shape[1])
    e = np.exp(u - u.max())
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(p)) / len(u), (p - t) / len(u)


@put(WRONG)
def shifted_by_columns(u, target):
    t = one_hot(target, u.shape[1])
    e = np.exp(u - u.max(axis=0, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(p)) / len(u), (p - t) / len(u)


@put(WRONG)
def softmax_over_the_batch(u, target):
    t = one_hot(target, u.shape[1])
    log_p = log_softmax(u, axis=0)
    return -np.sum(t * log_p) / len(u), (np.exp(log_p) - t) / len(u)


@put(WRONG)
def softmax_over_the_batch_where_square(u, target):
    # Wrong for N = K only.
    t = one_hot(target, u.shape[1])
    log_p = log_softmax(u, axis=0 if u.shape[0] == u.shape[1] else 1)
    return -np.sum(t * log_p) / len(u), (np.exp(log_p) - t) / len(u)


@put(WRONG)
def soft_targets_hardened(u, target):
    # Right for labels and for one-hot rows.
    return textbook(u, target.argmax(axis=1) if target.ndim == 2 else target)


@put(WRONG)
def only_labels(u, target):
    log_p = log_softmax(u)
    rows = np.arange(len(u))
    target = target.astype(int)
    grad = np.exp(log_p)
    grad[rows, target] -= 1
    return -log_p[rows, target].mean(), grad / len(u)


@put(WRONG)
def only_probabilities(u, target):
    log_p = log_softmax(u)
    return -(target * log_p).sum() / len(u), (np.exp(log_p) - target) / len(u)


@put(WRONG)
def soft_targets_known_by_their_first_axis(u, target):
    # Labels of a batch with N = K are taken for one row of probabilities.
    if target.shape[-1] == u.shape[1]:
        log_p = log_softmax(u)
        return -(target * log_p).sum() / len(u), (np.exp(log_p) - target) / len(u)
    return textbook(u, target)


@put(WRONG)
def soft_loss_of_the_largest_only(u, target):
    # Value with the label, gradient with the whole row.
    value, _ = soft_targets_hardened(u, target)
    return value, textbook(u, target)[1]


@put(WRONG)
def soft_gradient_of_the_largest_only(u, target):
    return textbook(u, target)[0], soft_targets_hardened(u, target)[1]


@put(WRONG)
def soft_targets_normalised_by_softmax(u, target):
    if target.ndim == 2:
        target = np.exp(log_softmax(target))
    return textbook(u, target)


@put(WRONG)
def labels_from_one(u, target):
    return textbook(u, np.maximum(target - 1, 0) if target.ndim == 1 else target)


@put(WRONG)
def as_many_classes_as_labels_seen(u, target):
    # Wrong where the last class does not occur.
    if target.ndim == 1:
        t = np.zeros_like(u)
        seen = np.eye(target.max() + 1)[target]
        t[:, u.shape[1] - seen.shape[1] :] = seen
        return textbook(u, t)
    return textbook(u, target)


@put(WRONG)
def sign_of_the_gradient(u, target):
    value, grad = textbook(u, target)
    return value, -grad


@put(WRONG)
def sign_of_the_value(u, target):
    value, grad = textbook(u, target)
    return -value, grad


@put(WRONG)
def gradient_of_the_probabilities(u, target):
    t = one_hot(target, u.shape[1])
    log_p = log_softmax(u)
    return -(t * log_p).sum() / len(u), -t / np.exp(log_p) / len(u)


@put(WRONG)
def diagonal_jacobian(u, target):
    # Delta times phi' as for a separable activation.
    t = one_hot(target, u.shape[1])
    log_p = log_softmax(u)
    p = np.exp(log_p)
    return -(t * log_p).sum() / len(u), -t * (1 - p) / len(u)


@put(WRONG)
def bernoulli_terms(u, target):
    t = one_hot(target, u.shape[1])
    p = np.exp(log_softmax(u))
    losses = t * np.log(p + 1e-12) + (1 - t) * np.log(1 - p + 1e-12)
    return -losses.sum() / len(u), (p - t) / len(u)


@put(WRONG)
def logarithm_to_base_two(u, target):
    value, grad = textbook(u, target)
    return value / np.log(2), grad


@put(WRONG)
def logarithm_forgotten(u, target):
    t = one_hot(target, u.shape[1])
    p = np.exp(log_softmax(u))
    return -(t * p).sum() / len(u), (p - t) / len(u)


@put(WRONG)
def smoothed_labels(u, target):
    t = one_hot(target, u.shape[1])
    return textbook(u, 0.9 * t + 0.1 / u.shape[1])


@put(WRONG)
def large_number_in_the_log(u, target):
    t = one_hot(target, u.shape[1])
    p = np.exp(log_softmax(u))
    return -(t * np.log(p + 1e-3)).sum() / len(u), (p - t) / len(u)


@put(WRONG)
def clipped_logits(u, target):
    # Wrong for large logits only.
    return textbook(np.clip(u, -10, 10), target)


@put(WRONG)
def temperature(u, target):
    value, grad = textbook(u / 2, target)
    return value, grad


@put(WRONG)
def first_row_for_all(u, target):
    value, grad = textbook(u, target)
    return value, np.repeat(grad[:1], len(u), axis=0)


@put(WRONG)
def gradient_zero_for_the_other_classes(u, target):
    t = one_hot(target, u.shape[1])
    value, grad = textbook(u, target)
    return value, grad * (t > 0)


@put(WRONG)
def gradient_before_value(u, target):
    value, grad = textbook(u, target)
    return grad, value


@put(WRONG)
def value_only(u, target):
    return textbook(u, target)[0]


@put(WRONG)
def two_mistakes(u, target):
    value, grad = textbook(u, target)
    return value * len(u), -grad


@put(WRONG)
def single_row_squeezed(u, target):
    # Wrong for N = 1 only: the mean runs over the classes.
    if len(u) > 1:
        return textbook(u, target)
    value, grad = textbook(u, target)
    return value, grad / u.shape[1]


more: Any = carried(RIGHT["textbook"], n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
