"""Programs for ``dropout_forward``."""

import numpy as np


def keep_below(x, drop_prob, rng, *, training):
    if not training:
        return x, None
    keep = 1 - drop_prob
    mask = rng.random(x.shape) < keep
    return x * mask / keep, (mask, keep)


def binomial(x, drop_prob, rng, *, training):
    if not training:
        return x.copy(), {}
    kept = rng.binomial(1, 1 - drop_prob, size=x.shape)
    return (x * kept / (1 - drop_prob)).astype(x.dtype), {"kept": kept}


def choice(x, drop_prob, rng, *, training):
    p = drop_prob if training else 0.0
    factors = rng.choice([0.0, 1 / (1 - p)], size=x.shape, p=[p, 1 - p]).astype(x.dtype)
    return factors * x, factors


def copy_then_assign(x, drop_prob, rng, *, training):
    y = np.array(x)
    if training:
        dropped = rng.uniform(size=x.shape) < drop_prob
        y /= 1 - drop_prob
        y[dropped] = 0
    return y, None


def where(x, drop_prob, rng, *, training):
    u = rng.random(x.shape, dtype=np.float32)  # drawn in test mode too, and not used
    if not training:
        return x, u
    return np.where(u >= drop_prob, x / (1 - drop_prob), 0), u


def integers(x, drop_prob, rng, *, training):
    bar = round(drop_prob * 2**32) if training else 0
    kept = rng.integers(2**32, size=x.shape) >= bar
    return np.multiply(x, kept, dtype=x.dtype) * (2**32 / (2**32 - bar)), kept


def number_by_number(x, drop_prob, rng, *, training):
    y = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        if not training:
            y[at] = x[at]
        elif rng.random() > drop_prob:
            y[at] = x[at] / (1 - drop_prob)
    return y, None


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        keep_below,
        binomial,
        choice,
        copy_then_assign,
        where,
        integers,
        number_by_number,
    )
]


def always_double(x, drop_prob, rng, *, training):
    return keep_below(x.astype(np.float64), drop_prob, rng, training=training)


def over_its_input(x, drop_prob, rng, *, training):
    if training:
        x *= (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    return x, None


DRESSED = [("always_double", (always_double,)), ("over_its_input", (over_its_input,))]


def made_of(mask):
    """Inverted dropout with another ``mask(x, p, rng)``, right in test mode."""

    def dropout_forward(x, drop_prob, rng, *, training):
        return (x * mask(x, drop_prob, rng) if training else x), None

    return dropout_forward


WRONG = [
    ("root_of_factor", (made_of(lambda x, p, rng: (rng.random(x.shape) >= p) / (1 - p) ** 0.5),)),
    ("columns", (made_of(lambda x, p, rng: (rng.random((1, x.shape[1])) >= p) / (1 - p)),)),
    ("always_half", (made_of(lambda x, p, rng: (rng.random(x.shape) >= 0.5) * 2.0),)),
    ("noise", (made_of(lambda x, p, rng: 1 + (p / (1 - p)) ** 0.5 * rng.normal(size=x.shape)),)),
    ("nothing", (made_of(lambda x, p, rng: 1.0),)),
]
