"""Programs for ``mlp_forward``."""

from functools import reduce

import numpy as np


def linear_forward(x, W, b):
    return x @ W + b, (x, W)


def relu_forward(u):
    return np.maximum(u, 0), u


def own_functions(x, params):
    caches = []
    for i, (W, b) in enumerate(params):
        x, linear_cache = linear_forward(x, W, b)
        caches.append(linear_cache)
        if i < len(params) - 1:
            x, relu_cache = relu_forward(x)
            caches.append(relu_cache)
    return x, caches


def numbered_layers(x, params):
    cache = {"z0": x}
    for n in range(1, len(params) + 1):
        W, b = params[n - 1][0], params[n - 1][1]
        cache[f"u{n}"] = np.dot(cache[f"z{n - 1}"], W) + b
        cache[f"z{n}"] = cache[f"u{n}"] * (cache[f"u{n}"] > 0)
    return cache[f"u{len(params)}"], cache


def relu_before_all_but_first(x, params):
    u = x @ params[0][0] + params[0][1]
    for W, b in params[1:]:
        u = np.where(u > 0, u, 0) @ W + b
    return u, None


def recursion(x, params):
    (W, b), *rest = params
    u = x @ W + b
    if not rest:
        return u, [x]
    y, zs = recursion(np.maximum(u, 0), rest)
    return y, [x, *zs]


def fold(x, params):
    W, b = params[-1]
    z = reduce(lambda z, layer: np.maximum(z @ layer[0] + layer[1], 0), params[:-1], x)
    return z @ W + b, None


def columns(x, params):
    z = x.T
    for W, b in params:
        u = W.T @ z + b[:, np.newaxis]
        z = np.maximum(u, 0)
    return u.T, None


def row_by_row(x, params):
    return np.stack([numbered_layers(row, params)[0] for row in x]), None


def in_double_precision(x, params):
    wide = [(W.astype(float), b.astype(float)) for W, b in params]
    return fold(x.astype(float), wide)[0].astype(x.dtype), None


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        own_functions,
        numbered_layers,
        relu_before_all_but_first,
        recursion,
        fold,
        columns,
        row_by_row,
        in_double_precision,
    )
]


def nested_lists(x, params):
    return fold(x, params)[0].tolist(), None


def empties_params(x, params):
    z = x
    while len(params) > 1:
        W, b = params.pop(0)
        z = np.maximum(z @ W + b, 0)
    W, b = params[0]
    return z @ W + b, None


def always_double(x, params):
    return fold(x.astype(np.float64), params)


DRESSED = [(f.__name__, (f,)) for f in (nested_lists, empties_params, always_double)]


def tanh_between(x, params):
    for W, b in params[:-1]:
        x = np.tanh(x @ W + b)
    return x @ params[-1][0] + params[-1][1], None


def relu_after_first_only(x, params):
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        if i == 0 and len(params) > 1:
            x = np.maximum(x, 0)
    return x, None


def relu_before_bias(x, params):
    for W, b in params[:-1]:
        x = np.maximum(x @ W, 0) + b
    return x @ params[-1][0] + params[-1][1], None


def two_hidden_at_most(x, params):
    return fold(x, [*params[:2], params[-1]] if len(params) > 3 else params)


def last_bias_forgotten(x, params):
    return fold(x, params)[0] - params[-1][1], None


def softmax_at_the_end(x, params):
    y = fold(x, params)[0]
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), None


def untransposed_square(x, params):
    return fold(x, [(W.T if W.shape[0] == W.shape[1] else W, b) for W, b in params])


WRONG = [
    (f.__name__, (f,))
    for f in (
        tanh_between,
        relu_after_first_only,
        relu_before_bias,
        two_hidden_at_most,
        last_bias_forgotten,
        softmax_at_the_end,
        untransposed_square,
    )
]
