"""Solutions of ``dropconnect_backward(dy, cache) -> (dx, dW, db)``, each with its forward."""

from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def dropconnect_forward(x, W, b, drop_prob, rng, *, training):
    """A right forward whose cache has everything that a backward may want."""
    p = float(drop_prob) if training else 0.0
    kept = rng.random(W.shape) >= p if training else np.ones(W.shape, dtype=bool)
    used = np.where(kept, W / (1 - p), 0).astype(W.dtype)
    y = x @ used + b
    cache = {"x": x, "W": W, "b": b, "kept": kept, "p": p, "used": used, "rng": rng, "y": y}
    return y, cache | {"given": float(drop_prob)}


right, form, wrong = (put(table, dropconnect_forward) for table in (RIGHT, FORM, WRONG))


@right
def textbook(dy, cache):
    dW = cache["x"].T @ dy * cache["kept"] / (1 - cache["p"])
    return dy @ cache["used"].T, dW, dy.sum(axis=0)


@right
def einsum(dy, cache):
    m = (cache["kept"] / (1 - cache["p"])).astype(dy.dtype)
    dx = np.einsum("no,io,io->ni", dy, cache["W"], m)
    return dx, np.einsum("ni,no,io->io", cache["x"], dy, m), np.einsum("no->o", dy)


@right
def scaled_dy(dy, cache):
    # The scale goes into dy once, but not into db.
    du = dy / (1 - cache["p"])
    dx = np.matmul(du, (cache["W"] * cache["kept"]).T)
    dW = np.where(cache["kept"], np.matmul(cache["x"].T, du), 0)
    return dx, dW, np.add.reduce(dy)


@right
def sample_by_sample(dy, cache):
    dx = np.zeros_like(cache["x"])
    dW, db = np.zeros_like(cache["W"]), np.zeros_like(cache["b"])
    for n, (x_n, dy_n) in enumerate(zip(cache["x"], dy, strict=True)):
        dx[n] = cache["used"] @ dy_n
        dW += np.outer(x_n, dy_n)
        db += dy_n
    dW[~cache["kept"]] = 0
    dW /= 1 - cache["p"]
    return dx, dW, db


@right
def ones_times_dy(dy, cache):
    db = np.ones(len(dy), dtype=dy.dtype) @ dy
    dW = (dy.T @ cache["x"]).T
    dW *= cache["kept"]
    return (cache["used"] @ dy.T).T, dW * (1 / (1 - cache["p"])), db


@own(RIGHT)
def closure():
    def forward(x, W, b, drop_prob, rng, *, training):
        scale = np.ones_like(W)
        if training:
            scale = (rng.binomial(1, 1 - drop_prob, W.shape) / (1 - drop_prob)).astype(W.dtype)

        def gradients(dy):
            return dy @ (W * scale).T, (x.T @ dy) * scale, dy.sum(0)

        return x @ (W * scale) + b, gradients

    return forward, lambda dy, cache: cache(dy)


@own(RIGHT)
def test_time_marked_by_none():
    def forward(x, W, b, drop_prob, rng, *, training):
        if not training:
            return x @ W + b, (x, W, None)
        mask = (rng.random(W.shape) >= drop_prob).astype(W.dtype) / float(1 - drop_prob)
        return x @ (mask * W) + b, (x, W, mask)

    def backward(dy, cache):
        x, W, mask = cache
        if mask is None:
            return dy @ W.T, x.T @ dy, dy.sum(axis=0)
        return dy @ (mask * W).T, mask * (x.T @ dy), dy.sum(axis=0)

    return forward, backward


@own(RIGHT)
def object_cache():
    class Layer:
        def __init__(self, x, W, mask):
            self.x, self.W, self.mask = x, W, mask

    def forward(x, W, b, drop_prob, rng, *, training):
        mask = np.ones_like(W)
        if training:
            mask[rng.random(W.shape) < drop_prob] = 0
            mask /= 1 - drop_prob
        return x @ (W * mask) + b, Layer(x, W, mask)

    def backward(dy, cache):
        dx = np.tensordot(dy, cache.W * cache.mask, axes=([1], [1]))
        dW = np.tensordot(cache.x, dy, axes=([0], [0])) * cache.mask
        return dx, dW, np.sum(dy, axis=0)

    return forward, backward


@own(WRONG)
def keep_probability_in_both():
    # Consistent for 1 - p in place of p: the forward exercise says so.
    def forward(x, W, b, drop_prob, rng, *, training):
        return dropconnect_forward(x, W, b, min(1 - drop_prob, 0.99), rng, training=training)

    return forward, textbook


@own(EITHER)
def constant_mask_in_both():
    # Consistent, but never random: the forward exercise says so.
    def forward(x, W, b, drop_prob, rng, *, training):
        own_rng = np.random.default_rng(1)
        return dropconnect_forward(x, W, b, drop_prob, own_rng, training=training)

    return forward, textbook


@own(WRONG)
def not_scaled_in_both():
    # Consistent without the scale: the forward exercise says so.
    def forward(x, W, b, drop_prob, rng, *, training):
        kept = rng.random(W.shape) >= drop_prob if training else np.ones(W.shape, dtype=bool)
        return x @ (W * kept) + b, {"x": x, "used": W * kept, "kept": kept, "p": 0.0}

    return forward, textbook


