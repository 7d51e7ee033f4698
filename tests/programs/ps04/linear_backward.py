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
def index_notation(du, cache):
    x, W, _ = cache
    return (
        np.einsum("no,io->ni", du, W),
        np.einsum("ni,no->io", x, du),
        np.einsum("no->o", du),
    )


@right
def sum_of_outer_products(du, cache):
    x, W, b = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for n in range(x.shape[0]):
        dW += np.outer(x[n], du[n])
        db += du[n]
        dx[n] = W @ du[n]
    return dx, dW, db


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
form.edit(
    "nested_lists",
    textbook,
    "du @ W.T, x.T @ du, du.sum(axis=0)",
    "(du @ W.T).tolist(), (x.T @ du).tolist(), du.sum(axis=0).tolist()",
)
form.edit("double_precision", textbook, "= cache", "= (part.astype(float) for part in cache)")


@form
def weights_overwritten(du, cache):  # as by an impatient update
    x, W, _ = cache
    dx, dW, db = du @ W.T, x.T @ du, du.sum(axis=0)
    W -= 0.1 * dW
    return dx, dW, db


# --- wrong ------------------------------------------------------------------------------------

for name, dx in {
    "untransposed_weights_where_it_fits": "du @ (W if W.shape[0] == W.shape[1] else W.T)",
}.items():
    wrong.edit(name, textbook, "du @ W.T", dx)


for name, db in {
    "bias_total_for_one_row": "np.full_like(b, du.sum()) if len(du) == 1 else du.sum(axis=0)",
}.items():
    wrong.edit(name, textbook, "du.sum(axis=0)", db)


programs.carry(textbook, n=3)
