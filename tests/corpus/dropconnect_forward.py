"""Solutions of ``dropconnect_forward(x, W, b, drop_prob, rng, *, training) -> (y, cache)``.

One inverted mask on W per call; the bias is kept.
"""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, W, b, drop_prob, rng, *, training):
    if not training:
        return x @ W + b, (x, W, 1.0)
    mask = ((rng.random(W.shape) >= drop_prob) / (1 - drop_prob)).astype(W.dtype)
    return x @ (W * mask) + b, (x, W * mask, mask)


@put(RIGHT)
def scaled_after_the_product(x, W, b, drop_prob, rng, *, training=True):
    keep = float(1 - drop_prob) if training else 1.0
    kept = rng.random(W.shape) < keep if training else np.ones(W.shape, dtype=bool)
    y = np.dot(x, np.where(kept, W, 0)) / keep
    return (y + b).astype(x.dtype), {"x": x, "W": W, "kept": kept, "keep": keep}


@put(RIGHT)
def x_scaled_first(x, W, b, drop_prob, rng, *, training):
    if not training:
        return np.matmul(x, W) + b, None
    dropped = rng.uniform(size=W.shape) < drop_prob
    left = W.copy()
    left[dropped] = 0
    scaled = x / float(1 - drop_prob)
    return scaled @ left + b, (scaled, left)


@put(RIGHT)
def einsum(x, W, b, drop_prob, rng, *, training):
    mask = np.ones_like(W)
    if training:
        mask = rng.binomial(1, 1 - drop_prob, W.shape).astype(W.dtype) / float(1 - drop_prob)
    return np.einsum("ni,io,io->no", x, W, mask) + b, (x, W, mask)


@put(RIGHT)
def column_by_column(x, W, b, drop_prob, rng, *, training):
    # Draws go down the columns of W.
    columns = []
    for w in W.T:
        if training:
            w = w * (rng.random(len(w)) >= drop_prob) / float(1 - drop_prob)
        columns.append(x @ w.astype(W.dtype))
    return np.stack(columns, axis=1) + b, None


@put(RIGHT)
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


@put(RIGHT)
def transposed_draws(x, W, b, drop_prob, rng, *, training):
    if training:
        kept = rng.random(W.T.shape).T > drop_prob
        W = np.divide(W * kept, 1 - drop_prob, dtype=W.dtype)
    return (W.T @ x.T).T + b[None, :], (x, W)


@put(RIGHT)
def full_map_less_the_dropped(x, W, b, drop_prob, rng, *, training):
    y = x @ W
    if training:
        dropped = rng.random(W.shape) < drop_prob
        y = (y - x @ (W * dropped)) / float(1 - drop_prob)
    return y + b, None


@put(EITHER)
def exact_number_dropped(x, W, b, drop_prob, rng, *, training):
    # Each weight is dropped with the right probability, but not independently.
    if not training:
        return x @ W + b, None
    kept = np.ones(W.size, dtype=W.dtype)
    kept[rng.permutation(W.size)[: int(np.floor(drop_prob * W.size + rng.random()))]] = 0
    return x @ (W * kept.reshape(W.shape)) / float(1 - drop_prob) + b, kept


@put(FORM)
def nested_lists(x, W, b, drop_prob, rng, *, training):  # lists
    y, cache = textbook(x, W, b, drop_prob, rng, training=training)
    return y.tolist(), cache


@put(FORM)
def double_precision(x, W, b, drop_prob, rng, *, training):  # float64 from float32
    return textbook(x.astype(float), W.astype(float), b, drop_prob, rng, training=training)


@put(FORM)
def weights_masked_in_place(x, W, b, drop_prob, rng, *, training):  # W is changed
    if training:
        W *= ((rng.random(W.shape) >= drop_prob) / (1 - drop_prob)).astype(W.dtype)
    y = x @ W + b
    W *= 0.5
    return y, (x, W)


@put(FORM)
def leading_axis(x, W, b, drop_prob, rng, *, training):  # (1, N, n_out)
    y, cache = textbook(x, W, b, drop_prob, rng, training=training)
    return y[None], cache


def variant(
    x,
    W,
    b,
    drop_prob,
    rng,
    *,
    training,
    kept=lambda rng, s, p: rng.random(s) >= p,
    scale=lambda p: 1 / (1 - p),
    test=lambda x, W, b, p: x @ W + b,
    put_together=lambda x, W, b, mask: x @ (W * mask) + b,
):
    """DropConnect with places to go wrong."""
    if not training:
        return np.asarray(test(x, W, b, drop_prob)).astype(x.dtype), None
    mask = kept(rng, W.shape, drop_prob) * scale(drop_prob)
    return np.asarray(put_together(x, W, b, mask)).astype(x.dtype), mask


