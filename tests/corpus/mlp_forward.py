"""Solutions of ``mlp_forward(x, params) -> (y, cache)``."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def linear_forward(x, W, b):
    return x @ W + b, (x, W)


def relu_forward(u):
    return np.maximum(u, 0), u


def relu(u):
    return np.maximum(u, 0)


@put(RIGHT)
def textbook(x, params):
    cache = []
    z = x
    for i, (W, b) in enumerate(params):
        u = z @ W + b
        cache.append((z, W, u))
        z = relu(u) if i < len(params) - 1 else u
    return z, cache


@put(RIGHT)
def last_layer_apart(x, params):
    *hidden, (W, b) = params
    activations = [x]
    for V, c in hidden:
        activations.append(np.maximum(0, activations[-1] @ V + c))
    return activations[-1] @ W + b, (activations, params)


@put(RIGHT)
def from_the_parts(x, params):
    caches = []
    for W, b in params[:-1]:
        x, linear_cache = linear_forward(x, W, b)
        x, relu_cache = relu_forward(x)
        caches.append((linear_cache, relu_cache))
    x, last = linear_forward(x, *params[-1])
    return x, {"hidden": caches, "last": last}


@put(RIGHT)
def relu_before_each_but_the_first(x, params):
    u = x
    us = []
    for n, (W, b) in enumerate(params):
        z = u if n == 0 else u.clip(min=0)
        u = z.dot(W) + b
        us.append(u)
    return u, us


@put(RIGHT)
def recursive(x, params):
    (W, b), *rest = params
    u = x @ W + b
    if not rest:
        return u, [(x, W)]
    y, caches = recursive(relu(u), rest)
    return y, [(x, W, u), *caches]


@put(RIGHT)
def reduce_over_layers(x, params):
    first, *others = params
    start = x @ first[0] + first[1]
    y = functools.reduce(lambda u, p: relu(u) @ p[0] + p[1], others, start)
    return y, (x, params)


@put(RIGHT)
def numbered_dictionary(x, params):
    cache = {"A0": x}
    L = len(params)
    for layer in range(1, L + 1):
        W, b = params[layer - 1]
        cache[f"Z{layer}"] = np.dot(cache[f"A{layer - 1}"], W) + b
        if layer == L:
            cache[f"A{layer}"] = cache[f"Z{layer}"]
        else:
            cache[f"A{layer}"] = np.maximum(cache[f"Z{layer}"], 0)
    return cache[f"A{L}"], cache


@put(RIGHT)
def relu_everywhere_then_undone(x, params):
    z = x
    for W, b in params:
        u = np.einsum("ni,io->no", z, W) + b
        z = relu(u)
    return u, None


@put(RIGHT)
def list_of_functions(x, params, *, activation=relu):
    layers: list[Any] = []
    for W, b in params:
        layers += [lambda z, W=W, b=b: z @ W + b, activation]
    for layer in layers[:-1]:
        x = layer(x)
    return x, layers


@put(RIGHT)
def copies_and_while(x, params):
    queue = list(params)
    h = np.array(x)
    while queue:
        W, b = queue.pop(0)
        h = h @ W + b
        if queue:
            h[h < 0] = 0
    return h, (x, params)


@put(FORM)
def nested_lists(x, params):  # lists
    y, cache = textbook(x, params)
    return y.tolist(), cache


@put(FORM)
def double_precision(x, params):  # float64 from float32
    return textbook(np.asarray(x, dtype=float), params)


@put(FORM)
def row_by_row_into_zeros(x, params):  # float64 from float32
    y = np.zeros((len(x), params[-1][0].shape[1]))
    for n, row in enumerate(x):
        y[n] = recursive(row[None], params)[0]
    return y, (x, params)


@put(FORM)
def weights_changed_afterwards(x, params):  # the parameters are changed
    y, cache = textbook(x, params)
    for W, _ in params:
        W *= 0.5
    return y, cache


@put(FORM)
def input_rectified_afterwards(x, params):  # x is changed
    y, cache = textbook(x, params)
    x[x < 0] = 0
    return y, cache


@put(FORM)
def parameters_popped(x, params):  # the caller's list is empty afterwards
    while params:
        W, b = params.pop(0)
        x = x @ W + b
        if params:
            x = relu(x)
    return x, None


@put(WRONG)
def relu_after_the_last(x, params):
    for W, b in params:
        x = relu(x @ W + b)
    return x, None


@put(WRONG)
def relu_never(x, params):
    # Right for one layer.
    for W, b in params:
        x = x @ W + b
    return x, None


@put(WRONG)
def relu_on_the_input_too(x, params):
    for W, b in params:
        x = relu(x) @ W + b
    return x, None


@put(WRONG)
def two_layers_exactly(x, params):
    (W1, b1), (W2, b2) = params[0], params[-1]
    return relu(x @ W1 + b1) @ W2 + b2, None


@put(WRONG)
def relu_missing_from_depth_three_on(x, params):
    # Right for one and two layers.
    for n, (W, b) in enumerate(params):
        x = x @ W + b
        if n == 0 and len(params) > 1:
            x = relu(x)
    return x, None


@put(WRONG)
def relu_missing_before_the_last(x, params):
    for n, (W, b) in enumerate(params):
        x = x @ W + b
        if n < len(params) - 2:
            x = relu(x)
    return x, None


@put(WRONG)
def bias_of_hidden_layers_forgotten(x, params):
    # Right for one layer.
    for W, _ in params[:-1]:
        x = relu(x @ W)
    return x @ params[-1][0] + params[-1][1], None


@put(WRONG)
def last_bias_forgotten(x, params):
    for W, b in params[:-1]:
        x = relu(x @ W + b)
    return x @ params[-1][0], None


@put(WRONG)
def bias_after_relu(x, params):
    for W, b in params[:-1]:
        x = relu(x @ W) + b
    return x @ params[-1][0] + params[-1][1], None


@put(WRONG)
def tanh_for_relu(x, params):
    for W, b in params[:-1]:
        x = np.tanh(x @ W + b)
    return x @ params[-1][0] + params[-1][1], None


@put(WRONG)
def leaky(x, params):
    for W, b in params[:-1]:
        u = x @ W + b
        x = np.where(u > 0, u, 0.01 * u)
    return x @ params[-1][0] + params[-1][1], None


@put(WRONG)
def softmax_on_top(x, params):
    u, cache = textbook(x, params)
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), cache


@put(WRONG)
def residual_where_it_fits(x, params):
    # Wrong for hidden layers as wide as their input only.
    for W, b in params[:-1]:
        u = relu(x @ W + b)
        x = x + u if x.shape == u.shape else u
    return x @ params[-1][0] + params[-1][1], None


@put(WRONG)
def square_weights_transposed(x, params):
    # Wrong for square W only.
    for n, (W, b) in enumerate(params):
        x = x @ (W.T if W.shape[0] == W.shape[1] else W) + b
        if n < len(params) - 1:
            x = relu(x)
    return x, None


@put(WRONG)
def last_layer_skipped_for_one(x, params):
    # Wrong for a single layer only.
    if len(params) == 1:
        return relu(x @ params[0][0] + params[0][1]), None
    return textbook(x, params)


@put(WRONG)
def hidden_units_sorted(x, params):
    for W, b in params[:-1]:
        x = np.sort(relu(x @ W + b), axis=1)
    return x @ params[-1][0] + params[-1][1], None


@put(WRONG)
def batch_centred(x, params):
    return textbook(x - x.mean(axis=0), params)


@put(WRONG)
def relu_of_layer_kept_shared(x, params):
    # The mask of the first layer is used wherever the shapes allow it.
    mask = None
    for W, b in params[:-1]:
        u = x @ W + b
        if mask is None or mask.shape != u.shape:
            mask = u > 0
        x = u * mask
    return x @ params[-1][0] + params[-1][1], None


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
