"""Solutions of ``dropconnect_backward(dy, cache) -> (dx, dW, db)``, with ``x, W, mask = cache``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def by_the_weights_that_were_used(dy, cache):
    x, W, mask = cache
    V = W * mask
    dV = x.T @ dy
    return dy @ V.T, dV * mask, dy.sum(axis=0)


@right
def ones_times_dy(dy, cache):
    x, W, mask = cache
    db = np.ones(len(dy), dtype=dy.dtype) @ dy
    dW = (dy.T @ x).T
    dW *= mask
    return ((mask * W) @ dy.T).T, dW, db


@right
def row_by_row(dy, cache):
    x, W, mask = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(dy[0])
    for n in range(len(x)):
        dx[n] = (mask * W) @ dy[n]
        dW += mask * np.outer(x[n], dy[n])
        db += dy[n]
    return dx, dW, db


form.edit(
    "bias_gradient_a_row",
    by_the_weights_that_were_used,
    "dy.sum(axis=0)",
    "dy.sum(axis=0, keepdims=True)",
)


@wrong
def weights_of_the_first_call(dy, cache, kept=[]):  # noqa: B006
    kept.append(cache[1])
    W = kept[0] if kept[0].shape == cache[1].shape else cache[1]
    return by_the_weights_that_were_used(dy, (cache[0], W, cache[2]))
