"""Solutions of ``dropout_backward(dy, cache) -> dx``, each with its forward."""

from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def dropout_forward(x, drop_prob, rng, *, training):
    """A right forward whose cache has everything that a backward may want."""
    if not training:
        return x.copy(), {
            "kept": np.ones(x.shape, dtype=bool),
            "p": 0.0,
            "x": x,
            "y": x,
            "rng": rng,
        }
    kept = rng.random(x.shape) >= drop_prob
    y = np.where(kept, x / (1 - drop_prob), 0).astype(x.dtype)
    return y, {"kept": kept, "p": drop_prob, "x": x, "y": y, "rng": rng}


right, form, wrong = (put(table, dropout_forward) for table in (RIGHT, FORM, WRONG))


@right
def textbook(dy, cache):
    return dy * cache["kept"] / (1 - cache["p"])


@right
def where(dy, cache):
    return np.where(cache["kept"], dy / (1 - cache["p"]), 0)


@right
def copy_and_zero(dy, cache):
    dx = np.array(dy)
    dx[~cache["kept"]] = 0
    dx *= 1 / (1 - cache["p"])
    return dx


@right
def loops(dy, cache):
    dx = np.zeros_like(dy)
    for i, j in np.argwhere(cache["kept"]):
        dx[i, j] = dy[i, j] / (1 - cache["p"])
    return dx


@right
def index_notation(dy, cache):
    return np.einsum("nd,nd->nd", dy, cache["kept"].astype(dy.dtype)) / (1 - cache["p"])


@own(RIGHT)
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


@own(RIGHT)
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


@own(RIGHT)
def closure_cache():
    def forward(x, drop_prob, rng, *, training):
        if not training:
            return x.copy(), np.copy
        dropped = rng.uniform(size=x.shape) < drop_prob
        scale = 1 / (1 - drop_prob)
        return np.where(dropped, 0, x * scale), lambda dy: np.where(dropped, 0, dy * scale)

    return forward, lambda dy, cache: cache(dy)


@own(RIGHT)
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


@own(RIGHT)
def state_of_the_generator():
    # Keeps no mask: the state of the generator is enough to draw it again.
    def forward(x, drop_prob, rng, *, training):
        if not training:
            return x.copy(), None
        saved = rng.bit_generator.state
        kept = rng.random(x.shape) >= drop_prob
        return x * kept / (1 - drop_prob), (type(rng.bit_generator), saved, drop_prob)

    def backward(dy, cache):
        if cache is None:
            return dy.copy()
        kind, saved, p = cache
        bits = kind()
        bits.state = saved
        return dy * (np.random.Generator(bits).random(dy.shape) >= p) / (1 - p)

    return forward, backward


@own(RIGHT)
def indices_of_the_dropped():
    def forward(x, drop_prob, rng, *, training):
        p = drop_prob if training else 0.0
        where = np.nonzero(rng.random(x.shape) < p)
        y = x / (1 - p)
        y[where] = 0
        return y, {"where": where, "keep": 1 - p}

    def backward(dy, cache, *, inplace=False):
        dx = dy if inplace else dy.copy()
        dx = dx / cache["keep"]
        dx[cache["where"]] = 0
        return dx

    return forward, backward


@put(EITHER, dropout_forward)
def upstream_itself_at_test_time(dy, cache):
    return dy if cache["p"] == 0 else textbook(dy, cache)


@form
def nested_lists(dy, cache):  # lists
    return textbook(dy, cache).tolist()


@form
def upstream_in_place(dy, cache):  # dy is changed
    dx = textbook(dy, cache)
    dy[...] = dx
    return dx


@form
def double_precision(dy, cache):  # float64 from float32
    return textbook(dy.astype(float), cache)


@form
def leading_axis(dy, cache):  # (1, N, D)
    return textbook(dy, cache)[None]


@wrong
def scaling_forgotten(dy, cache):
    return dy * cache["kept"]


@wrong
def mask_forgotten(dy, cache):
    return dy.copy()


@wrong
def scaled_without_mask(dy, cache):
    return dy / (1 - cache["p"])


