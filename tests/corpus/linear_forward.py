"""Solutions of ``linear_forward(x, W, b) -> (u, cache)``."""

import functools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, W, b):
    return x @ W + b, (x, W, b)


@put(RIGHT)
def dot_and_dict(x, W, b):
    out = np.dot(x, W) + b
    cache = {"x": x, "W": W, "b": b}
    return out, cache


@put(RIGHT)
def index_notation(x, W, b):
    return np.einsum("ni,io->no", x, W) + b, SimpleNamespace(x=x, W=W)


@put(RIGHT)
def three_loops(x, W, b):
    N, D = x.shape
    M = W.shape[1]
    u = np.zeros((N, M), dtype=x.dtype)
    for n in range(N):
        for m in range(M):
            total = b[m]
            for d in range(D):
                total += x[n, d] * W[d, m]
            u[n, m] = total
    return u, [x, W, b]


@put(RIGHT)
def bias_as_weight(x, W, b):
    ones = np.ones((x.shape[0], 1), dtype=x.dtype)
    x1 = np.hstack([x, ones])
    W1 = np.vstack([W, b])
    return x1.dot(W1), (x1, W1)


@put(RIGHT)
def column_vectors(x, W, b):
    # The lecture's u = W z + b for columns, translated at both ends.
    u = W.T @ x.T + b.reshape(-1, 1)
    return u.T, (x.T, W.T)


@put(RIGHT)
def tensordot_then_add(x, W, b):
    return np.add(np.tensordot(x, W, axes=([1], [0])), b[np.newaxis, :]), (x, W)


@put(RIGHT)
def flattening(x, W, b):
    n = x.shape[0]
    flat = x.reshape(n, -1)
    return flat @ W + b, (x, W, b)


@put(RIGHT)
def own_buffer_in_place(x, W, b):
    u = np.empty((len(x), W.shape[1]), dtype=np.result_type(x, W, b))
    np.matmul(x, W, out=u)
    u += b
    return u, (x.copy(), W.copy(), b.copy())


@put(RIGHT)
def broadcast_and_sum(x, W, b):
    return (x[:, :, None] * W[None, :, :]).sum(axis=1) + b, None


@put(RIGHT)
def exact_sums(x, W, b):
    rows = [
        [math.fsum([*(row * column), bias]) for column, bias in zip(W.T, b, strict=True)]
        for row in x
    ]
    return np.array(rows, dtype=x.dtype), (x, W)


@put(RIGHT)
def closure_as_cache(x, W, b):
    def vjp(du):
        return du @ W.T, x.T @ du, du.sum(0)

    return x @ W + b, vjp


@put(RIGHT)
def extras_with_defaults(x, W, b=None, *, check=True, name="linear"):
    if check and x.shape[1] != W.shape[0]:
        raise ValueError(f"{name}: {x.shape} and {W.shape}")
    u = x @ W
    return (u if b is None else u + b), (x, W)


@put(RIGHT)
def by_halves(x, W, b):
    # Recursion over the columns of x.
    if x.shape[1] == 1:
        return x * W + b, (x, W)
    half = x.shape[1] // 2
    left, _ = by_halves(x[:, :half], W[:half], b)
    right, _ = by_halves(x[:, half:], W[half:], np.zeros_like(b))
    return left + right, (x, W)


@put(RIGHT)
def through_matrix(x, W, b):
    u = np.asarray(np.asmatrix(x) * np.asmatrix(W) + np.asmatrix(b))
    return u, (x, W)


@put(RIGHT)
def rank_one_updates(x, W, b):
    u = np.tile(b, (x.shape[0], 1))
    for k in range(W.shape[0]):
        u += np.outer(x[:, k], W[k])
    return u, (x, W)


def affine(x, W, b, activation):
    u = x @ W + b
    return (u if activation is None else activation(u)), (x, W, u)


RIGHT["partially_applied"] = (functools.partial(affine, activation=None),)
RIGHT["lambda_of_one_line"] = (lambda x, W, b: (x @ W + b, (x, W)),)


class Layer:
    def __call__(self, x, W, b):
        self.x, self.W = x, W
        return x @ W + b, self


