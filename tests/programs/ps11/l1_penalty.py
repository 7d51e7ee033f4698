"""Solutions of ``l1_penalty(weights, lam) -> (value, list of gradients)``: lam times sum of |W|."""

import functools
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
def two_relus(weights, lam):
    lam = float(lam)
    positive = [np.maximum(W, 0) for W in weights]
    negative = [np.maximum(-W, 0) for W in weights]
    value = sum((p.sum() + n.sum() for p, n in zip(positive, negative, strict=True)), 0.0)
    gradients = []
    for W in weights:
        gradient = np.zeros_like(W)
        gradient[W > 0] += lam
        gradient[W < 0] -= lam
        gradients.append(gradient)
    return lam * value, gradients


@right
def half_the_way_at_zero(weights, lam):
    value = functools.reduce(lambda total, W: total + lam * np.abs(W).sum(), weights, 0.0)
    gradients = [np.where(W == 0, lam / 2, lam * np.sign(W)).astype(W.dtype) for W in weights]
    return value, gradients


@right
def weight_over_size(weights, lam):
    def slope(W):
        size = np.abs(W)
        return np.divide(W, size, out=np.zeros_like(W), where=size > 0) * float(lam)

    return sum(float(lam) * np.sqrt(W * W).sum() for W in weights), list(map(slope, weights))


@open_
def tuple_of_gradients(weights, lam):
    # A tuple is as good as a list to go through.
    value, gradients = textbook(weights, lam)
    return value, tuple(gradients)


@form
def double_precision(weights, lam):  # float64 from float32
    return textbook([W.astype(float) for W in weights], lam)


@form
def nested_lists(weights, lam):  # lists
    value, gradients = textbook(weights, lam)
    return value, [gradient.tolist() for gradient in gradients]


@form
def value_in_an_array(weights, lam):
    value, gradients = textbook(weights, lam)
    return np.array([value]), gradients


@wrong
def adds_up_over_calls(weights, lam, memory=[0.0]):  # noqa: B006
    value, gradients = textbook(weights, lam)
    memory[0] += value
    return memory[0], gradients


wrong.edit("lam_capped", textbook, "float(lam)", "min(lam, 1.0)")
