"""Solutions of ``elastic_net_penalty(weights, lam, beta) -> (value, list of gradients)``.

The value is lam * (beta * sum of W**2 + sum of |W|).
"""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(weights, lam, beta):
    lam, beta = float(lam), float(beta)
    value = lam * sum(beta * np.sum(W**2) + np.sum(np.abs(W)) for W in weights)
    return value, [lam * (2 * beta * W + np.sign(W)) for W in weights]


@put(RIGHT)
def two_penalties_added(weights, lam, beta):
    def ridge(strength):
        return strength * sum((W * W).sum() for W in weights), [2 * strength * W for W in weights]

    def lasso(strength):
        return strength * sum(abs(W).sum() for W in weights), [
            strength * np.sign(W) for W in weights
        ]

    (value2, gradients2), (value1, gradients1) = ridge(float(lam * beta)), lasso(float(lam))
    return value2 + value1, [a + b for a, b in zip(gradients2, gradients1, strict=True)]


@put(RIGHT)
def entry_by_entry(weights, lam, beta):
    terms, gradients = [], []
    for W in weights:
        gradient = np.empty_like(W)
        for index, w in np.ndenumerate(W):
            w = float(w)
            terms.append(abs(w) * (1 + beta * abs(w)))
            gradient[index] = lam * (2 * beta * w + (w > 0) - (w < 0))
        gradients.append(gradient)
    return lam * math.fsum(terms), gradients


@put(RIGHT)
def positive_at_zero(weights, lam, beta=1.0):
    gradients = []
    value = 0.0
    for W in weights:
        size = np.abs(W).astype(float)
        value += lam * float(np.sum(size * (beta * size + 1)))
        slope = lam * (2 * beta * size + 1)
        gradients.append(np.where(W < 0, -slope, slope).astype(W.dtype))
    return value, gradients


@put(RIGHT)
def completed_square(weights, lam, beta):
    # beta w^2 + |w| = beta (|w| + 1 / (2 beta))^2 - 1 / (4 beta)
    if beta < 1e-3:
        return textbook(weights, lam, beta)
    shift = 1 / (2 * beta)
    value = sum(
        beta * np.sum((np.abs(W.astype(float)) + shift) ** 2) - W.size * beta * shift**2
        for W in weights
    )
    gradients = [(2 * lam * beta * (W + np.sign(W) * shift)).astype(W.dtype) for W in weights]
    return lam * value, gradients


@put(RIGHT)
def recursive(weights, lam, beta):
    if not len(weights):
        return 0, []
    lam, beta = float(lam), float(beta)
    W = weights[-1]
    value, gradients = recursive(weights[:-1], lam, beta)
    value += lam * beta * np.vdot(W, W) + lam * np.linalg.norm(W.ravel(), 1)
    return value, [*gradients, 2 * lam * beta * W + np.copysign(np.asarray(lam, W.dtype), W)]


@put(RIGHT)
def one_long_vector(weights, lam, beta):
    if not len(weights):
        return 0.0, []
    w = np.concatenate([W.ravel() for W in weights]).astype(np.float64)
    g = lam * (beta * (w + w) + np.sign(w))
    gradients, start = [], 0
    for W in weights:
        gradients.append(g[start : start + W.size].reshape(W.shape).astype(W.dtype))
        start += W.size
    return lam * (beta * w.dot(w) + np.abs(w).sum()), gradients


@put(EITHER)
def only_matrices(weights, lam, beta):
    # Biases are never penalised; whether one-dimensional arrays may stand in `weights` is open.
    value, _ = textbook([W for W in weights if W.ndim > 1], lam, beta)
    return value, [g * (g.ndim > 1) for g in textbook(weights, lam, beta)[1]]


@put(EITHER)
def tuple_of_gradients(weights, lam, beta):
    # A tuple is as good as a list to go through.
    value, gradients = textbook(weights, lam, beta)
    return value, tuple(gradients)


@put(FORM)
def double_precision(weights, lam, beta):  # float64 from float32
    return textbook([W.astype(float) for W in weights], lam, beta)


@put(FORM)
def nested_lists(weights, lam, beta):  # lists
    value, gradients = textbook(weights, lam, beta)
    return value, [gradient.tolist() for gradient in gradients]


@put(FORM)
def squared_in_place(weights, lam, beta):  # weights are changed
    result = textbook(weights, lam, beta)
    for W in weights:
        W *= W
    return result


def variant(
    weights,
    lam,
    beta,
    total=lambda W, lam, beta: lam * (beta * np.sum(W**2) + np.abs(W).sum()),
    slope=lambda W, lam, beta: lam * (2 * beta * W + np.sign(W)),
):
    """A penalty with places to go wrong."""
    lam, beta = float(lam), float(beta)
    return sum(total(W, lam, beta) for W in weights), [slope(W, lam, beta) for W in weights]


