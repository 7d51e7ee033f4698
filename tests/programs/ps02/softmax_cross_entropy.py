"""Solutions of ``softmax_cross_entropy(u, target) -> (value, du)``.

``target`` holds labels ``(N,)`` or rows of probabilities ``(N, K)``.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def log_softmax(u, axis=1):
    shifted = u - u.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@right
def textbook(u, target):
    t = target if target.ndim == 2 else np.eye(u.shape[1], dtype=u.dtype)[target]
    log_p = log_softmax(u)
    return -np.sum(t * log_p) / len(u), (np.exp(log_p) - t) / len(u)


@right
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


@right
def log_sum_exp(u, target):
    t = (np.arange(u.shape[1]) == target[:, None]).astype(u.dtype) if target.ndim == 1 else target
    top = u.max(axis=-1)
    lse = top + np.log(np.exp(u - top[:, None]).sum(axis=-1))
    value = np.mean(lse - (t * u).sum(axis=-1))
    return value, (np.exp(u - lse[:, None]) - t) / len(u)


@right
def logaddexp_reduced(u, target):
    log_z = np.logaddexp.reduce(u, axis=1)
    y = np.exp(u - log_z[:, None])
    if target.shape == u.shape:
        picked, t = (target * u).sum(axis=1), target
    else:
        picked = np.take_along_axis(u, target.astype(int)[:, None], axis=1)[:, 0]
        t = (np.arange(u.shape[1]) == target[:, None]).astype(u.dtype)
    return float(np.mean(log_z - picked)), (y - t) / u.shape[0]


@right
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


@right
def through_the_jacobian(u, target):
    # dL/du = J^T dL/dlogp, the full matrix for each row.
    N, K = u.shape
    t = np.eye(K, dtype=u.dtype)[target] if target.ndim == 1 else target
    log_p = log_softmax(u)
    p = np.exp(log_p)
    J = np.eye(K, dtype=u.dtype)[None] - p[:, None, :]
    return -(t * log_p).sum() / N, np.einsum("nk,nkj->nj", -t / N, J)


@right
def infinite_on_extreme_scores(u, target):
    # log 0 = -inf is the loss there; the gradient is right.
    t = np.eye(u.shape[1], dtype=u.dtype)[target] if target.ndim == 1 else target
    e = np.exp(u - u.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    logs = np.where(t > 0, np.log(p), 0)
    return -(t * logs).sum(axis=1).mean(), (p - t) / len(u)


@right
def shifted_twice_and_recursive(u, target):
    # Labels are turned into probabilities and the function is called again.
    if target.ndim == 1:
        t = np.zeros(u.shape, dtype=u.dtype)
        np.put_along_axis(t, target.reshape(-1, 1), 1, axis=1)
        return shifted_twice_and_recursive(u, t)
    return textbook(u - np.median(u, axis=1, keepdims=True), target)


form.edit("value_in_two_axes", textbook, "-np.sum(t * log_p)", "-np.sum(t * log_p, keepdims=True)")

# --- wrong ------------------------------------------------------------------------------------

EDITS = {
    "shifted_by_columns": (
        "log_softmax(u)",
        "np.log(np.exp(u - u.max(axis=0)) / np.exp(u - u.max(axis=0)).sum(axis=1, keepdims=True))",
    ),
    # Wrong for N = K only.
    "softmax_over_the_batch_where_square": (
        "log_softmax(u)",
        "log_softmax(u, axis=0 if u.shape[0] == u.shape[1] else 1)",
    ),
    "only_labels": ("target if target.ndim == 2 else ", ""),
    "labels_out_of_probabilities": (
        "target if target.ndim == 2",
        "np.eye(u.shape[1])[target.astype(int).ravel()[: len(u)]] if target.ndim == 2",
    ),
    "only_probabilities": ("target if target.ndim == 2 else ", "target if True else "),
    "labels_as_rows_of_numbers": (
        "target if target.ndim == 2",
        "np.broadcast_to(target.reshape(len(u), -1), u.shape) if target.ndim",
    ),
    # Labels of a batch with N = K are taken for one row of probabilities.
    "probabilities_known_by_the_last_axis": ("target.ndim == 2", "target.shape[-1] == u.shape[1]"),
    "probabilities_normalised_by_softmax": ("= target if", "= np.exp(log_softmax(target)) if"),
    "probabilities_sharpened": (
        "= target if",
        "= target**2 / (target**2).sum(axis=1, keepdims=True) if",
    ),
    "value_of_the_largest_probability_only": (
        "t * log_p",
        "np.eye(u.shape[1])[t.argmax(axis=1)] * log_p",
    ),
    "gradient_of_the_largest_probability_only": (
        "- t)",
        "- np.eye(u.shape[1])[t.argmax(axis=1)])",
    ),
    "labels_from_one": ("[target]", "[np.maximum(target, 1) - 1]"),
    "bernoulli_terms": (
        "t * log_p",
        "t * log_p + (1 - t) * np.log(1 - np.exp(log_p) + 1e-12)",
    ),
    "logarithm_to_base_two": ("np.sum(t * log_p)", "np.sum(t * log_p) / np.log(2)"),
    "smoothed_labels": ("log_p = log", "t = 0.9 * t + 0.1 / u.shape[1]\n    log_p = log"),
    "large_number_in_the_log": ("t * log_p", "t * np.log(np.exp(log_p) + 1e-3)"),
    "clipped_scores": ("log_softmax(u)", "log_softmax(np.clip(u, -10, 10))"),
    "temperature": ("log_softmax(u)", "log_softmax(u / 2)"),
    "gradient_zero_for_the_other_classes": ("- t)", "- t) * (t > 0)"),
    "sigmoids": ("(np.exp(log_p)", "(1 / (1 + np.exp(-u))"),
    "rounded_gradient": (
        "(np.exp(log_p) - t) / len(u)",
        "np.round((np.exp(log_p) - t) / len(u), 3)",
    ),
    # Wrong for N = 1 only: the mean runs over the classes.
    "single_row_squeezed": ("- t) / len(u)", "- t) / (len(u) if len(u) > 1 else u.shape[1])"),
}
for name, (old, new) in EDITS.items():
    wrong.edit(name, textbook, old, new)


made_of(programs, textbook, without=["sign_of_the_value"])
