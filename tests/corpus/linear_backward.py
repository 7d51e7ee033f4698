"""Solutions of ``linear_backward(du, cache) -> (dx, dW, db)``, each with its forward."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def linear_forward(x, W, b):
    return x @ W + b, (x, W, b)


right = put(RIGHT, linear_forward)
form = put(FORM, linear_forward)
wrong = put(WRONG, linear_forward)


@right
def textbook(du, cache):
    x, W, b = cache
    return du @ W.T, x.T @ du, du.sum(axis=0)


@right
def step_by_step(du, cache):
    x, W, _ = cache
    dx = np.dot(du, np.transpose(W))
    dW = np.dot(np.transpose(x), du)
    db = np.sum(du, axis=0)
    assert dx.shape == x.shape
    assert dW.shape == W.shape
    return dx, dW, db


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
def four_loops(du, cache):
    x, W, b = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    N, D = x.shape
    for n in range(N):
        for m in range(W.shape[1]):
            db[m] += du[n, m]
            for d in range(D):
                dW[d, m] += x[n, d] * du[n, m]
                dx[n, d] += W[d, m] * du[n, m]
    return dx, dW, db


@right
def ones_times_du(du, cache):
    x, W, _ = cache
    return (W @ du.T).T, (du.T @ x).T, np.ones(len(du), dtype=du.dtype) @ du


@right
def result_in_a_list(du, cache):
    x, W, b = cache
    return [du.dot(W.T), x.T.dot(du), du.sum(0).reshape(b.shape)]


@right
def broadcast_products(du, cache):
    x, W, _ = cache
    dW = (x[:, :, None] * du[:, None, :]).sum(axis=0)
    dx = (du[:, None, :] * W[None]).sum(axis=2)
    return dx, dW, functools.reduce(np.add, du)


@own(RIGHT)
def dict_cache():
    def forward(x, W, b):
        return np.matmul(x, W) + b, {"input": x, "weights": W}

    def backward(upstream, cache):
        return (
            upstream @ cache["weights"].T,
            cache["input"].T @ upstream,
            upstream.sum(axis=0),
        )

    return forward, backward


@own(RIGHT)
def closure_cache():
    def forward(x, W, b):
        return x @ W + b, lambda du: (du @ W.T, x.T @ du, du.sum(0))

    def backward(du, cache):
        return cache(du)

    return forward, backward


@own(RIGHT)
def dataclass_cache():
    @dataclass
    class Saved:
        x: Any
        W: Any

    def forward(x, W, b):
        return x @ W + b, Saved(x, W)

    def backward(du, cache):
        return du @ cache.W.T, cache.x.T @ du, np.add.reduce(du)

    return forward, backward


@own(RIGHT)
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


@own(RIGHT)
def column_cache():
    def forward(x, W, b):
        z, A = x.T, W.T
        return (A @ z + b[:, None]).T, (z, A)

    def backward(du, cache):
        z, A = cache
        delta = du.T
        return (A.T @ delta).T, (delta @ z.T).T, delta.sum(axis=1)

    return forward, backward


@own(RIGHT)
def copies_and_reshapes():
    def forward(x, W, b):
        return x.reshape(x.shape[0], -1) @ W + b, (x.copy(), W.copy(), b.copy())

    def backward(du, cache, *, reduce="sum"):
        x, W, b = cache
        dx = (du @ W.T).reshape(x.shape)
        dW = x.reshape(len(x), -1).T @ du
        return dx, dW, getattr(np, reduce)(du, axis=0)

    return forward, backward


@own(RIGHT)
def methods_of_a_class():
    class Linear:
        @staticmethod
        def forward(x, W, b):
            return x @ W + b, [x, W]

        @classmethod
        def backward(cls, du, cache):
            return cls.dx(du, *cache), cls.dW(du, *cache), du.sum(axis=0)

        @staticmethod
        def dx(du, x, W):
            return du @ W.T

        @staticmethod
        def dW(du, x, W):
            return x.T @ du

    return Linear.forward, Linear.backward


# --- right values in a deviating form ---------------------------------------------------------


@form
def row_of_bias_gradients(du, cache):  # db of shape (1, M)
    x, W, _ = cache
    return du @ W.T, x.T @ du, du.sum(axis=0, keepdims=True)


@form
def column_of_bias_gradients(du, cache):  # db of shape (M, 1)
    x, W, _ = cache
    return du @ W.T, x.T @ du, du.sum(axis=0).reshape(-1, 1)


@form
def nested_lists(du, cache):  # lists
    x, W, _ = cache
    return (du @ W.T).tolist(), (x.T @ du).tolist(), du.sum(axis=0).tolist()


@form
def double_precision_zeros(du, cache):  # float64 from float32
    x, W, b = cache
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    for n in range(len(x)):
        dx[n], dW, db = W @ du[n], dW + np.outer(x[n], du[n]), db + du[n]
    return dx, dW, db


@form
def upstream_summed_in_place(du, cache):  # du is changed
    x, W, _ = cache
    dx, dW = du @ W.T, x.T @ du
    for n in range(1, len(du)):
        du[0] += du[n]
    db = du[0].copy()
    du[0] += 1
    return dx, dW, db


@form
def weights_overwritten(du, cache):  # W is changed after its use, as by an impatient update
    x, W, _ = cache
    dx, dW, db = du @ W.T, x.T @ du, du.sum(axis=0)
    W -= 0.1 * dW
    return dx, dW, db


# --- wrong ------------------------------------------------------------------------------------


@wrong
def weights_gradient_transposed(du, cache):
    x, W, _ = cache
    return du @ W.T, du.T @ x, du.sum(axis=0)


@wrong
def weights_gradient_transposed_where_it_fits(du, cache):
    # Wrong for n_in = n_out only.
    x, W, _ = cache
    dW = du.T @ x
    return du @ W.T, (dW if dW.shape == W.shape else dW.T), du.sum(axis=0)


@wrong
def untransposed_weights_where_it_fits(du, cache):
    # Wrong for n_in = n_out only.
    x, W, _ = cache
    dx = du @ W if W.shape[0] == W.shape[1] else du @ W.T
    return dx, x.T @ du, du.sum(axis=0)


@wrong
def bias_summed_over_units_where_it_fits(du, cache):
    # Wrong for N = n_out only.
    x, W, b = cache
    axis = 1 if du.shape[0] == du.shape[1] else 0
    return du @ W.T, x.T @ du, du.sum(axis=axis)


@wrong
def untransposed_input_where_it_fits(du, cache):
    # Wrong for N = n_in only.
    x, W, b = cache
    return du @ W.T, (x if x.shape[0] == x.shape[1] else x.T) @ du, du.sum(axis=0)


@wrong
def mean_everywhere(du, cache):
    x, W, _ = cache
    return du @ W.T, x.T @ du / len(x), du.mean(axis=0)


@wrong
def bias_mean(du, cache):
    # Right for N = 1.
    x, W, _ = cache
    return du @ W.T, x.T @ du, du.mean(axis=0)


@wrong
def weights_mean(du, cache):
    x, W, _ = cache
    return du @ W.T, np.einsum("ni,no->nio", x, du).mean(axis=0), du.sum(axis=0)


@wrong
def input_gradient_mean(du, cache):
    x, W, _ = cache
    return du @ W.T / len(x), x.T @ du, du.sum(axis=0)


@wrong
def bias_total(du, cache):
    # Right for one output unit.
    x, W, b = cache
    return du @ W.T, x.T @ du, np.full_like(b, du.sum())


@wrong
def bias_gradient_is_upstream(du, cache):
    x, W, _ = cache
    return du @ W.T, x.T @ du, du


@wrong
def bias_gradient_ones(du, cache):
    x, W, b = cache
    return du @ W.T, x.T @ du, np.ones_like(b)


@wrong
def bias_gradient_of_last_row(du, cache):
    x, W, b = cache
    dx, dW = np.zeros_like(x), np.zeros_like(W)
    for n in range(len(x)):
        dx[n] = W @ du[n]
        dW += np.outer(x[n], du[n])
        db = du[n]
    return dx, dW, db


@wrong
def weights_gradient_overwritten(du, cache):
    # = for +=, S1's step 11: right for N = 1.
    x, W, b = cache
    for n in range(len(x)):
        dW = np.outer(x[n], du[n])
    return du @ W.T, dW, du.sum(axis=0)


@wrong
def first_row_skipped(du, cache):
    x, W, b = cache
    return du @ W.T, x[1:].T @ du[1:], du[1:].sum(axis=0)


@wrong
def order_of_the_results(du, cache):
    x, W, _ = cache
    return x.T @ du, du @ W.T, du.sum(axis=0)


@wrong
def bias_before_weights(du, cache):
    x, W, _ = cache
    return du @ W.T, du.sum(axis=0), x.T @ du


@wrong
def upstream_ignored(du, cache):
    x, W, b = cache
    ones = np.ones_like(du)
    return ones @ W.T, x.T @ ones, ones.sum(axis=0)


@wrong
def update_in_place_of_gradient(du, cache):
    x, W, b = cache
    return du @ W.T, W - 0.1 * (x.T @ du), b - 0.1 * du.sum(axis=0)


@wrong
def weight_decay_inside(du, cache):
    x, W, _ = cache
    return du @ W.T, x.T @ du + 0.01 * W, du.sum(axis=0)


@wrong
def bias_gradient_through_input(du, cache):
    x, W, b = cache
    return du @ W.T, x.T @ du, (x.mean() * du).sum(axis=0)


@wrong
def absolute_bias_gradient(du, cache):
    x, W, _ = cache
    return du @ W.T, x.T @ du, np.abs(du.sum(axis=0))


@wrong
def clipped_gradients(du, cache):
    x, W, _ = cache
    return tuple(np.clip(g, -1, 1) for g in (du @ W.T, x.T @ du, du.sum(axis=0)))


@wrong
def single_row_squeezed(du, cache):
    # Wrong for N = 1 only.
    x, W, b = cache
    if len(du) == 1:
        return du @ W.T, x.T @ du, np.full_like(b, du.sum())
    return du @ W.T, x.T @ du, du.sum(axis=0)


@wrong
def two_mistakes(du, cache):
    x, W, _ = cache
    return -(du @ W.T), x.T @ du / len(x), du.sum(axis=0)


@own(WRONG)
def global_cache():
    # Wrong as soon as two forwards run before the backward.
    saved: dict[str, Any] = {}

    def forward(x, W, b):
        saved.update(x=x, W=W)
        return x @ W + b, None

    def backward(du, cache):
        return du @ saved["W"].T, saved["x"].T @ du, du.sum(axis=0)

    return forward, backward


@own(WRONG)
def gradients_accumulate():
    # Wrong from the second backward on, as with a forgotten zero_grad.
    grads: dict[Any, Any] = {}

    def backward(du, cache):
        x, W, b = cache
        dW = grads.get(W.shape, 0) + x.T @ du
        grads[W.shape] = dW
        return du @ W.T, dW, du.sum(axis=0)

    return linear_forward, backward


@own(WRONG)
def cache_order():
    def forward(x, W, b):
        return x @ W + b, (W, x)

    def backward(du, cache):
        x, W = cache
        return du @ W.T, x.T @ du, du.sum(axis=0)

    return forward, backward


@own(WRONG)
def output_cached():
    def forward(x, W, b):
        x = x @ W + b
        return x, (x, W)

    def backward(du, cache):
        x, W = cache
        return du @ W.T, x.T @ du, du.sum(axis=0)

    return forward, backward


@own(WRONG)
def forward_without_bias():
    def forward(x, W, b):
        return x @ W, (x, W)

    def backward(du, cache):
        x, W = cache
        return du @ W.T, x.T @ du, np.zeros(W.shape[1], dtype=du.dtype)

    return forward, backward


@own(WRONG)
def activation_inside_the_pair():
    # A layer with its ReLU: consistent, but not the function that was asked for.
    def forward(x, W, b):
        return np.maximum(x @ W + b, 0), (x, W, b)

    def backward(du, cache):
        x, W, b = cache
        mask = (x @ W + b) > 0
        return (du * mask) @ W.T, x.T @ (du * mask), (du * mask).sum(axis=0)

    return forward, backward


more: Any = carried(RIGHT["textbook"], n=3)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
