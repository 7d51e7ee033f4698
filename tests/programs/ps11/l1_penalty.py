"""Solutions of ``l1_penalty(weights, lam) -> (value, list of gradients)``: lam times sum of |W|."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.penalties import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(weights, lam):
    lam = float(lam)
    return lam * sum(np.sum(np.abs(W)) for W in weights), [lam * np.sign(W) for W in weights]


@right
def sign_times_weight(weights, lam):
    # |w| = w sign(w)
    value, gradients = 0.0, []
    for W in weights:
        signs = np.where(W > 0, 1, np.where(W < 0, -1, 0)).astype(W.dtype)
        value += float((signs * W).sum())
        gradients.append(signs * float(lam))
    return lam * value, gradients


@right
def positive_at_zero(weights, lam):
    # The subgradient +lam at 0.
    total = math.fsum(abs(float(w)) for W in weights for w in W.flat)
    return lam * total, [np.where(W >= 0, lam, -lam).astype(W.dtype) for W in weights]


@right
def negative_at_zero(weights, lam):
    # The subgradient -lam at 0.
    value = sum(float(np.maximum(W, -W).sum()) for W in weights)
    gradients = [(2.0 * (W > 0) - 1.0).astype(W.dtype) * float(lam) for W in weights]
    return float(lam) * value, gradients


@right
def weight_over_size(weights, lam):
    def slope(W):
        size = np.abs(W)
        return np.divide(W, size, out=np.zeros_like(W), where=size > 0) * float(lam)

    return sum(float(lam) * np.sqrt(W * W).sum() for W in weights), list(map(slope, weights))


enter_what_fits_all(programs, textbook)
wrong.edit("lam_capped", textbook, "float(lam)", "min(lam, 1.0)")
