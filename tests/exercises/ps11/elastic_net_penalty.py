"""Programs for ``elastic_net_penalty``."""

import math

import numpy as np


def l1(weights, lam):
    return lam * sum(np.abs(W).sum() for W in weights), [lam * np.sign(W) for W in weights]


def l2(weights, lam):
    return lam * sum((W * W).sum() for W in weights), [2 * lam * W for W in weights]


def both_penalties(weights, lam, beta):
    one, g1 = l1(weights, lam)
    two, g2 = l2(weights, lam * beta)
    return one + two, [a + b for a, b in zip(g1, g2, strict=True)]


def in_one_loop(weights, lam, beta):
    value, gradients = 0.0, []
    for W in weights:
        value += float(np.sum(beta * W**2 + np.abs(W)))
        gradients.append(lam * (2 * beta * W + np.sign(W)))
    return lam * value, gradients


def factored(weights, lam, beta):
    """|w| (beta |w| + 1), and sign(w) (2 beta |w| + 1) with +1 for the sign of 0."""
    value, gradients = [], []
    for W in weights:
        size, sign = np.abs(W), np.where(W < 0, -1, 1).astype(W.dtype)
        value.append(np.sum(size * (beta * size + 1)))
        gradients.append(lam * sign * (2 * beta * size + 1))
    return lam * np.sum(value), tuple(gradients)


def number_by_number(weights, lam, beta):
    terms, gradients = [], []
    for W in weights:
        g = np.empty_like(W)
        for at, w in np.ndenumerate(W):
            terms.append(lam * beta * float(w) ** 2 + lam * abs(float(w)))
            g[at] = 2 * lam * beta * w + (lam if w > 0 else -lam)
        gradients.append(g)
    return math.fsum(terms), gradients


def completed_square(weights, lam, beta):
    """Through the vector of all weights, which is cut to pieces again."""
    flat = np.concatenate([W.ravel() for W in weights])
    value = lam * (beta * flat @ flat + np.linalg.norm(flat, 1))
    g = 2 * lam * beta * flat + lam * np.sign(flat)
    ends = np.cumsum([W.size for W in weights])
    pieces = [g[e - W.size : e].reshape(W.shape) for e, W in zip(ends, weights, strict=True)]
    return np.array(value), pieces


VARIANTS = [
    (f.__name__, (f,))
    for f in (both_penalties, in_one_loop, factored, number_by_number, completed_square)
]


def value_in_an_array(weights, lam, beta):
    value, gradients = in_one_loop(weights, lam, beta)
    return np.array([value]), gradients


def lists(weights, lam, beta):
    value, gradients = in_one_loop(weights, lam, beta)
    return value, [g.tolist() for g in gradients]


def in_place(weights, lam, beta):
    value = in_one_loop(weights, lam, beta)[0]
    for W in weights:
        W[...] = lam * (2 * beta * W + np.sign(W))
    return value, weights


DRESSED = [(f.__name__, (f,)) for f in (value_in_an_array, lists, in_place)]


def l1_alone(weights, lam, beta):
    return l1(weights, lam)


def l2_alone(weights, lam, beta):
    return l2(weights, lam * beta)


def value_of_l2(weights, lam, beta):
    return l2(weights, lam * beta)[0], in_one_loop(weights, lam, beta)[1]


def value_of_l1(weights, lam, beta):
    return l1(weights, lam)[0], in_one_loop(weights, lam, beta)[1]


def root_of_squares(weights, lam, beta):
    value = lam * sum(beta * np.linalg.norm(W) + np.abs(W).sum() for W in weights)
    return value, in_one_loop(weights, lam, beta)[1]


def tiny_beta_lost(weights, lam, beta):
    return in_one_loop(weights, lam, beta if beta >= 1 else 0.0)


def signs_outside(weights, lam, beta):
    value = in_one_loop(weights, lam, beta)[0]
    return value, [lam * np.sign(2 * beta * W + np.sign(W)) for W in weights]


def matrices_only(weights, lam, beta):
    return in_one_loop([W for W in weights if W.ndim == 2], lam, beta)


WRONG = [
    (f.__name__, (f,))
    for f in (
        l1_alone,
        l2_alone,
        value_of_l2,
        value_of_l1,
        root_of_squares,
        tiny_beta_lost,
        signs_outside,
        matrices_only,
    )
]
