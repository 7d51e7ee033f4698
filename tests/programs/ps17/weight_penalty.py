"""Solutions of ``weight_penalty(weights, lam1, lam2) -> (value, list of gradients)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(weights, lam1, lam2):
    value, gradients = 0.0, []
    for W in weights:
        value += lam1 * np.sum(np.abs(W)) + lam2 * np.sum(W**2)
        gradients.append(lam1 * np.sign(W) + 2 * lam2 * W)
    return float(value), gradients


@right
def positive_at_zero(weights, lam1, lam2):
    # The subgradient +lam1 at 0.
    flat = [float(w) for W in weights for w in W.flat]
    total = math.fsum(lam1 * abs(w) + lam2 * w * w for w in flat)
    slopes = [np.where(W >= 0, lam1, -lam1).astype(W.dtype) for W in weights]
    return total, [g + 2 * lam2 * W for g, W in zip(slopes, weights, strict=True)]


@right
def negative_at_zero(weights, lam1, lam2):
    # The subgradient -lam1 at 0.
    value = sum(float(np.sum(np.maximum(W, -W) * (lam1 + lam2 * np.abs(W)))) for W in weights)
    sides = [(2.0 * (W > 0) - 1.0).astype(W.dtype) for W in weights]
    return value, [lam1 * s + lam2 * (W + W) for s, W in zip(sides, weights, strict=True)]


# A tuple is as good as a list to go through.
open_.edit("tuple_of_gradients", textbook, "float(value), gradients", "value, tuple(gradients)")


@wrong
def strengths_capped(weights, lam1, lam2):
    return textbook(weights, min(lam1, 1.0), min(lam2, 1.0))