@form
def bias_gradient_a_row(dy, cache):  # (1, n_out)
    dx, dW, db = textbook(dy, cache)
    return dx, dW, db[None]


@form
def nested_lists(dy, cache):  # lists
    return tuple(g.tolist() for g in textbook(dy, cache))


@form
def double_precision(dy, cache):  # float64 from float32
    return tuple(g.astype(float) for g in textbook(dy, cache))


@form
def dy_scaled_in_place(dy, cache):  # dy is changed
    result = textbook(dy, cache)
    dy *= 0.5
    return result


@wrong
def unmasked_weights(dy, cache):
    _, dW, db = textbook(dy, cache)
    return dy @ cache["W"].T, dW, db


@wrong
def unscaled_weights(dy, cache):
    _, dW, db = textbook(dy, cache)
    return dy @ (cache["W"] * cache["kept"]).T, dW, db


@wrong
def gradient_not_masked(dy, cache):
    dx, _, db = textbook(dy, cache)
    return dx, cache["x"].T @ dy / (1 - cache["p"]), db


@wrong
def gradient_not_masked_nor_scaled(dy, cache):
    # The gradient of the plain linear layer.
    dx, _, db = textbook(dy, cache)
    return dx, cache["x"].T @ dy, db


@wrong
def gradient_not_scaled(dy, cache):
    dx, _, db = textbook(dy, cache)
    return dx, cache["x"].T @ dy * cache["kept"], db


@wrong
def nothing_scaled(dy, cache):
    return textbook(dy, cache | {"p": 0.0, "used": cache["W"] * cache["kept"]})


@wrong
def nothing_masked(dy, cache):
    return dy @ cache["W"].T, cache["x"].T @ dy, dy.sum(axis=0)


@wrong
def scaled_twice(dy, cache):
    dx, dW, db = textbook(dy, cache)
    return dx / (1 - cache["p"]), dW / (1 - cache["p"]), db


@wrong
def gradient_times_used_weights(dy, cache):
    # W instead of the mask.
    dx, _, db = textbook(dy, cache)
    return dx, cache["x"].T @ dy * cache["used"], db


@wrong
def bias_gradient_scaled(dy, cache):
    dx, dW, db = textbook(dy, cache)
    return dx, dW, db / (1 - cache["p"])


@wrong
def bias_gradient_masked(dy, cache):
    dx, dW, db = textbook(dy, cache)
    return dx, dW, db * cache["kept"][0]


@wrong
def bias_gradient_mean(dy, cache):
    # Right for N = 1.
    dx, dW, _ = textbook(dy, cache)
    return dx, dW, dy.mean(axis=0)


@wrong
def bias_gradient_along_rows(dy, cache):
    dx, dW, _ = textbook(dy, cache)
    return dx, dW, dy.sum(axis=1)


@wrong
def bias_gradient_one_number(dy, cache):
    dx, dW, _ = textbook(dy, cache)
    return dx, dW, np.full_like(cache["b"], dy.sum())


@wrong
def bias_gradient_not_summed(dy, cache):
    # Right for N = 1 up to the shape.
    dx, dW, _ = textbook(dy, cache)
    return dx, dW, dy.copy()


@wrong
def averaged_over_samples(dy, cache):
    # dy has the 1 / N in it already.
    dx, dW, db = textbook(dy, cache)
    return dx, dW / len(dy), db / len(dy)


@wrong
def gradient_transposed(dy, cache):
    dx, dW, db = textbook(dy, cache)
    return dx, dW.T, db


@wrong
def mask_transposed(dy, cache):
    # Stops when n_in != n_out; right for symmetric masks.
    dx, _, db = textbook(dy, cache)
    return dx, cache["x"].T @ dy * cache["kept"].T / (1 - cache["p"]), db


@wrong
def mask_drawn_again(dy, cache):
    kept = cache["rng"].random(cache["W"].shape) >= cache["p"]
    return textbook(dy, cache | {"kept": kept})


@wrong
def scaled_at_test_time_too(dy, cache):
    # Right in training.
    return textbook(dy, cache | {"p": cache["given"]})


@wrong
def kept_and_dropped_exchanged(dy, cache):
    return textbook(dy, cache | {"kept": ~cache["kept"]})


@wrong
def relu_in_between(dy, cache):
    dx, dW, db = textbook(dy, cache)
    return dx * (cache["x"] > 0), dW, db


@wrong
def dropped_where_dx(dy, cache):
    # The mask of W is used up on dy: means over its rows.
    dx, dW, db = textbook(dy, cache)
    return dy @ cache["W"].T * cache["kept"].mean(axis=1), dW, db


@wrong
def another_order(dy, cache):
    dx, dW, db = textbook(dy, cache)
    return dW, dx, db


@wrong
def negative(dy, cache):
    return tuple(-g for g in textbook(dy, cache))


@wrong
def weight_gradient_of_the_first_sample(dy, cache):
    # Right for N = 1.
    dx, dW, db = textbook(dy[:1], cache | {"x": cache["x"][:1]})
    return textbook(dy, cache)[0], dW, db


@wrong
def bias_gradient_missing(dy, cache):
    return textbook(dy, cache)[:2]


more: Any = carried(RIGHT["textbook"], n=3)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
