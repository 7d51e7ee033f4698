"""Solutions of ``l2_penalty(weights, lam) -> (value, list of gradients)``: lam * sum(W**2)."""

import functools
import math
import operator

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
def recursive(weights, lam):
    if len(weights) == 0:
        return 0.0, []
    first, *rest = weights
    value, gradients = recursive(rest, lam)
    own = float(lam) * np.vdot(first, first)
    return own + value, [float(lam) * (first + first), *gradients]


@right
def exactly_summed(weights, lam):
    total = math.fsum(math.fsum(float(w) ** 2 for w in W.flat) for W in weights)
    return lam * total, [np.multiply(W, 2 * lam, dtype=W.dtype) for W in weights]


@right
def einsum_over_everything(weights, lam):
    axes = "abcdefgh"
    total = 0.0
    for W in weights:
        letters = axes[: W.ndim]
        total += np.einsum(f"{letters},{letters}->", W, W, dtype=float)
    gradients = list(map(functools.partial(operator.mul, 2.0 * float(lam)), weights))
    return lam * total, gradients


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
