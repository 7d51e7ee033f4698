"""Solutions of ``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``, eps outside the root."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, cache, *, lr, eps):
    cache = cache + dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@right
def entry_by_entry(w, dw, cache, *, lr=0.01, eps=1e-8):
    W, C = np.empty_like(w), np.empty_like(cache)
    for i in np.ndindex(w.shape):
        C[i] = cache[i] + dw[i] ** 2
        W[i] = w[i] - lr / (math.sqrt(C[i]) + eps) * dw[i]
    return W, C


@right
def rate_of_each_weight(w, dw, cache, **options):
    new = np.add(cache, np.square(dw))
    rates = options["lr"] / (np.sqrt(new) + options["eps"])
    return [w - rates * dw, new]


@right
def complex_numbers(w, dw, cache, *, lr, eps):
    # The length of sqrt(cache) + i dw.
    length = np.abs(np.sqrt(cache) + 1j * dw)
    return w - (lr * dw / (length + eps)).astype(w.dtype), cache + dw * dw


@right
def hypotenuse(w, dw, cache, *, lr, eps, power=2):
    root = np.hypot(np.sqrt(cache), dw)
    return w - lr * (dw / (root + eps)), cache + np.abs(dw) ** power


@right
def squared_hypotenuse(w, dw, cache, *, lr, eps):
    root = np.hypot(np.sqrt(cache), dw)
    return w + (-lr / (root + eps)) * dw, root**2


@right
def single_precision(w, dw, cache, *, lr, eps):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, lr=lr, eps=eps)


enter_what_fits_all(programs, textbook, 2)