RIGHT["callable_object"] = (Layer(),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(x, W, b):  # lists
    return (x @ W + b).tolist(), (x, W)


@put(FORM)
def double_precision_zeros(x, W, b):  # float64 from float32
    u = np.zeros((x.shape[0], W.shape[1]))
    for n in range(x.shape[0]):
        u[n] = x[n] @ W + b
    return u, (x, W)


@put(FORM)
def as_float64(x, W, b):  # float64 from float32
    return np.asarray(x, dtype=np.float64) @ np.asarray(W, dtype=np.float64) + b, (x, W)


@put(FORM)
def bias_cleared(x, W, b):  # b is another array afterwards
    u = x @ W + b
    b[:] = 0
    return u, (x, W)


@put(FORM)
def weights_scaled_after_use(x, W, b):  # W is another array afterwards
    u = x @ W + b
    W *= 0.99
    return u, (x, W)


@put(FORM)
def trailing_axis(x, W, b):  # (N, M, 1)
    return (x @ W + b)[..., None], (x, W)


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def bias_forgotten(x, W, b):
    return x @ W, (x, W)


@put(WRONG)
def bias_subtracted(x, W, b):
    return x @ W - b, (x, W)


@put(WRONG)
def transposed_where_it_fits(x, W, b):
    # Wrong for n_in = n_out only.
    return (x @ W.T if W.shape[0] == W.shape[1] else x @ W) + b, (x, W)


@put(WRONG)
def bias_down_the_rows_where_it_fits(x, W, b):
    # Wrong for N = n_out only.
    u = x @ W
    return u + (b[:, None] if len(b) == len(x) else b), (x, W)


@put(WRONG)
def bias_in_the_inner_loop(x, W, b):
    u = np.zeros((x.shape[0], W.shape[1]))
    for n in range(x.shape[0]):
        for d in range(W.shape[0]):
            u[n] += x[n, d] * W[d] + b
    return u, (x, W)


@put(WRONG)
def last_row_forgotten(x, W, b):
    u = np.zeros((x.shape[0], W.shape[1]), dtype=x.dtype)
    for n in range(x.shape[0] - 1):
        u[n] = x[n] @ W + b
    return u, (x, W)


@put(WRONG)
def last_input_forgotten(x, W, b):
    u = sum(np.outer(x[:, d], W[d]) for d in range(W.shape[0] - 1)) + np.tile(b, (len(x), 1))
    return u, (x, W)


@put(WRONG)
def mean_over_inputs(x, W, b):
    return x @ W / W.shape[0] + b, (x, W)


@put(WRONG)
def scaled_by_fan_in(x, W, b):
    return x @ W / np.sqrt(W.shape[0]) + b, (x, W)


@put(WRONG)
def batch_summed(x, W, b):
    return (x @ W).sum(axis=0, keepdims=True) + b, (x, W)


@put(WRONG)
def batch_mean_of_bias(x, W, b):
    return x @ W + b.mean(), (x, W)


@put(WRONG)
def bias_added_twice(x, W, b):
    u = x @ W + b
    u += b
    return u, (x, W)


@put(WRONG)
def bias_of_first_unit(x, W, b):
    # Right for a constant bias and for one output unit.
    return x @ W + b[0], (x, W)


@put(WRONG)
def activation_on_top(x, W, b):
    return np.maximum(0, x @ W + b), (x, W)


@put(WRONG)
def whole_numbers(x, W, b):
    return x.astype(int) @ W + b, (x, W)


@put(WRONG)
def half_precision(x, W, b):
    return (x.astype(np.float16) @ W.astype(np.float16) + b).astype(x.dtype), (x, W)


@put(WRONG)
def bias_only_for_batches(x, W, b):
    # Wrong for N = 1 only.
    return (x @ W if x.shape[0] == 1 else x @ W + b), (x, W)


@put(WRONG)
def elementwise_for_one_input(x, W, b):
    # Wrong for n_in = 1 only: W's row is broadcast and then averaged.
    u = x @ W if W.shape[0] > 1 else np.repeat(x * W.mean(), W.shape[1], axis=1)
    return u + b, (x, W)


@put(WRONG)
def sorted_rows(x, W, b):
    return np.sort(x @ W + b, axis=0), (x, W)


@put(WRONG)
def remembers_the_first_weights(x, W, b, store={}):  # noqa: B006
    W = store.setdefault(W.shape, W.copy())
    return x @ W + b, (x, W)


@put(WRONG)
def bias_accumulates(x, W, b):
    # Wrong from the second call with the same bias on, and the input is changed.
    u = x @ W + b
    b += 1e-3 * u.mean(axis=0)
    return u + (b - b.mean()) * 1e-2, (x, W)


@put(WRONG)
def absolute_weights(x, W, b):
    return x @ np.abs(W) + b, (x, W)


@put(WRONG)
def transposed_result(x, W, b):
    return (x @ W + b).T, (x, W)


@put(WRONG)
def cache_first(x, W, b):
    return (x, W), x @ W + b


@put(WRONG)
def no_cache(x, W, b):
    return x @ W + b


@put(WRONG)
def standardised_input_and_no_bias(x, W, b):
    return (x - x.mean(axis=0)) @ W, (x, W)


@put(WRONG)
def clipped(x, W, b):
    return np.clip(x @ W + b, -1, 1), (x, W)


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
