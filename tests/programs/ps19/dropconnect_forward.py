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
def transposed_draws(x, W, b, drop_prob, rng, *, training):
    if training:
        kept = rng.random(W.T.shape).T > drop_prob
        W = np.divide(W * kept, 1 - drop_prob, dtype=W.dtype)
    return (W.T @ x.T).T + b[None, :], (x, W)


@form
def weights_masked_in_place(x, W, b, drop_prob, rng, *, training):  # W is changed
    if training:
        W *= ((rng.random(W.shape) >= drop_prob) / (1 - drop_prob)).astype(W.dtype)
    y = x @ W + b
    W *= 0.5
    return y, (x, W)


@wrong
def mask_drawn_twice(x, W, b, drop_prob, rng, *, training):
    # The second half of the batch gets a mask of its own.
    half = (len(x) + 1) // 2
    top, a = textbook(x[:half], W, b, drop_prob, rng, training=training)
    rest, c = textbook(x[half:], W, b, drop_prob, rng, training=training)
    return np.concatenate([top, rest]), (a, c)
