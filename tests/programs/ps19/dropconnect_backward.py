"""Solutions of ``dropconnect_backward(dy, cache) -> (dx, dW, db)``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def dropconnect_forward(x, W, b, drop_prob, rng, *, training):
    """A right forward whose cache has everything that a backward may want."""
    p = float(drop_prob) if training else 0.0
    kept = rng.random(W.shape) >= p if training else np.ones(W.shape, dtype=bool)
    used = np.where(kept, W / (1 - p), 0).astype(W.dtype)
    y = x @ used + b
    cache = {"x": x, "W": W, "b": b, "kept": kept, "p": p, "used": used, "rng": rng, "y": y}
    return y, cache | {"given": float(drop_prob)}


programs = Catalogue(dropconnect_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, cache):
    dW = cache["x"].T @ dy * cache["kept"] / (1 - cache["p"])
    return dy @ cache["used"].T, dW, dy.sum(axis=0)


@right
def ones_times_dy(dy, cache):
    db = np.ones(len(dy), dtype=dy.dtype) @ dy
    dW = (dy.T @ cache["x"]).T
    dW *= cache["kept"]
    return (cache["used"] @ dy.T).T, dW * (1 / (1 - cache["p"])), db


@right.together
def closure():
    def forward(x, W, b, drop_prob, rng, *, training):
        scale = np.ones_like(W)
        if training:
            scale = (rng.binomial(1, 1 - drop_prob, W.shape) / (1 - drop_prob)).astype(W.dtype)

        def gradients(dy):
            return dy @ (W * scale).T, (x.T @ dy) * scale, dy.sum(0)

        return x @ (W * scale) + b, gradients

    return forward, lambda dy, cache: cache(dy)


@right.together
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


@wrong.together
def keep_probability_in_both():
    # Consistent for 1 - p in place of p: the forward exercise says so.
    def forward(x, W, b, drop_prob, rng, *, training):
        return dropconnect_forward(x, W, b, min(1 - drop_prob, 0.99), rng, training=training)

    return forward, textbook


@open_.together
def constant_mask_in_both():
    # Consistent, but never random: the forward exercise says so.
    def forward(x, W, b, drop_prob, rng, *, training):
        own_rng = np.random.default_rng(1)
        return dropconnect_forward(x, W, b, drop_prob, own_rng, training=training)

    return forward, textbook


form.edit("bias_gradient_a_row", textbook, "dy.sum(axis=0)", "dy.sum(axis=0, keepdims=True)")


@wrong
def scaled_at_test_time_too(dy, cache):
    # Right in training.
    return textbook(dy, cache | {"p": cache["given"]})