for name, spoilt in {
    "scaling_forgotten": {"scale": lambda p: 1.0},
    "scaled_at_test_time_instead": {
        "scale": lambda p: 1.0,
        "test": lambda x, W, b, p: x @ W * (1 - p) + b,
    },
    "scaled_at_test_time_too": {"test": lambda x, W, b, p: x @ W * (1 - p) + b},
    "scaled_by_drop": {"scale": lambda p: 1 / max(p, 1e-3)},
    "scaled_by_keep": {"scale": lambda p: 1 - p},
    "scaled_by_the_root": {"scale": lambda p: (1 - p) ** -0.5},
    "scaled_twice": {"scale": lambda p: (1 - p) ** -2},
    "bias_scaled": {"put_together": lambda x, W, b, m: x @ (W * m) + b * m.max()},
    "bias_forgotten": {"put_together": lambda x, W, b, m: x @ (W * m)},
    "bias_forgotten_at_test_time": {"test": lambda x, W, b, p: x @ W},
    "bias_masked_with_the_first_row": {
        "put_together": lambda x, W, b, m: x @ (W * m) + b * m[0],
    },
    "keep_and_drop_exchanged_in_the_mask": {"kept": lambda rng, s, p: rng.random(s) < p},
    "always_one_half": {"kept": lambda rng, s, p: rng.random(s) >= 0.5},
    "whole_inputs": {"kept": lambda rng, s, p: rng.random((s[0], 1)) >= p},
    "whole_outputs": {"kept": lambda rng, s, p: rng.random((1, s[1])) >= p},
    "all_or_nothing": {"kept": lambda rng, s, p: rng.random() >= p},
    "nothing_dropped": {"kept": lambda rng, s, p: np.ones(s), "scale": lambda p: 1.0},
    "mask_not_thresholded": {"kept": lambda rng, s, p: rng.random(s)},
    "normal_numbers": {"kept": lambda rng, s, p: rng.standard_normal(s) >= p},
    "same_mask_every_time": {"kept": lambda rng, s, p: np.random.default_rng(0).random(s) >= p},
    "fresh_generator": {"kept": lambda rng, s, p: np.random.default_rng().random(s) >= p},
    "global_random_state": {"kept": lambda rng, s, p: np.random.rand(*s) >= p},  # noqa: NPY002
    "zeros_at_test_time": {"test": lambda x, W, b, p: 0 * (x @ W + b)},
    "mask_in_place_of_weights": {"put_together": lambda x, W, b, m: x @ m + b},
    "mask_added": {"put_together": lambda x, W, b, m: x @ (W + m) + b},
    "signs_in_place_of_zeros": {"kept": lambda rng, s, p: np.where(rng.random(s) >= p, 1, -1)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def mask_per_sample(x, W, b, drop_prob, rng, *, training):
    # As first published; here there is one mask per call. Right for N = 1.
    if not training:
        return x @ W + b, None
    mask = (rng.random((len(x), *W.shape)) >= drop_prob) / (1 - drop_prob)
    return (np.einsum("ni,nio->no", x, W * mask) + b).astype(x.dtype), mask


@put(WRONG)
def inputs_dropped(x, W, b, drop_prob, rng, *, training):
    # Dropout before the layer.
    if training:
        x = (x * (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)).astype(x.dtype)
    return x @ W + b, x


@put(WRONG)
def outputs_dropped(x, W, b, drop_prob, rng, *, training):
    # Dropout after the layer.
    y = x @ W + b
    if training:
        y = (y * (rng.random(y.shape) >= drop_prob) / (1 - drop_prob)).astype(x.dtype)
    return y, None


@put(WRONG)
def products_dropped(x, W, b, drop_prob, rng, *, training):
    # The outputs without the bias are dropped.
    y = x @ W
    if training:
        y = (y * (rng.random(y.shape) >= drop_prob) / (1 - drop_prob)).astype(x.dtype)
    return y + b, None


@put(WRONG)
def bias_dropped_too(x, W, b, drop_prob, rng, *, training):
    if training:
        b = (b * (rng.random(b.shape) >= drop_prob) / (1 - drop_prob)).astype(b.dtype)
    return textbook(x, W, b, drop_prob, rng, training=training)


@put(WRONG)
def keep_and_drop_exchanged(x, W, b, drop_prob, rng, *, training):
    # Right for one half.
    keep = max(drop_prob, 1e-3)
    return textbook(x, W, b, 1 - keep, rng, training=training)


@put(WRONG)
def random_at_test_time(x, W, b, drop_prob, rng, *, training):
    return textbook(x, W, b, drop_prob, rng, training=True)


@put(WRONG)
def never_random(x, W, b, drop_prob, rng, *, training):
    return textbook(x, W, b, drop_prob, rng, training=False)


@put(WRONG)
def training_and_test_exchanged(x, W, b, drop_prob, rng, *, training):
    return textbook(x, W, b, drop_prob, rng, training=not training)


@put(WRONG)
def everything_scaled(x, W, b, drop_prob, rng, *, training):
    # The bias is divided by 1 - p too.
    if not training:
        return x @ W + b, None
    mask = (rng.random(W.shape) >= drop_prob).astype(W.dtype)
    return (x @ (W * mask) + b) / float(1 - drop_prob), mask


@put(WRONG)
def smallest_weights_dropped(x, W, b, drop_prob, rng, *, training):
    if not training:
        return x @ W + b, None
    kept = np.abs(W) >= np.quantile(np.abs(W), drop_prob)
    return (x @ (W * kept) / (1 - drop_prob) + b).astype(x.dtype), kept


@put(WRONG)
def kept_weights_put_back(x, W, b, drop_prob, rng, *, training):
    # Divides by the share that was really kept, not by its probability.
    if not training:
        return x @ W + b, None
    kept = rng.random(W.shape) >= drop_prob
    return (x @ (W * kept) / max(kept.mean(), 1e-3) + b).astype(x.dtype), kept


@put(WRONG)
def weights_transposed(x, W, b, drop_prob, rng, *, training):
    # Right for symmetric W only; stops when n_in != n_out.
    return textbook(x, W.T, b, drop_prob, rng, training=training)


@put(WRONG)
def mask_drawn_twice(x, W, b, drop_prob, rng, *, training):
    # The second half of the batch gets a mask of its own.
    half = (len(x) + 1) // 2
    top, a = textbook(x[:half], W, b, drop_prob, rng, training=training)
    rest, c = textbook(x[half:], W, b, drop_prob, rng, training=training)
    return np.concatenate([top, rest]), (a, c)


@put(WRONG)
def no_cache(x, W, b, drop_prob, rng, *, training):
    return textbook(x, W, b, drop_prob, rng, training=training)[0]


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
