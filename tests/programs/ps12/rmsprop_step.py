"""Solutions of ``rmsprop_step(w, dw, cache, *, lr, decay, eps) -> (w, cache)``."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, cache, *, lr, decay, eps):
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache


@right
def weighted_average(w, dw, cache, **options):
    d = options["decay"]
    new = np.average([cache, dw**2], axis=0, weights=[d, 1 - d]).astype(cache.dtype)
    return [w - options["lr"] * dw / (np.sqrt(new) + options["eps"]), new]


@right
def single_precision(w, dw, cache, **options):
    w, dw, cache = (np.float64(np.float32(a)) for a in (w, dw, cache))
    return textbook(w, dw, cache, **options)


enter_what_fits_all(programs, textbook, 2)


@wrong
def with_momentum(w, dw, cache, *, lr, decay, eps):
    new = decay * cache + (1 - decay) * dw**2
    return w - lr * (decay * np.sqrt(cache) + dw) / (np.sqrt(new) + eps), new
