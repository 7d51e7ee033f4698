"""Programs for ``dropconnect_forward``."""

import numpy as np


def keep_below(x, W, b, drop_prob, rng, *, training):
    if not training:
        return x @ W + b, None
    keep = 1 - drop_prob
    mask = rng.random(W.shape) < keep
    return (x @ (W * mask)) / keep + b, (x, W, mask, keep)


def binomial(x, W, b, drop_prob, rng, *, training):
    factor = rng.binomial(1, 1 - drop_prob, size=W.shape) / (1 - drop_prob) if training else 1.0
    V = (W * factor).astype(W.dtype)
    return np.einsum("ni,ij->nj", x, V) + b, {"x": x, "V": V, "factor": factor}


def copy_then_assign(x, W, b, drop_prob, rng, *, training):
    V = np.array(W)
    if training:
        V /= 1 - drop_prob
        V[rng.uniform(size=W.shape) < drop_prob] = 0
    return x.dot(V) + b, (x, V)


def in_columns(x, W, b, drop_prob, rng, *, training):
    p = drop_prob if training else 0.0
    mask = rng.random(W.T.shape) >= p  # drawn in the other order of the axes
    return (np.where(mask, W.T / (1 - p), 0) @ x.T).T + b, mask


def output_by_output(x, W, b, drop_prob, rng, *, training):
    y = np.zeros((len(x), W.shape[1]), dtype=x.dtype)
    for j in range(W.shape[1]):
        w = W[:, j]
        if training:
            w = np.where(rng.random(len(w)) > drop_prob, w, 0) / (1 - drop_prob)
        y[:, j] = x @ w + b[j]
    return y, None


def bias_as_weight(x, W, b, drop_prob, rng, *, training):
    with_ones = np.hstack([x, np.ones((len(x), 1), dtype=x.dtype)])
    if training:
        W = W * ((rng.random(W.shape) >= drop_prob) / (1 - drop_prob)).astype(W.dtype)
    return with_ones @ np.vstack([W, b]), with_ones


def stacked(x, W, b, drop_prob, rng, *, training):
    """The same mask for every sample, laid on a copy of W for each of them."""
    m = np.ones(W.shape)
    if training:
        m = rng.choice([0.0, 1 / (1 - drop_prob)], size=W.shape, p=[drop_prob, 1 - drop_prob])
    y = (x[:, :, None] * (W * m)[None]).sum(axis=1) + b
    return y.astype(x.dtype), m


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        keep_below,
        binomial,
        copy_then_assign,
        in_columns,
        output_by_output,
        bias_as_weight,
        stacked,
    )
]


def always_double(x, W, b, drop_prob, rng, *, training):
    return keep_below(x.astype(np.float64), W, b, drop_prob, rng, training=training)


def over_its_weights(x, W, b, drop_prob, rng, *, training):
    if training:
        W *= (rng.random(W.shape) >= drop_prob) / (1 - drop_prob)
    return x @ W + b, None


DRESSED = [("always_double", (always_double,)), ("over_its_weights", (over_its_weights,))]


def made_of(mask):
    """DropConnect with another ``mask(W, p, rng)``, right in test mode."""

    def dropconnect_forward(x, W, b, drop_prob, rng, *, training):
        return x @ (W * mask(W, drop_prob, rng) if training else W) + b, None

    return dropconnect_forward


def blocks(W, p, rng):
    """Two neighbouring weights share a number."""
    return np.repeat(rng.random((len(W), -(-W.shape[1] // 2))) >= p, 2, axis=1)[:, : W.shape[1]]


def half_batches(x, W, b, drop_prob, rng, *, training):
    """A mask for each half of the batch."""
    if not training:
        return x @ W + b, None
    halves = [
        part @ (W * (rng.random(W.shape) >= drop_prob) / (1 - drop_prob)) + b
        for part in np.array_split(x, [len(x) - 4])
    ]
    return np.vstack(halves), None


def transposed_in_loops(x, W, b, drop_prob, rng, *, training):
    """Scales x for the mask, which scales nothing of W where x is 0, and the bias with it."""
    if not training:
        return x @ W + b, None
    return x @ (W * (rng.random(W.shape) >= drop_prob)) + b / (1 - drop_prob), None


WRONG = [
    ("root_of_factor", (made_of(lambda W, p, rng: (rng.random(W.shape) >= p) / (1 - p) ** 0.5),)),
    ("always_half", (made_of(lambda W, p, rng: (rng.random(W.shape) >= 0.5) * 2.0),)),
    ("noise", (made_of(lambda W, p, rng: 1 + (p / (1 - p)) ** 0.5 * rng.normal(size=W.shape)),)),
    ("pairs", (made_of(lambda W, p, rng: blocks(W, p, rng) / (1 - p)),)),
    ("largest_kept", (made_of(lambda W, p, rng: (np.abs(W) > 0.5 + p) / (1 - p)),)),
    ("half_batches", (half_batches,)),
    ("bias_for_weights", (transposed_in_loops,)),
]