@wrong
def scaled_twice(dy, cache):
    return dy * cache["kept"] / (1 - cache["p"]) ** 2


@wrong
def multiplied_by_keep(dy, cache):
    return dy * cache["kept"] * (1 - cache["p"])


@wrong
def divided_by_drop(dy, cache):
    # Right for one half.
    return dy * cache["kept"] / (cache["p"] or 1)


@wrong
def mask_inverted(dy, cache):
    return dy * ~cache["kept"] / (1 - cache["p"])


@wrong
def mask_drawn_again(dy, cache):
    kept = cache["rng"].random(dy.shape) >= cache["p"]
    return dy * kept / (1 - cache["p"])


@wrong
def mask_from_the_output(dy, cache):
    # Wrong where the input itself is zero.
    return dy * (cache["y"] != 0) / (1 - cache["p"])


@wrong
def quotient_of_output_and_input(dy, cache):
    # Not a number where the input is zero.
    return dy * cache["y"] / cache["x"]


@wrong
def mask_of_positive_outputs(dy, cache):
    return dy * (cache["y"] > 0) / (1 - cache["p"])


@wrong
def upstream_forgotten(dy, cache):
    return cache["kept"] / (1 - cache["p"])


@wrong
def times_the_input(dy, cache):
    return dy * cache["x"] * cache["kept"] / (1 - cache["p"])


@wrong
def times_the_output(dy, cache):
    return dy * cache["y"]


@wrong
def zeros_at_test_time(dy, cache):
    return dy * cache["kept"] / (1 - cache["p"]) if cache["p"] else np.zeros_like(dy)


@wrong
def first_mask_row_for_all(dy, cache):
    return dy * cache["kept"][0] / (1 - cache["p"])


@wrong
def mask_transposed_where_it_fits(dy, cache):
    # Wrong for N = D only.
    kept = cache["kept"]
    return dy * (kept.T if kept.shape[0] == kept.shape[1] else kept) / (1 - cache["p"])


@wrong
def normalised_by_the_share_kept(dy, cache):
    return dy * cache["kept"] / max(cache["kept"].mean(), 1e-3)


@wrong
def batch_mean(dy, cache):
    # Right for N = 1.
    return textbook(dy, cache) / len(dy)


@own(WRONG)
def global_mask():
    saved: dict[str, Any] = {}

    def forward(x, drop_prob, rng, *, training):
        y, saved["cache"] = dropout_forward(x, drop_prob, rng, training=training)
        return y, None

    def backward(dy, cache):
        return textbook(dy, saved["cache"])

    return forward, backward


@own(WRONG)
def drop_probability_applied_at_test_time():
    # Eval is the identity in the forward, and scaled in the backward.
    def forward(x, drop_prob, rng, *, training):
        y, cache = dropout_forward(x, drop_prob, rng, training=training)
        cache["p"] = drop_prob
        return y, cache

    return forward, textbook


@own(RIGHT)
def unscaled_in_both():
    # The right gradient of this forward pass, whose missing factor costs points there.
    def forward(x, drop_prob, rng, *, training):
        kept = rng.random(x.shape) >= (drop_prob if training else 0)
        return x * kept, kept

    def backward(dy, kept):
        return dy * kept

    return forward, backward


@own(WRONG)
def keep_for_drop_in_both():
    # Consistent, and right for one half.
    def forward(x, drop_prob, rng, *, training):
        return dropout_forward(x, 1 - drop_prob, rng, training=training)

    return forward, textbook


@own(EITHER)
def constant_mask_in_both():
    # Consistent, but never random: the forward exercise says so.
    def forward(x, drop_prob, rng, *, training):
        return dropout_forward(x, drop_prob, np.random.default_rng(1), training=training)

    return forward, textbook


@own(WRONG)
def two_mistakes():
    def forward(x, drop_prob, rng, *, training):
        return dropout_forward(x, drop_prob, rng, training=True)

    def backward(dy, cache):
        return dy * cache["kept"]

    return forward, backward


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
