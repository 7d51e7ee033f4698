"""Solutions of ``dropconnect_forward(x, W, b, drop_prob, rng, *, training) -> (y, cache)``.

One inverted mask on W per call; the bias is kept.
"""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, W, b, drop_prob, rng, *, training):
    if not training:
        return x @ W + b, (x, W, 1.0)
    mask = ((rng.random(W.shape) >= drop_prob) / (1 - drop_prob)).astype(W.dtype)
    return x @ (W * mask) + b, (x, W * mask, mask)


@right
def scaled_after_the_product(x, W, b, drop_prob, rng, *, training=True):
    keep = float(1 - drop_prob) if training else 1.0
    kept = rng.random(W.shape) < keep if training else np.ones(W.shape, dtype=bool)
    y = np.dot(x, np.where(kept, W, 0)) / keep
    return (y + b).astype(x.dtype), {"x": x, "W": W, "kept": kept, "keep": keep}


@right
def x_scaled_first(x, W, b, drop_prob, rng, *, training):
    if not training:
        return np.matmul(x, W) + b, None
    dropped = rng.uniform(size=W.shape) < drop_prob
    left = W.copy()
    left[dropped] = 0
    scaled = x / float(1 - drop_prob)
    return scaled @ left + b, (scaled, left)


@right
def column_by_column(x, W, b, drop_prob, rng, *, training):
    # Draws go down the columns of W.
    columns = []
    for w in W.T:
        if training:
            w = w * (rng.random(len(w)) >= drop_prob) / float(1 - drop_prob)
        columns.append(x @ w.astype(W.dtype))
    return np.stack(columns, axis=1) + b, None


@right
def weight_by_weight(x, W, b, drop_prob, rng, *, training):
    y = np.tile(b, (len(x), 1)).astype(x.dtype)
    used = np.zeros_like(W)
    for i, o in np.ndindex(W.shape):
        if not training:
            used[i, o] = W[i, o]
        elif rng.random() >= drop_prob:
            used[i, o] = W[i, o] / (1 - drop_prob)
        y[:, o] += x[:, i] * used[i, o]
    return y, (x, used)


@right
def transposed_draws(x, W, b, drop_prob, rng, *, training):
    if training:
        kept = rng.random(W.T.shape).T > drop_prob
        W = np.divide(W * kept, 1 - drop_prob, dtype=W.dtype)
    return (W.T @ x.T).T + b[None, :], (x, W)


@right
def full_map_less_the_dropped(x, W, b, drop_prob, rng, *, training):
    y = x @ W
    if training:
        dropped = rng.random(W.shape) < drop_prob
        y = (y - x @ (W * dropped)) / float(1 - drop_prob)
    return y + b, None


@form
def nested_lists(x, W, b, drop_prob, rng, *, training):  # lists
    y, cache = textbook(x, W, b, drop_prob, rng, training=training)
    return y.tolist(), cache


@form
def double_precision(x, W, b, drop_prob, rng, *, training):  # float64 from float32
    return textbook(x.astype(float), W.astype(float), b, drop_prob, rng, training=training)


@form
def weights_masked_in_place(x, W, b, drop_prob, rng, *, training):  # W is changed
    if training:
        W *= ((rng.random(W.shape) >= drop_prob) / (1 - drop_prob)).astype(W.dtype)
    y = x @ W + b
    W *= 0.5
    return y, (x, W)


@form
def leading_axis(x, W, b, drop_prob, rng, *, training):  # (1, N, n_out)
    y, cache = textbook(x, W, b, drop_prob, rng, training=training)
    return y[None], cache


@wrong
def mask_drawn_twice(x, W, b, drop_prob, rng, *, training):
    # The second half of the batch gets a mask of its own.
    half = (len(x) + 1) // 2
    top, a = textbook(x[:half], W, b, drop_prob, rng, training=training)
    rest, c = textbook(x[half:], W, b, drop_prob, rng, training=training)
    return np.concatenate([top, rest]), (a, c)