def squares(W):
    return np.sum(W**2)


def sizes(W):
    return np.abs(W).sum()


for name, spoilt in {
    "beta_on_the_absolute_values": {
        "total": lambda W, lam, beta: lam * (squares(W) + beta * sizes(W)),
        "slope": lambda W, lam, beta: lam * (2 * W + beta * np.sign(W)),
    },
    "mixture": {
        # The form of several libraries: beta and 1 - beta.
        "total": lambda W, lam, beta: lam * (beta * squares(W) + (1 - beta) * sizes(W)),
        "slope": lambda W, lam, beta: lam * (2 * beta * W + (1 - beta) * np.sign(W)),
    },
    "two_strengths": {
        "total": lambda W, lam, beta: beta * squares(W) + lam * sizes(W),
        "slope": lambda W, lam, beta: 2 * beta * W + lam * np.sign(W),
    },
    "bracket_forgotten": {
        "total": lambda W, lam, beta: lam * beta * squares(W) + sizes(W),
        "slope": lambda W, lam, beta: 2 * lam * beta * W + np.sign(W),
    },
    "bracket_forgotten_in_the_gradient": {
        "slope": lambda W, lam, beta: 2 * lam * beta * W + np.sign(W)
    },
    "beta_for_both": {
        "total": lambda W, lam, beta: lam * beta * (squares(W) + sizes(W)),
        "slope": lambda W, lam, beta: lam * beta * (2 * W + np.sign(W)),
    },
    "gradient_without_two": {"slope": lambda W, lam, beta: lam * (beta * W + np.sign(W))},
    "half_the_squares": {
        "total": lambda W, lam, beta: lam * (beta / 2 * squares(W) + sizes(W)),
        "slope": lambda W, lam, beta: lam * (beta * W + np.sign(W)),
    },
    "gradient_without_sign": {"slope": lambda W, lam, beta: 2 * lam * beta * W},
    "gradient_without_squares": {"slope": lambda W, lam, beta: lam * np.sign(W)},
    "gradient_of_plain_sum": {"slope": lambda W, lam, beta: lam * (2 * beta * W + 1)},
    "gradient_of_size": {"slope": lambda W, lam, beta: lam * (2 * beta * np.abs(W) + np.sign(W))},
    "lasso_only": {
        "total": lambda W, lam, beta: lam * sizes(W),
        "slope": lambda W, lam, beta: lam * np.sign(W),
    },
    "ridge_only": {
        "total": lambda W, lam, beta: lam * beta * squares(W),
        "slope": lambda W, lam, beta: 2 * lam * beta * W,
    },
    "norm_not_squared": {
        "total": lambda W, lam, beta: lam * (beta * np.sqrt(squares(W)) + sizes(W))
    },
    "mean": {
        "total": lambda W, lam, beta: lam * np.mean(beta * W**2 + np.abs(W)),
        "slope": lambda W, lam, beta: lam * (2 * beta * W + np.sign(W)) / W.size,
    },
    "absolute_forgotten_in_the_value": {
        "total": lambda W, lam, beta: lam * (beta * squares(W) + W.sum())
    },
    "lam_forgotten": {
        "total": lambda W, lam, beta: beta * squares(W) + sizes(W),
        "slope": lambda W, lam, beta: 2 * beta * W + np.sign(W),
    },
    "beta_squared": {
        "total": lambda W, lam, beta: lam * (squares(beta * W) + sizes(W)),
        "slope": lambda W, lam, beta: lam * (2 * beta**2 * W + np.sign(W)),
    },
    "downhill": {"slope": lambda W, lam, beta: -lam * (2 * beta * W + np.sign(W))},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def lam_and_beta_exchanged(weights, lam, beta):
    return textbook(weights, beta, lam)


@put(WRONG)
def beta_of_one(weights, lam, beta):
    return textbook(weights, lam, 1.0)


@put(WRONG)
def first_array_only(weights, lam, beta):
    return textbook(weights[:1], lam, beta)[0], textbook(weights, lam, beta)[1]


@put(WRONG)
def four_lists_of_gradients(weights, lam, beta):
    # One gradient for the squares and one for the absolute values, not added.
    lam, beta = float(lam), float(beta)
    value = textbook(weights, lam, beta)[0]
    return value, [2 * lam * beta * W for W in weights] + [lam * np.sign(W) for W in weights]


@put(WRONG)
def no_arrays_for_no_beta(weights, lam, beta):
    # Wrong for beta = 0 only.
    return (0.0, []) if beta == 0 else textbook(weights, lam, beta)


@put(WRONG)
def values_listed(weights, lam, beta):
    return [textbook([W], lam, beta)[0] for W in weights], textbook(weights, lam, beta)[1]


more: Any = carried(RIGHT["textbook"], outputs=(1,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
