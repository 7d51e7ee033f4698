"""Solutions of ``softmax_cross_entropy(u, target) -> (value, du)``.

``target`` holds labels ``(N,)`` or rows of probabilities ``(N, K)``.
"""

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
def logaddexp_reduced(u, target):
    log_z = np.logaddexp.reduce(u, axis=1)
    y = np.exp(u - log_z[:, None])
    if target.shape == u.shape:
        picked, t = (target * u).sum(axis=1), target
    else:
        picked = np.take_along_axis(u, target.astype(int)[:, None], axis=1)[:, 0]
        t = (np.arange(u.shape[1]) == target[:, None]).astype(u.dtype)
    return float(np.mean(log_z - picked)), (y - t) / u.shape[0]


form.edit("value_in_two_axes", textbook, "-np.sum(t * log_p)", "-np.sum(t * log_p, keepdims=True)")

# --- wrong ------------------------------------------------------------------------------------

LARGEST = "- np.eye(u.shape[1])[t.argmax(axis=1)])"
wrong.edit("gradient_of_the_largest_probability_only", textbook, "- t)", LARGEST)
# Wrong for N = 1 only: the mean runs over the classes.
MEAN = "- t) / (len(u) if len(u) > 1 else u.shape[1])"
wrong.edit("single_row_squeezed", textbook, "- t) / len(u)", MEAN)


made_of(programs, textbook)


@wrong
def the_first_score_subtracted(u, target):
    t = target if target.ndim == 2 else np.eye(u.shape[1], dtype=u.dtype)[target]
    shifted = u - u[:, :1]
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(t * log_p) / len(u), (np.exp(log_p) - t) / len(u)


@wrong
def the_mean_score_subtracted(u, target):
    t = np.eye(u.shape[1])[target] if target.ndim == 1 else target
    u = u - u.mean(axis=1, keepdims=True)
    log_y = u - np.log(np.exp(u).sum(axis=1, keepdims=True))
    return -np.sum(t * log_y) / len(u), (np.exp(log_y) - t) / len(u)


@wrong
def whole_numbers_are_labels(u, target):
    t = np.eye(u.shape[1])[target] if target.dtype.kind in "iu" else target
    log_y = u - u.max(axis=1, keepdims=True)
    log_y = log_y - np.log(np.exp(log_y).sum(axis=1, keepdims=True))
    return -np.sum(t * log_y) / len(u), (np.exp(log_y) - t) / len(u)


@wrong
def classes_up_to_the_highest_label(u, target):
    t = np.eye(target.max() + 1)[target] if target.ndim == 1 else target
    log_y = log_softmax(u)
    return -np.sum(t * log_y) / len(u), (np.exp(log_y) - t) / len(u)


programs.beside_the_point = [
    "return 0.0, 0 * u",
    "return np.mean(u), u / len(u)",
]
