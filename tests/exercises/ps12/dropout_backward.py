"""Programs for ``dropout_backward``."""

from types import SimpleNamespace

import numpy as np


def keeps_factors(x, drop_prob, rng, *, training):
    p = drop_prob if training else 0.0
    factors = ((rng.random(x.shape) >= p) / (1 - p)).astype(x.dtype)
    return x * factors, factors


def same_factors(dy, cache):
    return dy * cache


def keeps_mask(x, drop_prob, rng, *, training):
    if not training:
        return x, SimpleNamespace(mask=None, keep=1.0)
    keep = 1 - drop_prob
    mask = rng.random(x.shape) < keep
    return np.where(mask, x / keep, 0), SimpleNamespace(mask=mask, keep=keep)


def mask_and_share(dy, cache):
    if cache.mask is None:
        return dy
    return np.where(cache.mask, dy / cache.keep, 0)


def copy_then_assign(dy, cache):
    dx = np.array(dy)
    if cache.mask is not None:
        dx /= cache.keep
        dx[~cache.mask] = 0
    return dx


def keeps_places(x, drop_prob, rng, *, training):
    dropped = np.nonzero(rng.random(x.shape) < drop_prob if training else np.zeros(x.shape))
    factor = 1 / (1 - drop_prob) if training else 1.0
    y = factor * x
    y[dropped] = 0
    return y, {"dropped": dropped, "factor": factor}


def places(dy, cache):
    dx = cache["factor"] * dy
    dx[cache["dropped"]] = 0
    return dx


def keeps_seed(x, drop_prob, rng, *, training):
    seed = int(rng.integers(2**63))
    p = drop_prob if training else 0.0
    mask = np.random.default_rng(seed).random(x.shape) >= p
    return x * mask / (1 - p), (seed, p)


def drawn_again_from_seed(dy, cache):
    seed, p = cache
    return dy * (np.random.default_rng(seed).random(dy.shape) >= p) / (1 - p)


def mask_or_dy(dy, cache):
    return dy if cache.mask is None else dy * cache.mask * (1 / cache.keep)


def keeps_both_ends(x, drop_prob, rng, *, training):
    y = keeps_factors(x, drop_prob, rng, training=training)[0]
    return y, [x, y]


def quotient(dy, cache):
    x, y = cache
    return dy * (y / x)


VARIANTS = [
    ("same_factors", (keeps_factors, same_factors)),
    ("mask_and_share", (keeps_mask, mask_and_share)),
    ("copy_then_assign", (keeps_mask, copy_then_assign)),
    ("places", (keeps_places, places)),
    ("drawn_again_from_seed", (keeps_seed, drawn_again_from_seed)),
    ("gives_back_dy_in_test_mode", (keeps_mask, mask_or_dy)),
]


def always_double(dy, cache):
    return dy.astype(np.float64) * cache


def over_dy(dy, cache):
    dy *= cache
    return dy


DRESSED = [(f.__name__, (keeps_factors, f)) for f in (always_double, over_dy)]

BUFFER = {}


def one_buffer(x, drop_prob, rng, *, training):
    y, BUFFER["factors"] = keeps_factors(x, drop_prob, rng, training=training)
    return y, BUFFER


def from_buffer(dy, cache):
    return dy * cache["factors"]


def divided(dy, cache):
    return np.divide(dy, cache, out=np.zeros_like(dy), where=cache > 0)


def other_half(dy, cache):
    return dy * (np.max(cache) - cache)


def forgets_upstream(dy, cache):
    return cache


def rows_shifted(dy, cache):
    return dy * np.roll(cache, 1, axis=0)


def test_mode_scaled(dy, cache):
    return dy * cache if np.ptp(cache) else dy * 0.6


WRONG = [
    ("one_buffer", (one_buffer, from_buffer)),
    ("quotient", (keeps_both_ends, quotient)),
    *((f.__name__, (keeps_factors, f)) for f in (divided, other_half, forgets_upstream)),
    *((f.__name__, (keeps_factors, f)) for f in (rows_shifted, test_mode_scaled)),
]
