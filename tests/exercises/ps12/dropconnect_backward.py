"""Programs for ``dropconnect_backward``."""

from types import SimpleNamespace

import numpy as np


def keeps_factors(x, W, b, drop_prob, rng, *, training):
    p = drop_prob if training else 0.0
    m = ((rng.random(W.shape) >= p) / (1 - p)).astype(W.dtype)
    return x @ (W * m) + b, (x, W, m)


def same_factors(dy, cache):
    x, W, m = cache
    return dy @ (W * m).T, (x.T @ dy) * m, dy.sum(axis=0)


def keeps_mask(x, W, b, drop_prob, rng, *, training):
    if not training:
        return x @ W + b, SimpleNamespace(x=x, W=W, mask=None, keep=1.0)
    keep = 1 - drop_prob
    mask = rng.random(W.shape) < keep
    return x @ (W * mask) / keep + b, SimpleNamespace(x=x, W=W, mask=mask, keep=keep)


def mask_and_share(dy, cache):
    x, W, mask, keep = cache.x, cache.W, cache.mask, cache.keep
    if mask is None:
        return dy @ W.T, x.T @ dy, dy.sum(axis=0)
    du = dy / keep
    return du @ np.where(mask, W, 0).T, np.where(mask, x.T @ du, 0), np.add.reduce(dy)


def assigns_zeros(dy, cache):
    V, dW = np.array(cache.W), cache.x.T @ dy
    if cache.mask is not None:
        for array in (V, dW):
            array[~cache.mask] = 0
            array /= cache.keep
    return np.dot(dy, V.T), dW, np.ones(len(dy), dtype=dy.dtype) @ dy


def keeps_seed(x, W, b, drop_prob, rng, *, training):
    seed, p = int(rng.integers(2**63)), drop_prob if training else 0.0
    mask = np.random.default_rng(seed).random(W.shape) >= p
    return x @ (W * mask / (1 - p)) + b, (seed, p, x, W)


def drawn_again_from_seed(dy, cache):
    seed, p, x, W = cache
    m = (np.random.default_rng(seed).random(W.shape) >= p) / (1 - p)
    m = m.astype(W.dtype)
    return dy @ (m * W).T, m * (x.T @ dy), dy.sum(axis=0)


def in_columns(x, W, b, drop_prob, rng, *, training):
    keep = 1 - drop_prob if training else 1.0
    m = (rng.random(W.T.shape) < keep).astype(W.dtype) / keep
    return (m * W.T @ x.T).T + b, {"x": x.T, "m": m, "V": m * W.T}


def back_in_columns(dy, cache):
    columns = dy.T
    return (
        (cache["V"].T @ columns).T,
        (cache["m"] * (columns @ cache["x"].T)).T,
        columns.sum(axis=1),
    )


def sample_by_sample(dy, cache):
    x, W, m = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(dy[0])
    for n in range(len(x)):
        dx[n] = (W * m) @ dy[n]
        dW += m * np.outer(x[n], dy[n])
        db += dy[n]
    return dx, dW, db


VARIANTS = [
    ("same_factors", (keeps_factors, same_factors)),
    ("mask_and_share", (keeps_mask, mask_and_share)),
    ("assigns_zeros", (keeps_mask, assigns_zeros)),
    ("drawn_again_from_seed", (keeps_seed, drawn_again_from_seed)),
    ("back_in_columns", (in_columns, back_in_columns)),
    ("sample_by_sample", (keeps_factors, sample_by_sample)),
]


def always_double(dy, cache):
    return same_factors(dy.astype(np.float64), cache)


def db_as_row(dy, cache):
    dx, dW, db = same_factors(dy, cache)
    return dx, dW, db[None]


def over_dy(dy, cache):
    results = same_factors(dy.copy(), cache)
    dy *= 2
    return results


DRESSED = [(f.__name__, (keeps_factors, f)) for f in (always_double, db_as_row, over_dy)]


def unscaled(x, W, b, drop_prob, rng, *, training):
    """Vanilla on the way forward; its way back agrees with it."""
    m = (rng.random(W.shape) >= (drop_prob if training else 0.0)).astype(W.dtype)
    return x @ (W * m) + b, (x, W, m)


def on_the_inputs(x, W, b, drop_prob, rng, *, training):
    """Dropout on x; its way back agrees with it."""
    p = drop_prob if training else 0.0
    m = (rng.random(x.shape) >= p) / (1 - p)
    return (x * m) @ W + b, (x, W, m)


def back_on_the_inputs(dy, cache):
    x, W, m = cache
    return (dy @ W.T) * m, (x * m).T @ dy, dy.sum(axis=0)


def without_mask(x, W, b, drop_prob, rng, *, training):
    return x @ W + b, (x, W, np.ones_like(W))


def rows_shifted(dy, cache):
    x, W, m = cache
    return dy @ (W * m).T, (x.T @ dy) * np.roll(m, 1, axis=0), dy.sum(axis=0)


def mask_of_rows(dy, cache):
    x, W, m = cache
    return dy @ (W * m).T, (x.T @ dy) * m[:, :1], dy.sum(axis=0)


def zeros_for_dx(dy, cache):
    x, W, m = cache
    return 0 * x, (x.T @ dy) * m, dy.sum(axis=0)


def minus(dy, cache):
    return tuple(-d for d in same_factors(dy, cache))


def db_masked(dy, cache):
    x, W, m = cache
    return dy @ (W * m).T, (x.T @ dy) * m, dy.sum(axis=0) * (m[0] > 0)


def one_entry_off(dy, cache):
    dx, dW, db = same_factors(dy, cache)
    dx[-1, -1] += 1
    return dx, dW, db


WRONG = [
    ("vanilla_pair", (unscaled, same_factors)),
    ("dropout_on_inputs", (on_the_inputs, back_on_the_inputs)),
    ("linear_pair", (without_mask, same_factors)),
    *((f.__name__, (keeps_factors, f)) for f in (rows_shifted, mask_of_rows, zeros_for_dx)),
    *((f.__name__, (keeps_factors, f)) for f in (minus, db_masked, one_entry_off)),
]
