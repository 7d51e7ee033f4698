"""Solutions of ``linear_backward(du, cache) -> (dx, dW, db)``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def linear_forward(x, W, b):
    return x @ W + b, (x, W, b)


programs = Catalogue(linear_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(du, cache):
    x, W, b = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)


@right
def ones_times_du(du, cache):
    x, W, _ = cache
    return (W @ du.T).T, (du.T @ x).T, np.ones(len(du), dtype=du.dtype) @ du


@right
def result_in_a_list(du, cache):
    x, W, b = cache
    return [du.dot(W.T), x.T.dot(du), du.sum(0).reshape(b.shape)]


@right.together
def augmented_cache():
    def forward(x, W, b):
        x1 = np.concatenate([x, np.ones_like(x[:, :1])], axis=1)
        W1 = np.concatenate([W, b[None]])
        return x1 @ W1, (x1, W1)

    def backward(du, cache):
        x1, W1 = cache
        dW1 = x1.T @ du
        return (du @ W1.T)[:, :-1], dW1[:-1], dW1[-1]

    return forward, backward


# --- right values in a deviating form ---------------------------------------------------------

form.edit("row_of_bias_gradients", textbook, "axis=0", "axis=0, keepdims=True")
form.edit("column_of_bias_gradients", textbook, "du.sum(axis=0)", "du.sum(axis=0)[:, None]")


# --- wrong ------------------------------------------------------------------------------------

wrong.edit(
    "untransposed_weights_where_it_fits",
    textbook,
    "du @ W.T",
    "du @ (W if W.shape[0] == W.shape[1] else W.T)",
)


wrong.edit(
    "bias_total_for_one_row",
    textbook,
    "du.sum(axis=0)",
    "np.full_like(b, du.sum()) if len(du) == 1 else du.sum(axis=0)",
)


@wrong
def batches_of_32_at_most(du, cache):
    dx, dW, db = textbook(du[:32], tuple(a[:32] if len(a) == len(du) else a for a in cache))
    return dx, dW, db


programs.carry(textbook, n=3)

programs.beside_the_point = [
    "return 0 * cache[0], 0 * cache[1], du.sum(axis=0)",
    "return du, du, du",
]
