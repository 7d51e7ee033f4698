"""Programs for ``l2_penalty``."""

import math

import numpy as np


def loop_and_append(weights, lam):
    total = 0.0
    gradients = []
    for W in weights:
        total += np.sum(W**2)
        gradients.append(2 * lam * W)
    return lam * total, gradients


def dot_products(weights, lam):
    value = lam * sum(np.dot(W.ravel(), W.ravel()) for W in weights)
    return value, tuple(lam * (W + W) for W in weights)


def norms_squared(weights, lam):
    return np.array(sum(lam * np.linalg.norm(W) ** 2 for W in weights)), [
        np.multiply(W, 2.0 * lam) for W in weights
    ]


def number_by_number(weights, lam):
    squares, gradients = [], []
    for W in weights:
        g = np.zeros_like(W)
        for at in np.ndindex(*W.shape):
            squares.append(lam * float(W[at]) ** 2)
            g[at] = lam * 2 * W[at]
        gradients.append(g)
    return math.fsum(squares), gradients


def one_vector_cut_again(weights, lam):
    flat = np.concatenate([W.reshape(-1) for W in weights])
    pieces = np.split(2 * lam * flat, np.cumsum([W.size for W in weights])[:-1])
    return lam * (flat @ flat), [g.reshape(W.shape) for g, W in zip(pieces, weights, strict=True)]


VARIANTS = [
    (f.__name__, (f,))
    for f in (loop_and_append, dot_products, norms_squared, number_by_number, one_vector_cut_again)
]


def value_in_an_array(weights, lam):
    value, gradients = loop_and_append(weights, lam)
    return np.array([value]), gradients


def lists(weights, lam):
    value, gradients = loop_and_append(weights, lam)
    return value, [g.tolist() for g in gradients]


def in_place(weights, lam):
    value = lam * sum(np.sum(W**2) for W in weights)
    for W in weights:
        W *= 2 * lam
    return value, weights


def always_double(weights, lam):
    value, gradients = loop_and_append(weights, lam)
    return value, [g.astype(np.float64) for g in gradients]


DRESSED = [(f.__name__, (f,)) for f in (value_in_an_array, lists, in_place, always_double)]


def no_value(weights, lam):
    return 0.0, loop_and_append(weights, lam)[1]


def no_gradient(weights, lam):
    return loop_and_append(weights, lam)[0], [np.zeros_like(W) for W in weights]


def largest_weights(weights, lam):
    return lam * sum(np.max(W**2) for W in weights), loop_and_append(weights, lam)[1]


def matrices_only(weights, lam):
    return loop_and_append([W for W in weights if W.ndim == 2], lam)


def without_last_column(weights, lam):
    return loop_and_append([W[..., :-1] for W in weights], lam)


def cubes(weights, lam):
    return lam * sum(np.sum(np.abs(W) ** 3) for W in weights), [3 * lam * W**2 for W in weights]


def lam_capped(weights, lam):
    return loop_and_append(weights, min(lam, 1.0))


def a_dictionary(weights, lam):
    value, gradients = loop_and_append(weights, lam)
    return value, dict(enumerate(gradients))


WRONG = [
    (f.__name__, (f,))
    for f in (
        no_value,
        no_gradient,
        largest_weights,
        matrices_only,
        without_last_column,
        cubes,
        lam_capped,
        a_dictionary,
    )
]
