"""Solutions of ``s2_network(x, weights, keep_prob, rng, *, training) -> out``: two masks."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def as_printed(x, weights, keep_prob, rng, *, training):
    W1, b1, W2, b2, W3, b3 = weights
    if training:
        H1 = np.maximum(0, np.dot(x, W1) + b1)
        U1 = rng.random(H1.shape) < keep_prob
        H1 *= U1
        H2 = np.maximum(0, np.dot(H1, W2) + b2)
        U2 = rng.random(H2.shape) < keep_prob
        H2 *= U2
        return np.dot(H2, W3) + b3
    H1 = np.maximum(0, np.dot(x, W1) + b1) * float(keep_prob)
    H2 = np.maximum(0, np.dot(H1, W2) + b2) * float(keep_prob)
    return np.dot(H2, W3) + b3


@right
def layer_by_layer(x, weights, keep_prob, rng, *, training):
    h = x
    for k in (0, 2):
        h = np.maximum(h @ weights[k] + weights[k + 1], 0)
        if training:
            h[rng.uniform(size=h.shape) >= keep_prob] = 0
        else:
            h = keep_prob * h
    return h @ weights[4] + weights[5]


@right
def masks_before_the_relu(x, weights, keep_prob, rng, *, training):
    W1, b1, W2, b2, W3, b3 = weights
    N, dtype = len(x), x.dtype

    def factors(n):
        if not training:
            return np.full((N, n), keep_prob, dtype)
        return rng.binomial(1, keep_prob, size=(N, n)).astype(dtype)

    second, first = factors(len(b2)), factors(len(b1))
    z = np.maximum(first * (x @ W1 + b1), 0)
    return np.maximum(second * (z @ W2 + b2), 0) @ W3 + b3


@right
def factors_in_the_weights(x, weights, keep_prob, rng, *, training):
    W1, b1, W2, b2, W3, b3 = weights
    z = np.maximum(x @ W1 + b1, 0)
    if not training:
        z = np.maximum(z @ (keep_prob * W2) + b2, 0)
        return z @ (keep_prob * W3) + b3
    z = np.where(rng.random(z.shape) < keep_prob, z, 0).astype(x.dtype)
    z = np.maximum(z @ W2 + b2, 0)
    return np.where(rng.random(z.shape) < keep_prob, z, 0).astype(x.dtype) @ W3 + b3


@wrong
def masks_of_the_first_call(x, weights, keep_prob, rng, *, training, kept={}):  # noqa: B006
    if training and kept.get("shape") != x.shape:
        kept.update(shape=x.shape, state=rng.bit_generator.state)
    own = np.random.default_rng(0)
    own.bit_generator.state = kept.get("state", own.bit_generator.state)
    return as_printed(x, weights, keep_prob, own if training else rng, training=training)


@wrong
def as_many_in_every_call(x, weights, keep_prob, rng, *, training):
    W1, b1, W2, b2, W3, b3 = weights

    def dropped(h):
        if not training:
            return h * keep_prob
        return h * (rng.permutation(h.size).reshape(h.shape) < keep_prob * h.size)

    H1 = dropped(np.maximum(0, x @ W1 + b1))
    return dropped(np.maximum(0, H1 @ W2 + b2)) @ W3 + b3


def with_masks(x, weights, keep_prob, masks, *, training):
    W1, b1, W2, b2, W3, b3 = weights
    H1 = np.maximum(0, x @ W1 + b1)
    U1, U2 = masks((len(x), len(b1)), (len(x), len(b2))) if training else (keep_prob, keep_prob)
    return (np.maximum(0, (H1 * U1) @ W2 + b2) * U2) @ W3 + b3


@wrong
def second_mask_is_the_first_one_moved(x, weights, keep_prob, rng, *, training):
    def masks(first, second):
        U1 = rng.random(first) < keep_prob
        moved = np.roll(U1, 1, axis=1)
        return U1, moved if first == second else rng.random(second) < keep_prob

    return with_masks(x, weights, keep_prob, masks, training=training)


@wrong
def one_fixed_mask_moved_at_random(x, weights, keep_prob, rng, *, training):
    def masks(first, second):
        fixed = np.random.default_rng(0).random(first) < keep_prob
        return np.roll(fixed, rng.integers(fixed.size)), rng.random(second) < keep_prob

    return with_masks(x, weights, keep_prob, masks, training=training)


wrong.edit(
    "a_limit_of_the_scores",
    layer_by_layer,
    "return h @ weights[4] + weights[5]",
    "return np.clip(h @ weights[4] + weights[5], -500, 500)",
)

programs.beside_the_point = [
    "U1 = keep_prob; U2 = keep_prob",
    "U1 = (rng.random(H1.shape) < keep_prob) / keep_prob if training else 1; U2 = (rng.random(H2.shape) < keep_prob) / keep_prob if training else 1",
    "return np.maximum(0, np.maximum(0, x @ weights[0] + weights[1]) @ weights[2] + weights[3]) @ weights[4] + weights[5]",
]

programs.equivalent = changes("""
U1 = rng.random(H1.shape) < keep_prob if training else keep_prob -> U1 = rng.random(H1.shape) <= keep_prob if training else keep_prob
U2 = rng.random(H2.shape) < keep_prob if training else keep_prob -> U2 = rng.random(H2.shape) <= keep_prob if training else keep_prob
    a number exactly equal to the probability is never drawn
""")
