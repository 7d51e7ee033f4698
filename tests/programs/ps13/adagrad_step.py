"""Solutions of ``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``, eps outside the root."""

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
def rate_of_each_weight(w, dw, cache, **options):
    new = np.add(cache, np.square(dw))
    rates = options["lr"] / (np.sqrt(new) + options["eps"])
    return [w - rates * dw, new]


@right
def single_precision(w, dw, cache, *, lr, eps):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, lr=lr, eps=eps)


enter_what_fits_all(programs, textbook, 2)


@wrong
def smallest_rate(w, dw, cache, *, lr, **options):
    return textbook(w, dw, cache, lr=max(lr, 1e-8), **options)


wrong.edit("an_eps_of_at_least", textbook, "+ eps", "+ max(eps, 1e-8)")
wrong.edit("a_floor_of_the_cache", textbook, "cache + dw**2", "np.maximum(cache + dw**2, 1e-10)")

programs.beside_the_point = [
    "return w - lr * dw, *right(w, dw, cache, lr=lr, eps=eps)[1:]",
    "return w - lr * dw, cache",
]
