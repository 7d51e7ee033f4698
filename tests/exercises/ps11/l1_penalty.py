"""Programs for ``l1_penalty``."""

import math

import numpy as np


def signs(weights, lam):
    return lam * sum(np.abs(W).sum() for W in weights), [lam * np.sign(W) for W in weights]


def either_or(weights, lam):
    """At 0 the slope to the right."""
    value, gradients = 0.0, []
    for W in weights:
        value += lam * float(np.sum(np.where(W >= 0, W, -W)))
        gradients.append(np.where(W >= 0, lam, -lam).astype(W.dtype))
    return value, gradients


def either_or_left(weights, lam):
    value = lam * sum(np.linalg.norm(W.ravel(), 1) for W in weights)
    return value, tuple(W.dtype.type(lam) * (2 * (W > 0) - 1).astype(W.dtype) for W in weights)


def two_masks(weights, lam):
    value = sum(np.maximum(lam * W, -lam * W).sum() for W in weights)
    return np.array(value), [lam * ((W > 0).astype(W.dtype) - (W < 0)) for W in weights]


def number_by_number(weights, lam):
    terms, gradients = [], []
    for W in weights:
        g = W.copy()
        for at in np.ndindex(*W.shape):
            terms.append(abs(float(W[at])))
            g[at] = lam if W[at] > 0 else -lam if W[at] < 0 else 0
        gradients.append(g)
    return lam * math.fsum(terms), gradients


def guarded_division(weights, lam):
    return lam * sum(np.sum(np.sqrt(W * W)) for W in weights), [
        lam * W / np.maximum(np.abs(W), 1e-12) for W in weights
    ]


def random_at_zero(weights, lam):
    """Any subgradient will do, a half of lam as well."""
    return signs(weights, lam)[0], [lam * np.where(W == 0, 0.5, np.sign(W)) for W in weights]


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        signs,
        either_or,
        either_or_left,
        two_masks,
        number_by_number,
        guarded_division,
        random_at_zero,
    )
]


def value_in_an_array(weights, lam):
    value, gradients = signs(weights, lam)
    return np.array([value]), gradients


def lists(weights, lam):
    value, gradients = signs(weights, lam)
    return value, [g.tolist() for g in gradients]


def in_place(weights, lam):
    value = lam * sum(np.sum(np.abs(W)) for W in weights)
    for W in weights:
        W[...] = lam * np.sign(W)
    return value, weights


def always_double(weights, lam):
    value, gradients = signs(weights, lam)
    return value, [g.astype(np.float64) for g in gradients]


DRESSED = [(f.__name__, (f,)) for f in (value_in_an_array, lists, in_place, always_double)]


def steep_at_zero(weights, lam):
    value, gradients = signs(weights, lam)
    return value, [np.where(W == 0, 2 * lam, g) for W, g in zip(weights, gradients, strict=True)]


def no_value(weights, lam):
    return 0.0, signs(weights, lam)[1]


def no_gradient(weights, lam):
    return signs(weights, lam)[0], [np.zeros_like(W) for W in weights]


def rounded_off(weights, lam):
    """Huber's form: not as steep where a weight is below 1."""
    return signs(weights, lam)[0], [lam * np.clip(W, -1, 1) for W in weights]


def matrices_only(weights, lam):
    return signs([W for W in weights if W.ndim == 2], lam)


def soft_threshold(weights, lam):
    moved = [np.sign(W) * np.maximum(np.abs(W) - lam, 0) for W in weights]
    return signs(weights, lam)[0], moved


def lam_capped(weights, lam):
    return signs(weights, min(lam, 1.0))


def softened(weights, lam):
    return signs(weights, lam)[0], [lam * np.tanh(3 * W) for W in weights]


WRONG = [
    (f.__name__, (f,))
    for f in (
        steep_at_zero,
        no_value,
        no_gradient,
        rounded_off,
        matrices_only,
        soft_threshold,
        lam_capped,
        softened,
    )
]
