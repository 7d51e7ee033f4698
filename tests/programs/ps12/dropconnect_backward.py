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


@wrong
def scaled_at_test_time_too(dy, cache):
    # Right in training.
    return textbook(dy, cache | {"p": cache["given"]})


wrong.chance["dx_of_a_relu"] = "an input is below 0 or not"
