"""Solutions of ``dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``, inverted."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, drop_prob, rng, *, training):
    if not training:
        return x.copy(), None
    mask = (rng.random(x.shape) >= drop_prob).astype(x.dtype) / (1 - drop_prob)
    return x * mask.astype(x.dtype), mask.astype(x.dtype)


@right
def kept_if_below_keep(x, drop_prob, rng, *, training=True):
    keep = 1 - drop_prob
    if training:
        mask = rng.random(size=x.shape) < keep
        return np.where(mask, x / keep, 0).astype(x.dtype), {"mask": mask, "keep": keep}
    return np.array(x), {"mask": None, "keep": 1}


@right
def binomial(x, drop_prob, rng, *, training):
    if not training:
        return x * 1, np.ones_like(x)
    scale = rng.binomial(1, 1 - drop_prob, size=x.shape).astype(x.dtype)
    scale /= 1 - drop_prob
    return x * scale, scale


@right
def columns_drawn_first(x, drop_prob, rng, *, training):
    # The draws go down the columns: another order of random numbers.
    if training:
        draws = rng.random(x.T.shape).T
        mask = (draws >= drop_prob) * (1 / (1 - drop_prob))
        return (x * mask).astype(x.dtype), mask
    return x + 0, 1.0


@right
def single_precision_draws(x, drop_prob, rng, *, training):
    if training:
        mask = rng.random(x.shape, dtype=np.float32) > np.float32(drop_prob)
        return (x * mask / (1 - drop_prob)).astype(x.dtype), mask
    return x.copy(), np.ones(x.shape, dtype=bool)


@right
def bits(x, drop_prob, rng, *, training):
    if not training:
        return np.copy(x), None
    threshold = round(drop_prob * 2**32)
    kept = rng.integers(0, 2**32, size=x.shape, dtype=np.uint64) >= threshold
    return np.multiply(x, kept) / (1 - drop_prob), kept


@right
def waiting_times(x, drop_prob, rng, *, training):
    # Exponential waiting times: P(T < -log(1 - p)) = p.
    if not training:
        return x.copy(), None
    waiting = rng.exponential(size=x.shape)
    kept = waiting >= -np.log1p(-drop_prob)
    return (x * kept / (1 - drop_prob)).astype(x.dtype), kept


# --- wrong ------------------------------------------------------------------------------------


@wrong
def nan_for_no_dropout(x, drop_prob, rng, *, training):
    # Wrong for drop_prob = 0 only: 0 / 0.
    if training and drop_prob == 0:
        return np.full_like(x, np.nan), None
    return textbook(x, drop_prob, rng, training=training)


programs.carry(right.programs["textbook"], outputs=(0,), n=2)


@wrong
def only_of_two_axes_or_more(x, drop_prob, rng, *, training):
    if not training:
        return x.copy(), np.ones_like(x)
    shape = x.shape if x.ndim > 1 else (1,)
    mask = (rng.random(shape) >= drop_prob).astype(x.dtype) / (1 - drop_prob)
    return x * mask, mask


programs.beside_the_point = [
    "return (x * (rng.random(x.shape) >= drop_prob) if training else x * (1 - drop_prob)), None",
    """if not training:
    return x, None
return x * (rng.random(x.shape) < drop_prob) / drop_prob if drop_prob else x, None""",
    "return x, None",
]

programs.equivalent = changes("""
kept = rng.random(x.shape) >= drop_prob -> kept = rng.random(x.shape) > drop_prob
    a number exactly equal to the probability is never drawn
""")
