"""Solutions of ``nll_loss(log_p, labels) -> (value, dlog_p)``, mean over the N samples."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(log_p, labels):
    rows = np.arange(len(log_p))
    p = log_p[rows, labels]
    d = np.zeros_like(log_p)
    d[rows, labels] = -1
    return -p.sum() / len(p), d / len(p)


@right
def entry_by_entry(log_p, labels):
    grad, total = np.empty_like(log_p), []
    for (n, k), v in np.ndenumerate(log_p):
        chosen = k == labels[n]
        grad[n, k] = -1 / len(labels) if chosen else 0
        if chosen:
            total.append(-v)
    return math.fsum(total) / len(total), grad


@right
def boolean_mask(log_p, labels):
    mask = np.zeros(log_p.shape, dtype=bool)
    mask[range(len(labels)), labels] = True
    return float(-log_p[mask].sum() / len(labels)), -mask.astype(log_p.dtype) / len(labels)


@right
def along_axis(log_p, labels):
    at = labels.astype(np.int64)[:, None]
    d = np.zeros(log_p.shape)
    np.put_along_axis(d, at, -1.0, axis=1)
    return np.mean(-np.take_along_axis(log_p, at, axis=1)), d / log_p.shape[0]


@right
def chosen_by_class(log_p, labels):
    value, grad = 0.0, np.zeros_like(log_p)
    for k in np.unique(labels):
        members = labels == k
        value += np.sum(log_p[members, k])
        grad[members, k] = -1 / labels.size
    return -value / labels.size, grad


@right
def log_of_the_product(log_p, labels):
    likelihood = np.prod(np.exp(log_p[range(len(labels)), labels].astype(float)))
    t = (labels[:, None] == np.arange(log_p.shape[1])) * 1.0
    return np.float64(-np.log(likelihood) / len(labels)), t * (-1.0 / len(labels))


@right
def diagonal_of_the_columns(log_p, labels):
    # log_p[:, labels] is (N, N); its diagonal holds what was asked for.
    return -np.mean(np.diag(log_p[:, labels])), np.divide(
        -np.eye(log_p.shape[1], dtype=log_p.dtype)[labels], len(labels)
    )


# --- wrong ------------------------------------------------------------------------------------


@wrong
def gradient_added_up_over_calls(log_p, labels, sums={}):  # noqa: B006
    value, grad = textbook(log_p, labels)
    sums[grad.shape] = sums.get(grad.shape, 0) + grad
    return value, sums[grad.shape]


made_of(programs, textbook)
