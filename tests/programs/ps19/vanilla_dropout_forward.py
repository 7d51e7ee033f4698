"""Solutions of ``vanilla_dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``.

Nothing is scaled in training; everything is multiplied by 1 - drop_prob at test time.
"""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, drop_prob, rng, *, training):
    if training:
        mask = rng.random(x.shape) >= drop_prob
        return x * mask, mask
    return x * float(1 - drop_prob), None


@right
def kept_if_below_keep(x, drop_prob, rng, *, training=True):
    keep = float(1 - drop_prob)
    m = (rng.random(size=x.shape) < keep).astype(x.dtype) if training else keep
    return m * x, {"m": m}


@right
def copied_and_zeroed(x, drop_prob, rng, *, training):
    y = x.copy()
    if not training:
        y *= 1 - drop_prob
        return y, drop_prob
    dropped = rng.uniform(0, 1, x.shape) < drop_prob
    y[dropped] = 0
    return y, ~dropped


@right
def entry_by_entry(x, drop_prob, rng, *, training):
    y = np.zeros_like(x)
    kept = []
    for index, value in np.ndenumerate(x):
        if not training:
            y[index] = value * (1 - drop_prob)
        elif rng.random() >= drop_prob:
            y[index] = value
            kept.append(index)
    return y, kept


@right
def inverted_dropout_scaled_back(x, drop_prob, rng, *, training):
    def inverted(x):
        if not training:
            return x.astype(float)
        return x * (rng.random(x.shape, dtype=np.float32) >= drop_prob) / (1 - drop_prob)

    return (inverted(x) * (1 - drop_prob)).astype(x.dtype), (training, drop_prob)
