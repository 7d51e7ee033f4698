"""Solutions of ``signal_rms(x, weights, f) -> (sizes, us)``."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, weights, f):
    z, us, sizes = x, [], [np.sqrt(np.mean(x**2))]
    for W in weights:
        us.append(z @ W)
        z = f(us[-1])
        sizes.append(np.sqrt(np.mean(z**2)))
    return np.array(sizes), us


@right
def all_signals_first(x, weights, f):
    zs, us = [x], []
    for W in weights:
        us.append(zs[-1].dot(W))
        zs.append(f(us[-1]))
    return np.array([np.linalg.norm(z) / math.sqrt(z.size) for z in zs]), tuple(us)


@right
def recursive(x, weights, f):
    size = np.sqrt((x * x).sum() / x.size)
    if not weights:
        return np.array([size]), []
    u = np.einsum("ni,ij->nj", x, weights[0])
    sizes, us = recursive(f(u), weights[1:], f)
    return np.concatenate([[size], sizes]), [u, *us]


@wrong
def weights_used_up(x, weights, f):
    z, us, sizes = x, [], [np.sqrt(np.mean(x**2))]
    while weights:
        us.append(z @ weights.pop(0))
        z = f(us[-1])
        sizes.append(np.sqrt(np.mean(z**2)))
    return np.array(sizes), us


@wrong
def three_layers_at_most(x, weights, f):
    return textbook(x, weights[:2], f)


form.edit("single_precision", textbook, "us.append(z @ W)", "us.append(np.float32(z @ W))")


@wrong
def a_small_number_under_the_root(x, weights, f):
    sizes, us = textbook(x, weights, f)
    return np.sqrt(sizes**2 + 1e-8), us


programs.beside_the_point = [
    "return np.full(len(weights) + 1, np.sqrt(np.mean(x**2))), [x @ weights[0]]",
    "return np.zeros(len(weights) + 1), right(x, weights, f)[1]",
]
