"""Solutions of ``dropout_backward(dy, cache) -> dx``, each with its forward."""

import numpy as np

from tests.programs.catalogue import Catalogue


def dropout_forward(x, drop_prob, rng, *, training):
    """A right forward whose cache has everything that a backward may want."""
    if not training:
        return x.copy(), {"kept": np.ones(x.shape, bool), "p": 0.0, "x": x, "y": x, "rng": rng}
    kept = rng.random(x.shape) >= drop_prob
    y = np.where(kept, x / (1 - drop_prob), 0).astype(x.dtype)
    return y, {"kept": kept, "p": drop_prob, "x": x, "y": y, "rng": rng}


programs = Catalogue(dropout_forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, cache):
    return dy * cache["kept"] / (1 - cache["p"])


@right.together
def scaled_mask():
    def forward(x, drop_prob, rng, *, training):
        mask = np.ones_like(x)
        if training:
            mask = (rng.random(x.shape) < 1 - drop_prob).astype(x.dtype)
            mask /= 1 - drop_prob
        return x * mask, mask

    def backward(dy, mask):
        return dy * mask

    return forward, backward


@right.together
def none_in_eval():
    def forward(x, drop_prob, rng, *, training):
        if not training:
            return x.copy(), None
        mask = rng.binomial(1, 1 - drop_prob, x.shape).astype(x.dtype)
        mask /= 1 - drop_prob
        return x * mask, (mask,)

    def backward(dy, cache):
        return dy.copy() if cache is None else np.multiply(*cache, dy)

    return forward, backward


@right.together
def closure_cache():
    def forward(x, drop_prob, rng, *, training):
        if not training:
            return x.copy(), np.copy
        dropped = rng.uniform(size=x.shape) < drop_prob
        scale = 1 / (1 - drop_prob)
        return np.where(dropped, 0, x * scale), lambda dy: np.where(dropped, 0, dy * scale)

    return forward, lambda dy, cache: cache(dy)


@right.together
def linear_map_of_the_forward():
    # y = A x entry by entry, and so dx = A dy: the backward applies the forward's own step.
    class Cache:
        def __init__(self, kept, p):
            self.kept, self.p = kept, p

        def apply(self, a):
            return (a * self.kept / (1 - self.p)).astype(a.dtype)

    def forward(x, drop_prob, rng, *, training):
        kept = rng.random(x.shape) >= drop_prob if training else np.ones(x.shape, dtype=bool)
        cache = Cache(kept, drop_prob if training else 0)
        return cache.apply(x), cache

    def backward(dy, cache):
        return cache.apply(dy)

    return forward, backward


@wrong.together
def drop_probability_applied_at_test_time():
    # Eval is the identity in the forward, and scaled in the backward.
    def forward(x, drop_prob, rng, *, training):
        y, cache = dropout_forward(x, drop_prob, rng, training=training)
        cache["p"] = drop_prob
        return y, cache

    return forward, textbook


@right.together
def unscaled_in_both():
    # The right gradient of this forward pass, whose missing factor costs points there.
    def forward(x, drop_prob, rng, *, training):
        kept = rng.random(x.shape) >= (drop_prob if training else 0)
        return x * kept, kept

    def backward(dy, kept):
        return dy * kept

    return forward, backward


@wrong.together
def keep_for_drop_in_both():
    # Consistent, and right for one half.
    def forward(x, drop_prob, rng, *, training):
        return dropout_forward(x, 1 - drop_prob, rng, training=training)

    return forward, textbook


@open_.together
def constant_mask_in_both():
    # Consistent, but never random: the forward exercise says so.
    def forward(x, drop_prob, rng, *, training):
        return dropout_forward(x, drop_prob, np.random.default_rng(1), training=training)

    return forward, textbook


@wrong
def mask_transposed_where_it_fits(dy, cache):
    kept = cache["kept"]
    return textbook(dy, cache | {"kept": kept.T if kept.shape == kept.T.shape else kept})


programs.beside_the_point = [
    "return dy",
    "return dy * np.max(mask)",
    "return dy * np.random.default_rng().permuted(mask)",
]
