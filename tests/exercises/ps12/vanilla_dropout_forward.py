"""Programs for ``vanilla_dropout_forward``."""

import numpy as np


def keep_below(x, drop_prob, rng, *, training):
    keep = 1 - drop_prob
    if not training:
        return x * keep, None
    mask = rng.random(x.shape) < keep
    return x * mask, mask


def binomial(x, drop_prob, rng, *, training):
    factor = rng.binomial(1, 1 - drop_prob, size=x.shape) if training else 1 - drop_prob
    return np.multiply(x, factor, dtype=x.dtype), {"factor": factor}


def choice(x, drop_prob, rng, *, training):
    if training:
        factors = rng.choice([0.0, 1.0], size=x.shape, p=[drop_prob, 1 - drop_prob])
    else:
        factors = np.full(x.shape, 1 - drop_prob)
    factors = factors.astype(x.dtype)
    return factors * x, factors


def copy_then_assign(x, drop_prob, rng, *, training):
    y = x.copy()
    if training:
        y[rng.uniform(size=x.shape) < drop_prob] = 0
    else:
        y *= 1 - drop_prob
    return y, None


def where(x, drop_prob, rng, *, training):
    u = rng.random(x.shape, dtype=np.float32)  # drawn in test mode too, and not used
    return (np.where(u >= drop_prob, x, 0) if training else x - drop_prob * x), u


def number_by_number(x, drop_prob, rng, *, training):
    y = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        if not training:
            y[at] = (1 - drop_prob) * x[at]
        elif rng.random() > drop_prob:
            y[at] = x[at]
    return y, None


def from_inverted(x, drop_prob, rng, *, training):
    keep = 1 - drop_prob
    factors = (rng.random(x.shape) >= drop_prob) / keep if training else np.ones(x.shape)
    return (keep * factors * x).astype(x.dtype), factors


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        keep_below,
        binomial,
        choice,
        copy_then_assign,
        where,
        number_by_number,
        from_inverted,
    )
]


def always_double(x, drop_prob, rng, *, training):
    return keep_below(x.astype(np.float64), drop_prob, rng, training=training)


def over_its_input(x, drop_prob, rng, *, training):
    x *= rng.random(x.shape) >= drop_prob if training else 1 - drop_prob
    return x, None


DRESSED = [("always_double", (always_double,)), ("over_its_input", (over_its_input,))]


def made_of(mask, share=lambda p: 1 - p):
    """Vanilla dropout with another ``mask(x, p, rng)`` and another ``share(p)`` at test time."""

    def vanilla_dropout_forward(x, drop_prob, rng, *, training):
        return x * (mask(x, drop_prob, rng) if training else share(drop_prob)), None

    return vanilla_dropout_forward


def right(x, p, rng):
    return rng.random(x.shape) >= p


WRONG = [
    ("root", (made_of(right, lambda p: (1 - p) ** 0.5),)),
    ("columns", (made_of(lambda x, p, rng: rng.random((1, x.shape[1])) >= p),)),
    ("always_half", (made_of(lambda x, p, rng: rng.random(x.shape) >= 0.5),)),
    ("a_fixed_number", (made_of(lambda x, p, rng: right(np.sort(x, axis=1), 1 - p, rng)),)),
    ("square_of_keep", (made_of(right, lambda p: (1 - p) ** 2),)),
    ("nothing", (made_of(lambda x, p, rng: 1.0, lambda p: 1.0),)),
    ("mean_in_training", (made_of(lambda x, p, rng: 1 - p),)),
]
