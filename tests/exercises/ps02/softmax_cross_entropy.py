"""Programs for ``softmax_cross_entropy``."""

import math

import numpy as np


def log_sum_exp(u, target):
    shifted = u - u.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    t = np.eye(u.shape[1])[target] if target.ndim == 1 else target
    return -np.mean(np.sum(t * log_p, axis=1)), (np.exp(log_p) - t) / len(u)


def picks_the_label(u, target):
    """The value may be infinite for large scores, its gradient is right."""
    N = u.shape[0]
    e = np.exp(u - np.max(u, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    du = p.copy()
    with np.errstate(divide="ignore"):
        if target.ndim == 1:
            value = -np.log(p[np.arange(N), target]).mean()
            du[np.arange(N), target] -= 1
        else:
            terms = [t * np.log(q) for t, q in zip(target.flat, p.flat, strict=True) if t > 0]
            value = -sum(terms) / N
            du -= target
    return value, du / N


def with_logaddexp(u, target):
    log_z = np.logaddexp.reduce(u, axis=1)
    y = np.exp(u - log_z[:, None])
    if target.shape == u.shape:
        picked, t = (target * u).sum(axis=1), target
    else:
        picked = np.take_along_axis(u, target.astype(int)[:, None], axis=1)[:, 0]
        t = (np.arange(u.shape[1]) == target[:, None]).astype(u.dtype)
    return float(np.mean(log_z - picked)), (y - t) / u.shape[0]


def number_by_number(u, target):
    N, K = u.shape
    value, du = 0.0, np.zeros((N, K))
    for n in range(N):
        highest = max(float(s) for s in u[n])
        z = sum(math.exp(float(s) - highest) for s in u[n])
        for k in range(K):
            t = float(target[n, k]) if target.ndim == 2 else float(k == target[n])
            log_y = float(u[n, k]) - highest - math.log(z)
            value -= t * log_y / N
            du[n, k] = (math.exp(log_y) - t) / N
    return value, du


def full_jacobian(u, target):
    N, K = u.shape
    t = np.eye(K)[target] if target.ndim == 1 else target
    e = np.exp(u - u.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    jacobian = y[:, :, None] * (np.eye(K) - y[:, None, :])  # dy_k/du_j
    safe = np.where(y > 0, y, 1)
    gradient = np.einsum("nk,nkj->nj", np.where(y > 0, -t / safe, 0), jacobian)
    lost = np.where(y > 0, 0, t)  # the limit, where y is rounded to 0
    gradient += y * lost.sum(axis=1, keepdims=True) - lost
    log_y = u - u.max(axis=1, keepdims=True) - np.log(e.sum(axis=1, keepdims=True))
    return np.array(-(t * log_y).sum() / N), gradient / N


VARIANTS = [
    (f.__name__, (f,))
    for f in (log_sum_exp, picks_the_label, with_logaddexp, number_by_number, full_jacobian)
]


def value_in_an_array(u, target):
    value, du = log_sum_exp(u, target)
    return np.array([value]), du


def gradient_as_list(u, target):
    value, du = log_sum_exp(u, target)
    return value, du.tolist()


def shifts_in_place(u, target):
    u -= u.max(axis=1, keepdims=True)
    return log_sum_exp(u, target)


DRESSED = [(f.__name__, (f,)) for f in (value_in_an_array, gradient_as_list, shifts_in_place)]


def for_labels_only(u, target):
    return log_sum_exp(u, target.astype(int).ravel()[: len(u)])


def for_probabilities_only(u, target):
    return log_sum_exp(u, np.broadcast_to(target.reshape(len(u), -1), u.shape))


def sharpened_targets(u, target):
    t = target if target.ndim == 1 else target**2 / (target**2).sum(axis=1, keepdims=True)
    return log_sum_exp(u, t)


def base_two(u, target):
    value, du = log_sum_exp(u, target)
    return value / np.log(2), du


def no_gradient(u, target):
    return log_sum_exp(u, target)[0], np.zeros_like(u)


def sigmoids(u, target):
    y = 0.5 + 0.5 * np.tanh(u / 2)
    return log_sum_exp(u, target)[0], (y - np.eye(u.shape[1])[np.ravel(target)[0].astype(int)])


def clipped_scores(u, target):
    return log_sum_exp(np.clip(u, -30, 30), target)


def one_rounded_row(u, target):
    value, du = log_sum_exp(u, target)
    du[-1] = np.round(du[-1], 3)
    return value, du


WRONG = [
    (f.__name__, (f,))
    for f in (
        for_labels_only,
        for_probabilities_only,
        sharpened_targets,
        base_two,
        no_gradient,
        sigmoids,
        clipped_scores,
        one_rounded_row,
    )
]
