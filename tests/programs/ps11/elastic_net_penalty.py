"""Solutions of ``elastic_net_penalty(weights, lam, beta) -> (value, list of gradients)``.

The value is lam * (beta * sum of W**2 + sum of |W|).
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.penalties import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(weights, lam, beta):
    lam, beta = float(lam), float(beta)
    value = lam * sum(beta * np.sum(W**2) + np.sum(np.abs(W)) for W in weights)
    return value, [lam * (2 * beta * W + np.sign(W)) for W in weights]


@right
def two_penalties_added(weights, lam, beta):
    def ridge(strength):
        return strength * sum((W * W).sum() for W in weights), [2 * strength * W for W in weights]

    def lasso(strength):
        return strength * sum(abs(W).sum() for W in weights), [
            strength * np.sign(W) for W in weights
        ]

    (value2, gradients2), (value1, gradients1) = ridge(float(lam * beta)), lasso(float(lam))
    return value2 + value1, [a + b for a, b in zip(gradients2, gradients1, strict=True)]


@right
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


@right
def positive_at_zero(weights, lam, beta=1.0):
    gradients = []
    value = 0.0
    for W in weights:
        size = np.abs(W).astype(float)
        value += lam * float(np.sum(size * (beta * size + 1)))
        slope = lam * (2 * beta * size + 1)
        gradients.append(np.where(W < 0, -slope, slope).astype(W.dtype))
    return value, gradients


@right
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


enter_what_fits_all(programs, textbook)
wrong.edit("no_arrays_for_no_beta", textbook, "]", " if beta]")
