"""Solutions of ``l1_penalty(weights, lam) -> (value, list of gradients)``: lam times sum of |W|."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(weights, lam):
    lam = float(lam)
    return lam * sum(np.sum(np.abs(W)) for W in weights), [lam * np.sign(W) for W in weights]


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


# A tuple is as good as a list to go through.
GRADIENTS = "[lam * np.sign(W) for W in weights]"
open_.edit("tuple_of_gradients", textbook, GRADIENTS, f"tuple({GRADIENTS})")
wrong.edit("lam_capped", textbook, "float(lam)", "min(lam, 1.0)")
