"""Solutions of ``l2_penalty(weights, lam) -> (value, list of gradients)``: lam * sum(W**2)."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.penalties import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(weights, lam):
    lam = float(lam)
    value = lam * sum(np.sum(W**2) for W in weights)
    return value, [2 * lam * W for W in weights]


@right
def norms(weights, lam):
    total = sum(np.linalg.norm(W.ravel()) ** 2 for W in weights)
    return float(lam * total), [(2 * lam * W).astype(W.dtype) for W in weights]


@right
def one_long_vector(weights, lam=0.01):
    if len(weights) == 0:
        return 0.0, []
    flat = np.concatenate([np.ravel(W) for W in weights]).astype(float)
    ends = np.cumsum([W.size for W in weights])[:-1]
    parts = np.split(2 * lam * flat, ends)
    return lam * (flat @ flat), [
        part.reshape(W.shape).astype(W.dtype) for part, W in zip(parts, weights, strict=True)
    ]


@right
def entry_by_entry(weights, lam):
    value, gradients = 0.0, []
    for W in weights:
        gradient = np.zeros_like(W)
        for index in np.ndindex(W.shape):
            value += lam * float(W[index]) ** 2
            gradient[index] = 2 * lam * W[index]
        gradients.append(gradient)
    return value, gradients


@right
def exactly_summed(weights, lam):
    total = math.fsum(math.fsum(float(w) ** 2 for w in W.flat) for W in weights)
    return lam * total, [np.multiply(W, 2 * lam, dtype=W.dtype) for W in weights]


@right
def product_rule(weights, lam):
    # L = <lam W, W>: each factor gives lam W.
    lam = float(lam)
    value, gradients = 0.0, []
    for W in weights:
        shrunk = W * lam
        value += (shrunk * W).sum()
        gradients.append(shrunk + shrunk)
    return value, gradients


enter_what_fits_all(programs, textbook)
wrong.edit("lam_capped", textbook, "float(lam)", "min(lam, 1.0)")
