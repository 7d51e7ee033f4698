"""Solutions of ``shared_chain_forward(x, W, n) -> (y, cache)``: n times ``z = sigmoid(z @ W)``."""

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


def sigmoid(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


@put(RIGHT)
def textbook(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (W, zs)


@put(RIGHT)
def overflow_to_one_over_infinity(x, W, n):
    z, cache = x, []
    for _ in range(n):
        with np.errstate(over="ignore"):
            z_next = 1 / (1 + np.exp(-np.dot(z, W)))
        cache.append((z, z_next))
        z = z_next
    return z, {"steps": cache, "W": W}


@put(RIGHT)
def recursive(x, W, n):
    if n == 0:
        return x, None
    y, cache = recursive(sigmoid(x @ W), W, n - 1)
    return y, (x, W, cache)


@put(RIGHT)
def reduced(x, W, n):
    y = functools.reduce(lambda z, _: sigmoid(np.matmul(z, W)), range(n), x)
    return y, SimpleNamespace(x=x, W=W, n=n)


@put(RIGHT)
def two_branches(x, W, n):
    # No overflow on either side.
    z = x
    for _ in range(n):
        u = np.einsum("nd,de->ne", z, W)
        e = np.exp(-np.abs(u))
        z = np.where(u >= 0, 1 / (1 + e), e / (1 + e))
    return z, (x, W, n)


@put(RIGHT)
def row_by_row(x, W, n):
    y = np.empty_like(x)
    for k, row in enumerate(x):
        for _ in range(n):
            row = np.exp(-np.logaddexp(0, -(W.T @ row)))
        y[k] = row
    return y, None


@put(RIGHT)
def pure_python(x, W, n):
    rows, columns = x.tolist(), W.T.tolist()
    for _ in range(n):
        u = [[math.fsum(p * q for p, q in zip(r, c, strict=True)) for c in columns] for r in rows]
        rows = [[0.5 + 0.5 * math.tanh(v / 2) for v in row] for row in u]
    return np.array(rows, dtype=x.dtype), [x, W, n]


@put(RIGHT)
def buffer_of_all_steps(x, W, n, *, activation=sigmoid):
    z = np.empty((n + 1, *x.shape), dtype=x.dtype)
    z[0] = x
    for k in range(n):
        z[k + 1] = activation(z[k] @ W)
    return z[n].copy(), (z, W)


RIGHT["partially_applied"] = (functools.partial(buffer_of_all_steps, activation=sigmoid),)


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(x, W, n):  # lists
    y, cache = textbook(x, W, n)
    return y.tolist(), cache


@put(FORM)
def leading_axis(x, W, n):  # (1, N, D)
    y, cache = textbook(x, W, n)
    return y[None], cache


@put(FORM)
def in_place(x, W, n):  # x is changed
    for _ in range(n):
        x[...] = sigmoid(x @ W)
    return x.copy(), (x, W, n)


@put(FORM)
def double_precision(x, W, n):  # float64 from float32
    return textbook(x.astype(float), W.astype(float), n)


@put(FORM)
def matrix_transposed_in_place(x, W, n):  # W is changed
    y, cache = textbook(x, W, n)
    W[...] = W.T.copy()
    return y, cache


# --- wrong ------------------------------------------------------------------------------------


def variant(
    x,
    W,
    n,
    *,
    count=lambda n: n,
    step=lambda z, W, k, n: sigmoid(z @ W),
    end=lambda z, x, W: z,
):
    """A chain with places to go wrong."""
    z = x
    for k in range(count(n)):
        z = step(z, W, k, n)
    return end(z, x, W).astype(x.dtype), (x, W, n)


for name, spoilt in {
    "one_step_too_few": {"count": lambda n: n - 1},
    "one_step_too_many": {"count": lambda n: n + 1},
    "one_step_only": {"count": lambda n: 1},
    "two_steps_at_most": {"count": lambda n: min(n, 2)},
    "always_three_steps": {"count": lambda n: 3},
    "transposed": {"step": lambda z, W, k, n: sigmoid(z @ W.T)},
    "transposed_every_second_time": {"step": lambda z, W, k, n: sigmoid(z @ (W.T if k % 2 else W))},
    "no_activation": {"step": lambda z, W, k, n: z @ W},
    "no_activation_at_the_end": {
        "step": lambda z, W, k, n: z @ W if k == n - 1 else sigmoid(z @ W)
    },
    "activation_at_the_end_only": {
        "step": lambda z, W, k, n: sigmoid(z @ W) if k == n - 1 else z @ W
    },
    "activation_before": {"step": lambda z, W, k, n: sigmoid(z) @ W},
    "hyperbolic_tangent": {"step": lambda z, W, k, n: np.tanh(z @ W)},
    "relu": {"step": lambda z, W, k, n: np.maximum(z @ W, 0)},
    "softmax": {
        "step": lambda z, W, k, n: np.exp(z @ W) / np.exp(z @ W).sum(axis=1, keepdims=True)
    },
    "entries_multiplied": {"step": lambda z, W, k, n: sigmoid(z * np.diag(W))},
    "sign_in_the_exponent": {"step": lambda z, W, k, n: 1 - sigmoid(z @ W)},
    "one_forgotten": {"step": lambda z, W, k, n: np.exp(np.minimum(z @ W, 50))},
    "steep_sigmoid": {"step": lambda z, W, k, n: sigmoid(2 * (z @ W))},
    "hard_sigmoid": {"step": lambda z, W, k, n: np.clip((z @ W) / 4 + 0.5, 0, 1)},
    "sigmoid_twice": {"step": lambda z, W, k, n: sigmoid(sigmoid(z @ W))},
    "skip_connection": {"step": lambda z, W, k, n: z + sigmoid(z @ W)},
    "always_a_half_added": {"step": lambda z, W, k, n: sigmoid(z @ W + 0.5)},
    "averaged_over_the_features": {"step": lambda z, W, k, n: sigmoid(z @ W / len(W))},
    "matrix_decays": {"step": lambda z, W, k, n: sigmoid(z @ W * 0.9**k)},
    "clipped": {"step": lambda z, W, k, n: np.clip(sigmoid(z @ W), 0.1, 0.9)},
    "rounded": {"step": lambda z, W, k, n: np.round(sigmoid(z @ W), 1)},
    "last_row_left_behind": {"end": lambda z, x, W: np.concatenate([z[:-1], x[-1:]])},
    "transposed_result": {"end": lambda z, x, W: z.T},
    "last_step_again_from_x": {"end": lambda z, x, W: sigmoid(x @ W)},
    "summed_with_the_input": {"end": lambda z, x, W: z + x},
    "mean_over_the_batch": {"end": lambda z, x, W: np.broadcast_to(z.mean(0), z.shape)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def power_of_the_matrix(x, W, n):
    # As if there were no sigmoid between: right for n = 1.
    return sigmoid(x @ np.linalg.matrix_power(W, n)), (x, W, n)


@put(WRONG)
def power_by_entries(x, W, n):
    return sigmoid(x @ W**n), (x, W, n)


@put(WRONG)
def always_from_x(x, W, n):
    # z is never used again: right for n = 1.
    for _ in range(n):
        y = sigmoid(x @ W)
    return y, (x, W, n)


@put(WRONG)
def all_steps(x, W, n):
    y, cache = textbook(x, W, n)
    return np.stack(cache[1]), cache


@put(WRONG)
def all_steps_in_a_list(x, W, n):
    y, cache = textbook(x, W, n)
    return cache[1][1:], cache


@put(WRONG)
def no_cache(x, W, n):
    return textbook(x, W, n)[0]


@put(WRONG)
def cache_first(x, W, n):
    return textbook(x, W, n)[::-1]


@put(WRONG)
def matrix_updated_between(x, W, n):
    z, W = x, W.copy()
    for _ in range(n):
        z = sigmoid(z @ W)
        W -= 0.01 * W
    return z, (x, W, n)


@put(WRONG)
def two_mistakes(x, W, n):
    return variant(x, W, n - 1, step=lambda z, W, k, n: np.tanh(z @ W))


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
