"""Solutions of ``l2_penalty(weights, lam) -> (value, list of gradients)``: lam * sum(W**2)."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

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
def exactly_summed(weights, lam):
    total = math.fsum(math.fsum(float(w) ** 2 for w in W.flat) for W in weights)
    return lam * total, [np.multiply(W, 2 * lam, dtype=W.dtype) for W in weights]


# A tuple is as good as a list to go through.
GRADIENTS = "[2 * lam * W for W in weights]"
open_.edit("tuple_of_gradients", textbook, GRADIENTS, f"tuple({GRADIENTS})")
wrong.edit("lam_capped", textbook, "float(lam)", "min(lam, 1.0)")
