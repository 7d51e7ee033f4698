"""Solutions of ``adadelta_step(w, dw, cache, delta, *, lr, rho, eps) -> (w, cache, delta)``.

eps stands inside both roots, lr outside of delta.
"""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.optimizers import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, dw, cache, delta, *, lr, rho, eps):
    cache = rho * cache + (1 - rho) * dw**2
    dx = -np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    delta = rho * delta + (1 - rho) * dx**2
    return w + lr * dx, cache, delta


@right
def positive_step(w, dw, cache, delta, *, lr, rho, eps):
    cache = cache + (1 - rho) * (dw * dw - cache)
    step = dw * np.sqrt((delta + eps) / (cache + eps))
    return w - lr * step, cache, delta + (1 - rho) * (step * step - delta)


@right
def root_mean_squares(w, dw, cache, delta, **options):
    lr, rho, eps = (options[key] for key in ("lr", "rho", "eps"))

    def mean(old, new):
        return rho * old + (1 - rho) * new**2

    def rms(a):
        return np.sqrt(a + eps)

    cache = mean(cache, dw)
    dx = -rms(delta) / rms(cache) * dw
    return [w + lr * dx, cache, mean(delta, dx)]


enter_what_fits_all(programs, textbook, 3)
